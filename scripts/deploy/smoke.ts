/** What only the real cloud can tell: whether callbacks arrive, the timer runs, and functions reach each other. */
import { randomUUID } from 'node:crypto';
import { type HeartbeatRecord, heartbeatId, heartbeatsCollection } from '../../shared/app/heartbeat.ts';
import type { Documents } from '../../shared/core/ports.ts';
import type { Text } from '../env/text.ts';

export interface Trial {
  readonly id: 'callback' | 'timer' | 'function-call';
  readonly ok: boolean;
  readonly what: Text;
  /** Absent when all is well. */
  readonly fix?: Text;
  /** What the platform said about the call. */
  readonly caller?: Readonly<Record<string, unknown>>;
}

const requestTimeoutMs = 15_000;
const pollMs = 2_000;

/** Posts without a signature, as WeChat Pay never does: payNotify itself must be what refuses it. */
export async function tryCallback(url: string): Promise<Trial> {
  const problem = await callbackProblem(url);
  const zh = `${url} ${problem ? '没有到达 payNotify' : '到达 payNotify，未签名的请求被拒绝（401）'}`;
  if (!problem) {
    return {
      id: 'callback',
      ok: true,
      what: { zh: `${zh}。`, en: 'Callbacks reach payNotify, which refused an unsigned one.' },
    };
  }
  return {
    id: 'callback',
    ok: false,
    what: { zh: `${zh}：${problem.zh}`, en: problem.en },
    fix: {
      zh: '请核对 WECHATPAY_NOTIFY_URL 的域名与路径、HTTP 访问服务是否开启、该路径是否关闭了鉴权；新路径与安全规则约 3 分钟后生效，可稍后执行 npm run deploy 重试。',
      en: 'Check the domain and path of WECHATPAY_NOTIFY_URL, that HTTP access is on and needs no login there; new paths and rules take up to 3 minutes, so npm run deploy may be tried again.',
    },
  };
}

async function callbackProblem(url: string): Promise<Text | undefined> {
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
      redirect: 'manual',
      signal: AbortSignal.timeout(requestTimeoutMs),
    });
    const text = await answer.text();
    if (answer.status === 401 && isOurs(text)) return undefined;
    const start = text.slice(0, 200).replaceAll(/\s+/g, ' ');
    return {
      zh: `得到 HTTP ${answer.status} ${start}`,
      en: `HTTP ${answer.status} is not payNotify's answer.`,
    };
  } catch (error) {
    const cause =
      error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    return { zh: `连接失败（${cause}）`, en: `No connection (${cause}).` };
  }
}

/** A gateway's own 401 has another body. */
function isOurs(text: string): boolean {
  try {
    const body = JSON.parse(text) as { code?: unknown; message?: unknown };
    return body.code === 'FAIL' && body.message === 'not verified';
  } catch {
    return false;
  }
}

/**
 * Asks the next run of the timer for a call from function to function, and waits for it.
 * @param onWait called while nothing has come, with the seconds passed
 */
export async function tryTimer(
  data: Documents,
  patienceMs: number,
  onWait: (seconds: number) => void,
): Promise<Trial[]> {
  const request = await ask(data);
  const startedAt = performance.now();
  for (let round = 0; ; round++) {
    const seen = await data.get<HeartbeatRecord>(heartbeatsCollection, heartbeatId);
    const passedMs = performance.now() - startedAt;
    if (seen?.functionCall?.request === request) return [timerRan(seen), functionCallOf(seen)];
    if (passedMs >= patienceMs) return [timerDidNotRun(patienceMs)];
    if (round % 10 === 5) onWait(Math.round(passedMs / 1000));
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

async function ask(data: Documents): Promise<string> {
  const request = randomUUID();
  if (await data.update(heartbeatsCollection, heartbeatId, {}, { request })) return request;
  const first: HeartbeatRecord = {
    _id: heartbeatId,
    ranAtMs: 0,
    timerCaller: {},
    request,
    functionCall: null,
    cleanedAtMs: Date.now(),
  };
  const there = await data.insertIfAbsent(heartbeatsCollection, first);
  if (there) await data.update(heartbeatsCollection, heartbeatId, {}, { request });
  return request;
}

function timerRan({ timerCaller }: HeartbeatRecord): Trial {
  return {
    id: 'timer',
    ok: true,
    what: { zh: '定时器已运行。', en: 'The timer has run.' },
    caller: timerCaller,
  };
}

function functionCallOf({ functionCall }: HeartbeatRecord): Trial {
  if (functionCall?.ok && functionCall.caller) {
    return {
      id: 'function-call',
      ok: true,
      what: { zh: '云函数之间可以互相调用。', en: 'Functions reach each other.' },
      caller: functionCall.caller,
    };
  }
  return {
    id: 'function-call',
    ok: false,
    what: {
      zh: `云函数之间的调用失败：${functionCall?.error}。`,
      en: 'A call from function to function failed.',
    },
    fix: {
      zh: '请在控制台查看 reconcile 的日志（event 为 invocation 的一行写明平台给出的来源），并据此反馈。',
      en: 'Look at the log of reconcile in the console: its line "invocation" says what the platform told about the caller.',
    },
  };
}

function timerDidNotRun(patienceMs: number): Trial {
  const seconds = Math.round(patienceMs / 1000);
  return {
    id: 'timer',
    ok: false,
    what: { zh: `${seconds} 秒内定时器没有运行。`, en: `The timer has not run within ${seconds} seconds.` },
    fix: {
      zh: '请在控制台查看 reconcile 的日志：有报错则按报错修复；没有调用则检查触发器是否启用，再执行一次 npm run deploy。',
      en: 'Look at the log of reconcile in the console: fix what it reports; when it was not called, check that its trigger is enabled and run npm run deploy again.',
    },
  };
}
