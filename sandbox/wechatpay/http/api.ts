import { connectionReset, rawTargetOf } from '../../server.ts';
import { AuthRefusal, authenticate, type Incoming } from '../auth/auth.ts';
import type { NonceMemory } from '../auth/nonces.ts';
import { decryptField, encryptField } from '../auth/sensitive.ts';
import {
  type ApiAnswer,
  type ApiContext,
  type Endpoint,
  type SimulatorContext,
  withRequest,
} from '../context.ts';
import type { ExchangeLog } from './exchanges.ts';
import { billFaults, type Fault, type FaultSet } from './faults.ts';
import { ApiProblem, internalCodes } from './problem.ts';
import type { RateLimits } from './rate-limits.ts';
import { type Outcome, record } from './record.ts';
import type { Routed, RouteTable } from './route.ts';
import { type SignatureDefect, signatureHeaders } from './sign.ts';

export interface ApiOptions {
  readonly context: SimulatorContext;
  readonly routes: () => RouteTable<Endpoint>;
  readonly exchanges: ExchangeLog;
  readonly faults: () => FaultSet;
  readonly rateLimits: RateLimits;
  readonly nonces: NonceMemory;
  /** The time for Wechatpay-Timestamp, in epoch ms. */
  readonly transportNow: () => number;
}

/** Answers /v3/*: checks, handles, signs, records. */
export async function answerApi(options: ApiOptions, request: Request): Promise<Response> {
  const startedMs = performance.now();
  const atMs = options.context.clock.now();
  const incoming: Incoming = {
    method: request.method,
    origin: new URL(request.url).origin,
    target: rawTargetOf(request),
    headers: request.headers,
    rawBody: Buffer.from(await request.arrayBuffer()),
  };
  const found = options.routes().find(incoming.method, incoming.target.split('?')[0]!);
  const routed = typeof found === 'object' ? found : undefined;
  const fault = routed && options.faults().next(namesOf(routed.route, incoming.target), signerOf(incoming));
  if (fault?.kind === 'latency') await new Promise((resolve) => setTimeout(resolve, fault.latencyMs ?? 1000));
  const replaced = fault && replacement(fault);
  const takesEffect = !replaced || fault.afterEffect === true;
  const outcome = takesEffect ? await run(options, incoming, found, fault) : undefined;
  if (fault && damagesBills(fault) && outcome?.status !== 200) options.faults().missed(fault);
  const final = replaced === 'reset' ? undefined : (replaced ?? outcome!);
  const response = final ? toResponse(options, incoming, final, fault, routed) : connectionReset();
  record(options.exchanges, {
    atMs,
    startedMs,
    incoming,
    routed,
    outcome,
    fault,
    final,
    response,
  });
  return response;
}

function namesOf(endpoint: Endpoint, target: string): string[] {
  const { method, path, name } = endpoint;
  return [name, path, `${method} ${path}`, target.split('?')[0]!];
}

/** The merchant that claims to have signed; not yet verified. */
function signerOf({ headers }: Incoming): string | undefined {
  return /\bmchid="([^"]*)"/.exec(headers.get('authorization') ?? '')?.[1];
}

/** A bill that does not exist cannot be damaged. */
function damagesBills({ kind }: Fault): boolean {
  return kind !== 'bill-not-ready' && billFaults.some((one) => one === kind);
}

/** What a fault answers instead of the API; undefined for faults that only damage the answer. */
function replacement(fault: Fault): Outcome | 'reset' | undefined {
  if (fault.kind === 'reset') return 'reset';
  if (fault.kind === 'rate-limit') {
    const problem = new ApiProblem(429, 'FREQUENCY_LIMITED', '频率超限，请降低请求频率', {
      internalCode: internalCodes.rateLimit,
    });
    return problemOutcome(problem);
  }
  if (fault.kind === 'refusal') {
    return problemOutcome(
      new ApiProblem(400, fault.code ?? 'INVALID_REQUEST', '请求被拒绝（沙箱设置的故障）'),
    );
  }
  if (fault.kind === 'system-error') {
    const status = fault.status ?? 500;
    const [code, message] =
      status === 500
        ? ['SYSTEM_ERROR', '系统异常，请稍后重试']
        : ['SERVICE_UNAVAILABLE', '服务不可用，请稍后重试'];
    // 502 and 503 come from the gateway, which does not sign.
    return { ...problemOutcome(new ApiProblem(status, code!, message!)), signed: status === 500 };
  }
  return undefined;
}

async function run(
  options: ApiOptions,
  incoming: Incoming,
  found: Routed<Endpoint> | 'other-method' | undefined,
  fault: Fault | undefined,
): Promise<Outcome> {
  if (typeof found !== 'object') return noSuchRoute(incoming, found !== undefined);
  let about: Pick<Outcome, 'mchid' | 'subject'> = {};
  try {
    const context = contextOf(options, incoming, found, fault);
    about = { mchid: context.merchant.mchid, subject: context.subject };
    checkRate(options.rateLimits, found.route, context);
    const answer = await found.route.handle(context);
    return { ...answerOutcome(answer), ...about };
  } catch (error) {
    if (error instanceof AuthRefusal) {
      return { ...problemOutcome(error.problem), ...about, refusal: error, signed: error.isSigned };
    }
    if (error instanceof ApiProblem) return { ...problemOutcome(error), ...about, refusal: error };
    process.stderr.write(`sandbox wechatpay: ${error instanceof Error ? error.stack : String(error)}\n`);
    const problem = new ApiProblem(500, 'SYSTEM_ERROR', '系统异常，请稍后重试', {
      explanation: {
        en: `a fault of the sandbox itself: ${String(error)}`,
        zh: `沙箱自身出错：${String(error)}`,
      },
    });
    return { ...problemOutcome(problem), ...about, refusal: problem };
  }
}

