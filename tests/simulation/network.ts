/** The network between the functions and WeChat Pay, both ways. */
import type { PostCallback, PostResult } from '../../sandbox/wechatpay/notifications/post.ts';
import type { HttpRequest, HttpResponse, Transport } from '../../shared/wechatpay/http/client-types.ts';
import { TransportError } from '../../shared/wechatpay/http/transport-error.ts';
import type { Cloud, Instance } from './cloud.ts';
import type { FaultPoint, Faults } from './faults.ts';
import { between } from './random.ts';
import type { Story } from './story.ts';
import type { Timeline } from './timeline.ts';

/** WeChat Pay at the other end of the network. */
interface WechatPay {
  fetch(request: Request): Promise<Response>;
}

export interface NetworkOptions {
  readonly cloud: () => Cloud;
  readonly wechatPay: () => WechatPay;
  readonly timeline: Timeline;
  readonly faults: Faults;
  readonly story: Story;
  /** Something that must not happen. */
  readonly wrong: (what: string) => void;
}

/** Faults that the simulator carries out itself, with its own signature under them. */
const answered: Partial<Record<FaultPoint, object>> = {
  'WeChat Pay answers 429': { kind: 'rate-limit' },
  'WeChat Pay answers 500 before the effect': { kind: 'system-error', status: 500 },
  'WeChat Pay answers 500 after the effect': { kind: 'system-error', status: 500, afterEffect: true },
  'WeChat Pay answers 502 before the effect': { kind: 'system-error', status: 502 },
  'WeChat Pay answers 503 after the effect': { kind: 'system-error', status: 503, afterEffect: true },
  'WeChat Pay answers unsigned': { kind: 'unsigned' },
  'WeChat Pay answers with SIGNTEST': { kind: 'signtest' },
  'WeChat Pay answers with a stale timestamp': { kind: 'stale-timestamp' },
  'WeChat Pay answers under an unknown serial': { kind: 'wrong-serial' },
};
const answeredFaults = Object.keys(answered) as FaultPoint[];

export function transportOf(options: NetworkOptions, instance: Instance): Transport {
  return (request) => {
    const { pathname } = new URL(request.url);
    return options.cloud().perform(instance, 'request to WeChat Pay', `${request.method} ${pathname}`, {
      before: () => failBefore(options, request),
      effect: () => send(options, request),
      after: () => failAfter(options, request),
    });
  };
}

async function failBefore({ timeline, faults }: NetworkOptions, request: HttpRequest): Promise<void> {
  if (faults.strikes('no connection to WeChat Pay')) {
    await timeline.sleep(request.connectTimeoutMs);
    throw new TransportError('connect', 'no connection');
  }
  if (!request.freshConnection && faults.strikes('dead connection to WeChat Pay')) {
    throw new TransportError('dead-socket', 'the kept connection is gone');
  }
  if (faults.strikes('request to WeChat Pay lost before its effect')) {
    throw new TransportError('lost', 'the connection broke');
  }
  if (faults.strikes('WeChat Pay silent before the effect')) {
    await timeline.sleep(request.responseTimeoutMs);
    throw new TransportError('timeout', 'no answer');
  }
}

async function failAfter({ timeline, faults }: NetworkOptions, request: HttpRequest): Promise<void> {
  if (faults.strikes('answer of WeChat Pay lost after its effect')) {
    throw new TransportError('lost', 'the connection broke');
  }
  if (faults.strikes('WeChat Pay silent after the effect')) {
    await timeline.sleep(request.responseTimeoutMs);
    throw new TransportError('timeout', 'no answer');
  }
  const slow = 'slow answer of WeChat Pay';
  if (faults.strikes(slow)) {
    await timeline.sleep(between(faults.random(slow), 100, Math.max(100, request.responseTimeoutMs - 100)));
  }
}

async function send(options: NetworkOptions, request: HttpRequest): Promise<HttpResponse> {
  const { faults, wechatPay } = options;
  const fault = answeredFaults.find((name) => faults.strikes(name));
  if (fault) await setFaults(options, [{ route: '*', times: 1, ...answered[fault] }]);
  const { url, method, headers, body } = request;
  const response = await wechatPay().fetch(
    new Request(url, { method, headers: { ...headers }, ...(body !== undefined && { body }) }),
  );
  if (fault) await setFaults(options, []);
  const bytes = new Uint8Array(await response.arrayBuffer());
  options.story.show(() => `${response.status} ${Buffer.from(bytes).toString().slice(0, 500)}`);
  if (response.status === 401) options.wrong(`WeChat Pay does not accept the signature of ${method} ${url}`);
  if (response.status === 400 && isWrong(request, Buffer.from(bytes).toString()))
    options.wrong(`WeChat Pay does not accept the parameters of ${method} ${url}: ${Buffer.from(bytes)}`);
  return { status: response.status, headers: Object.fromEntries(response.headers), body: bytes };
}

