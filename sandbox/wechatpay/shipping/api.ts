/** Answers api.weixin.qq.com: no signatures, an access token in the URL, always HTTP 200 with `errcode` and `errmsg`. */
import { connectionReset, rawTargetOf } from '../../server.ts';
import type { SimulatorContext } from '../context.ts';
import { type Exchange, type ExchangeLog, recordedBody } from '../http/exchanges.ts';
import type { Fault, FaultSet } from '../http/faults.ts';
import { OrderStore } from '../orders/order-store.ts';
import { type WeixinEndpoint, weixinEndpoints } from './endpoints.ts';
import { type Json, textAt } from './fields.ts';
import { WeixinProblem } from './problem.ts';
import { appidOfToken } from './tokens.ts';

export interface WeixinOptions {
  readonly context: SimulatorContext;
  readonly exchanges: ExchangeLog;
  readonly faults: () => FaultSet;
}

export function isWeixinPath(pathname: string): boolean {
  return pathname.startsWith('/wxa/') || pathname.startsWith('/cgi-bin/');
}

interface Call {
  readonly endpoint: WeixinEndpoint | undefined;
  /** As it is recorded. */
  readonly request: Exchange['request'];
  readonly body: () => Json;
  readonly appid: () => string;
}

export async function answerWeixin(options: WeixinOptions, request: Request): Promise<Response> {
  const target = rawTargetOf(request);
  const { pathname, searchParams } = new URL(request.url);
  const bytes = Buffer.from(await request.arrayBuffer());
  const text = bytes.toString('utf8');
  const answer = await answerCall(options, {
    endpoint: weixinEndpoints.find(({ path }) => path === pathname),
    request: {
      method: request.method,
      target: target.replace(/access_token=[^&]*/, 'access_token=…'),
      headers: Object.fromEntries(request.headers),
      body: recordedBody(bytes, '').replace(/("secret"\s*:\s*")[^"]*/, '$1…'),
    },
    body: () => {
      if (request.method !== 'POST') throw new WeixinProblem(43002);
      return parse(text);
    },
    appid: () => appidOfToken(options.context, searchParams.get('access_token')),
  });
  if (answer === 'lost') return connectionReset();
  if (answer === 'not found') return new Response('Not Found', { status: 404 });
  return Response.json(answer, { headers: { 'content-type': 'application/json; encoding=utf-8' } });
}

/**
 * A cloud call of a function, as it comes through CloudBase. @param appid the mini-program of the environment
 * @returns undefined for an API that has no cloud call here; `lost` when a fault drops the answer
 */
export async function answerCloudCall(
  options: WeixinOptions,
  appid: string,
  api: string,
  body: Json,
): Promise<object | 'lost' | undefined> {
  const endpoint = weixinEndpoints.find(({ cloudCall }) => cloudCall === api);
  if (!endpoint) return undefined;
  const request = { method: 'POST', target: `cloud call ${api}`, headers: {}, body: JSON.stringify(body) };
  const answer = await answerCall(options, { endpoint, request, body: () => body, appid: () => appid });
  return answer === 'not found' ? undefined : answer;
}

async function answerCall(options: WeixinOptions, call: Call): Promise<object | 'lost' | 'not found'> {
  const startedMs = performance.now();
  const atMs = options.context.clock.now();
  const { endpoint, request } = call;
  if (!endpoint) return 'not found';
  const fault = options.faults().next([endpoint.name, endpoint.path, `POST ${endpoint.path}`]);
  if (fault?.kind === 'latency') await new Promise((resolve) => setTimeout(resolve, fault.latencyMs ?? 1000));
  const replaced = replacement(fault);
  const outcome = replaced && fault?.afterEffect !== true ? undefined : run(options.context, endpoint, call);
  const final = replaced ?? outcome?.body ?? {};
  const problem = outcome?.problem;
  options.exchanges.add({
    atMs,
    durationMs: Math.round((performance.now() - startedMs) * 100) / 100,
    api: endpoint.name,
    ...(outcome?.outTradeNo !== undefined && { outTradeNo: outcome.outTradeNo }),
    request,
    ...(final !== 'lost' && {
      answer: {
        status: 200,
        headers: {},
        body: JSON.stringify(final).replace(/("access_token":")[^"]*/, '$1…'),
      },
    }),
    verdict: fault ? 'fault' : problem ? 'refused' : 'passed',
    ...(problem && { code: String(problem.errcode), check: 'rules', page: endpoint.page }),
    explanation: problem?.explanation,
    ...(fault && { fault: `${fault.kind}${fault.afterEffect ? ' after effect' : ''}` }),
  });
  return final;
}

/** What a fault answers instead of the API; signature and bill faults have no effect here. */
function replacement(fault: Fault | undefined): object | 'lost' | undefined {
  if (fault?.kind === 'reset') return 'lost';
  if (fault?.kind === 'rate-limit') return { errcode: 45009, errmsg: 'reach max api daily quota limit' };
  if (fault?.kind === 'system-error') return { errcode: -1, errmsg: 'system error' };
  return undefined;
}

interface Outcome {
  readonly body: object;
  readonly problem?: WeixinProblem;
  readonly outTradeNo?: string;
}

function run(context: SimulatorContext, endpoint: WeixinEndpoint, call: Call): Outcome {
  let about: { outTradeNo?: string } = {};
  try {
    const body = call.body();
    if (endpoint.withoutToken) return { body: endpoint.withoutToken(context, body) };
    const appid = call.appid();
    about = subjectOf(context, body);
    return { body: { errcode: 0, errmsg: 'ok', ...endpoint.handle?.(context, appid, body) }, ...about };
  } catch (error) {
    if (!(error instanceof WeixinProblem)) throw error;
    const { random } = context.state;
    const rid = [random.hex(8), random.hex(8), random.hex(8)].join('-');
    return {
      body: { errcode: error.errcode, errmsg: `${error.message} rid: ${rid}` },
      problem: error,
      ...about,
    };
  }
}

function parse(text: string): Json {
  if (text === '') throw new WeixinProblem(44002);
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed as Json;
  } catch {
    // Said below.
  }
  throw new WeixinProblem(47001, { en: 'the body must be a JSON object', zh: '请求体须为 JSON 对象' });
}

/** Which order the call is about, for the exchange record: the payment's number, as the inspector lists it. */
function subjectOf({ state }: SimulatorContext, body: Json): { outTradeNo?: string } {
  const key = typeof body.order_key === 'object' && body.order_key !== null ? (body.order_key as Json) : body;
  const store = new OrderStore(state);
  const text = (name: string) => (typeof key[name] === 'string' ? textAt(key, name) : '');
  const payment =
    store.byTransactionId(text('transaction_id') || text('order_id')) ??
    store.find(text('out_trade_no') || text('merchant_trade_no') || text('order_id'));
  return payment ? { outTradeNo: payment.paymentNo } : {};
}