function checkRate(limits: RateLimits, endpoint: Endpoint, { merchant, body, nowMs }: ApiContext): void {
  limits.check({ endpoint, mchid: merchant.mchid, subMchid: body.sub_mchid, nowMs });
}

/** Observed: an unknown path answers 404, another method 405, both with an empty body and unsigned. */
function noSuchRoute({ method, target }: Incoming, pathExists: boolean): Outcome {
  const path = target.split('?')[0];
  const notSimulated = pathExists
    ? {
        en: `the sandbox simulates ${path}, but not with ${method}: check the method in the documentation`,
        zh: `沙箱有 ${path}，但不支持 ${method} 方法：请查阅接口文档`,
      }
    : {
        en: `the sandbox does not simulate ${method} ${path}: docs/coverage.md and GET /_sandbox list what it does`,
        zh: `沙箱没有模拟 ${method} ${path}：支持的接口见 docs/coverage.md 和 GET /_sandbox`,
      };
  return {
    status: pathExists ? 405 : 404,
    body: '',
    internalCode: 0,
    signed: false,
    notSimulated,
  };
}

function contextOf(
  options: ApiOptions,
  incoming: Incoming,
  routed: Routed<Endpoint>,
  fault: Fault | undefined,
): ApiContext {
  const { context, nonces } = options;
  const { state, clock } = context;
  const clocksMs = [Date.now(), clock.now()];
  const { merchant, body, multipart } = authenticate(incoming, routed.route, { state, nonces, clocksMs });
  const serial = incoming.headers.get('wechatpay-serial');
  const query = Object.fromEntries(new URLSearchParams(incoming.target.split('?')[1] ?? ''));
  return withRequest(context, {
    nowMs: clock.now(),
    merchant,
    params: routed.params,
    query,
    body,
    multipart,
    rawBody: incoming.rawBody,
    headers: incoming.headers,
    origin: incoming.origin,
    fault,
    subject: outTradeNoOf(routed.params, body),
    decrypt: (cipher: string, pointer: string) => decryptField(state.platform, serial, cipher, pointer),
    encryptForMerchant: (clear: string) => encryptField(merchant.publicKey, clear),
  });
}

function outTradeNoOf(
  params: Readonly<Record<string, string>>,
  body: Record<string, unknown>,
): { outTradeNo?: string } {
  const names = ['combine_out_trade_no', 'out_trade_no', 'out_request_no', 'business_code'];
  for (const name of names) {
    const value = params[name] ?? body[name];
    if (typeof value === 'string') return { outTradeNo: value };
  }
  return {};
}

function answerOutcome(answer: ApiAnswer): Outcome {
  const { file } = answer;
  if (file) return { status: 200, body: '', file, internalCode: 0, signed: false };
  const body = answer.body === undefined ? '' : JSON.stringify(answer.body);
  return { status: answer.status ?? (body === '' ? 204 : 200), body, internalCode: 0, signed: true };
}

function problemOutcome(problem: ApiProblem): Outcome {
  const body = JSON.stringify(problem.toBody());
  return { status: problem.status, body, internalCode: problem.internalCode, signed: true };
}

function toResponse(
  options: ApiOptions,
  incoming: Incoming,
  outcome: Outcome,
  fault: Fault | undefined,
  routed: Routed<Endpoint> | undefined,
): Response {
  const { state } = options.context;
  const signing = {
    key: state.platform.signerOfAnswer(incoming.headers.get('wechatpay-serial'), state.random.fraction()),
    nonce: state.random.hex(32),
    nowMs: options.transportNow(),
    defect: defectOf(fault),
  };
  const headers: Record<string, string> = {
    'cache-control': 'no-cache, must-revalidate',
    'request-id': `08${state.random.hex(46).toUpperCase()}-${outcome.internalCode}`,
    ...(outcome.body !== '' && {
      'content-type': 'application/json; charset=utf-8',
      'content-language': 'zh-CN',
    }),
    ...(routed && { 'sandbox-fidelity': routed.route.fidelity ?? 'behaviour' }),
    ...(outcome.file && { 'content-type': outcome.file.contentType }),
    ...(outcome.signed && signatureHeaders(outcome.body, signing)),
  };
  const body = outcome.file ? new Uint8Array(outcome.file.bytes) : outcome.body;
  return new Response(outcome.status === 204 ? null : body, { status: outcome.status, headers });
}

function defectOf(fault: Fault | undefined): SignatureDefect | undefined {
  switch (fault?.kind) {
    case 'unsigned':
    case 'signtest':
    case 'stale-timestamp':
    case 'wrong-serial':
      return fault.kind;
    default:
      return undefined;
  }
}
