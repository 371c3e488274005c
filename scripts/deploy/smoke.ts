/** What only the real cloud can show: whether callbacks arrive, the timer runs, and functions reach each other. */
import { randomUUID } from 'node:crypto';
import type { Documents } from '../../shared/core/ports.ts';
import {
  type HeartbeatRecord,
  heartbeatId,
  heartbeatsCollection,
} from '../../shared/payments/reconcile/heartbeat.ts';
import { checkCallbackAddress } from '../doctor/live/check-callback.ts';
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

const pollMs = 2_000;

/** Posts without a signature, as WeChat Pay never does: payNotify itself must be what refuses it. */
export async function tryCallback(url: string): Promise<Trial> {
  const [finding] = await checkCallbackAddress(url);
  if (!finding) throw new Error('The check of the callback address returned no result.');
  const { level, what, fix } = finding;
  if (level !== 'error') return { id: 'callback', ok: true, what };
  const later = {
    zh: `${fix.zh}新路径与安全规则约 3 分钟后生效：可稍后用 npm run doctor -- --callback 再试。`,
    en: `${fix.en} New paths and rules take up to 3 minutes: try again with npm run doctor -- --callback.`,
  };
  return { id: 'callback', ok: false, what, fix: later };
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
      what: { zh: '云函数之间可以互相调用。', en: 'Functions can call each other.' },
      caller: functionCall.caller,
    };
  }
  return {
    id: 'function-call',
    ok: false,
    what: {
      zh: `云函数之间的调用失败：${functionCall?.error}。`,
      en: 'A call between functions failed.',
    },
    fix: {
      zh: '请在控制台查看 reconcile 的日志（event 为 invocation 的一行写明平台给出的来源），并据此反馈。',
      en: 'Look at the log of reconcile in the console: its line "invocation" shows the source that the platform reported; report it with that line.',
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