/** Asked about a number that it does not know, this API answers that a parameter is wrong. */
const unknownNumber = /\/applyment\/business_code\//;
/** What is encrypted with the public key before the change to it has begun: docs/guides/certificates-to-public-key.md. */
const notInForce = '平台证书序列号Wechatpay-Serial错误';

function isWrong({ url, headers }: HttpRequest, answer: string): boolean {
  if (!answer.includes('"PARAM_ERROR"') || unknownNumber.test(url)) return false;
  const serial = Object.entries(headers).find(([name]) => name.toLowerCase() === 'wechatpay-serial')?.[1];
  return !(answer.includes(notInForce) && serial?.startsWith('PUB_KEY_ID_'));
}

async function setFaults({ wechatPay }: NetworkOptions, faults: readonly object[]): Promise<void> {
  const init = { method: 'PUT', body: JSON.stringify(faults) };
  await wechatPay().fetch(new Request('http://127.0.0.1:8700/_sandbox/faults', init));
}

/** What a callback's receiver must not accept. */
export interface Forgery {
  readonly kind: 'SIGNTEST' | 'tampered' | 'another account';
  readonly status: number | undefined;
}

export interface CallbackOptions extends NetworkOptions {
  readonly path: string;
  /** This callback was acknowledged to WeChat Pay. */
  readonly acknowledged: (body: string, path: string) => void;
  readonly forged: (forgery: Forgery) => void;
}

/** Delivers callbacks to payNotify. */
export function callbacks(options: CallbackOptions): PostCallback {
  const lostForGood = new Map<string, boolean>();
  const { timeline, faults, story } = options;
  return async (url, headers, body, timeoutMs) => {
    const id = String((JSON.parse(body) as { id: string }).id);
    const lost = lostForGood.get(id) ?? faults.strikes('callback lost for good');
    lostForGood.set(id, lost);
    const failed = (error: string): PostResult => ({ error, ms: 0 });
    if (lost) return failed('lost for good');
    await timeline.sleep(between(faults.random('callback lost once'), 1, 300));
    if (faults.strikes('callback lost once')) return failed('lost');
    await forge(options, url, headers, body);
    if (faults.strikes('callback arrives after WeChat Pay gave up waiting')) {
      const waitMs = between(
        faults.random('callback arrives after WeChat Pay gave up waiting'),
        timeoutMs,
        3_600_000,
      );
      timeline.at(timeline.nowMs + waitMs, () => void deliver(options, url, headers, body));
      await timeline.sleep(timeoutMs);
      return failed('no answer in time');
    }
    if (faults.strikes('callback delivered twice at once')) void deliver(options, url, headers, body);
    const status = await Promise.race([
      deliver(options, url, headers, body),
      timeline.sleep(timeoutMs).then(() => undefined),
    ]);
    if (status === undefined) return failed('no answer in time');
    if (faults.strikes('acknowledgement of a callback lost')) return failed('the answer was lost');
    if (status >= 200 && status < 300) options.acknowledged(body, new URL(url).pathname);
    story.add(`callback ${id} answered ${status}`);
    return { status, body: '', ms: 0 };
  };
}

async function deliver(
  { cloud }: CallbackOptions,
  url: string,
  headers: Record<string, string>,
  body: string,
): Promise<number | undefined> {
  const { pathname } = new URL(url);
  const event = { httpMethod: 'POST', path: pathname, headers, body, isBase64Encoded: false };
  const outcome = await cloud().invoke('payNotify', event, { source: 'http' });
  return 'answer' in outcome ? Number(Object(outcome.answer).statusCode) : undefined;
}

/** What somebody else might send. */
async function forge(
  options: CallbackOptions,
  url: string,
  headers: Record<string, string>,
  body: string,
): Promise<void> {
  const { faults, forged } = options;
  if (faults.strikes('SIGNTEST probe before a callback')) {
    const probe = {
      ...headers,
      'Wechatpay-Signature': `WECHATPAY/SIGNTEST/${headers['Wechatpay-Signature']?.slice(19)}`,
    };
    forged({ kind: 'SIGNTEST', status: await deliver(options, url, probe, body) });
  }
  if (faults.strikes('callback tampered with on the way')) {
    const changed = body.replace(/"summary":"[^"]*"/, '"summary":"x"');
    forged({ kind: 'tampered', status: await deliver(options, url, headers, changed) });
  }
  if (faults.strikes('callback on the path of another account')) {
    const other = url.endsWith('/direct') ? 'ecommerce' : 'direct';
    const status = await deliver(options, url.replace(/[a-z]+$/, other), headers, body);
    forged({ kind: 'another account', status });
  }
}
