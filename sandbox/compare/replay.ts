/** Sends the requests of a capture to a sandbox, one after the other. */

import { controlClient } from '../package/control-client.ts';
import { ControlError } from '../package/control-error.ts';
import type { Credentials } from '../wechatpay/account-credentials.ts';
import type { Capture, CaptureAccount, CapturedExchange } from './capture.ts';
import { isObject, type Json } from './json.ts';
import { presupposed } from './presupposed.ts';
import { StandIns } from './stand-ins.ts';

export interface ReplayOptions {
  /** Answers requests: a sandbox in this process, or `fetch`. */
  readonly send: (request: Request) => Promise<Response>;
  /** Without trailing slash. */
  readonly base: string;
  readonly run: string;
}

export interface ReplayedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Json;
  readonly fidelity?: string;
}

export interface Replayed {
  readonly captured: CapturedExchange;
  readonly answer: ReplayedAnswer;
}

/** @param capture a redacted one @throws ControlError when the sandbox refuses a control call */
export async function replay(capture: Capture, options: ReplayOptions): Promise<Replayed[]> {
  const { send, base, run } = options;
  const call = controlClient(send, base);
  const credentials = await call<Credentials>('GET', 'credentials');
  const account = credentials[capture.account ?? accountOf(capture.exchanges)];
  const { nowMs } = await call<{ nowMs: number }>('GET', 'clock');
  const standIns = new StandIns({ account, nowMs, run });
  const replayed: Replayed[] = [];
  for (const captured of capture.exchanges) {
    for (const { path, body } of presupposed(captured)) {
      await call('POST', standIns.fillText(path), standIns.fill(body)).catch((error: unknown) => {
        // Already paid or settled, or about an order that the capture does not have.
        if (!(error instanceof ControlError)) throw error;
      });
    }
    const request = await signed(captured, standIns, {
      ...options,
      mchid: account.mchid,
      serial: account.publicKeyId,
    });
    const answer = await answerOf(await send(request));
    standIns.learn(captured.response.body, answer.body);
    replayed.push({ captured, answer });
  }
  return replayed;
}

/** Whose requests these are, where the capture does not say. */
function accountOf(exchanges: readonly CapturedExchange[]): CaptureAccount {
  const targets = exchanges.map(({ request }) => request.target);
  if (targets.some((target) => /^\/v3\/(ecommerce|combine-transactions)\//.test(target))) return 'ecommerce';
  const names = (body: Json | undefined) => (isObject(body) ? Object.keys(body) : []);
  const asPartner = exchanges.some(({ request }) =>
    names(request.body).some((name) => name === 'sub_mchid' || name === 'sp_mchid'),
  );
  return asPartner || targets.some((target) => target.includes('/partner/')) ? 'partner' : 'direct';
}

async function signed(
  { request }: CapturedExchange,
  standIns: StandIns,
  { send, base, mchid, serial }: ReplayOptions & { readonly mchid: string; readonly serial: string },
): Promise<Request> {
  const target = standIns.fillText(request.target);
  const body = request.body === undefined ? undefined : JSON.stringify(standIns.fill(request.body));
  const query = new URLSearchParams({ mchid, method: request.method, target });
  const answer = await send(
    new Request(`${base}/_sandbox/sign?${query}`, {
      method: 'POST',
      headers: { host: '127.0.0.1', accept: 'text/plain' },
      ...(body !== undefined && { body }),
    }),
  );
  return new Request(`${base}${target}`, {
    method: request.method,
    headers: {
      authorization: await answer.text(),
      accept: 'application/json',
      'user-agent': 'wechatpay-sandbox-compare',
      'wechatpay-serial': serial,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body }),
  });
}

async function answerOf(response: Response): Promise<ReplayedAnswer> {
  const headers = Object.fromEntries(response.headers);
  const text = await response.text();
  const fidelity = headers['sandbox-fidelity'];
  const isJson = headers['content-type']?.startsWith('application/json') === true && text !== '';
  return {
    status: response.status,
    headers,
    ...(isJson && { body: JSON.parse(text) as Json }),
    ...(fidelity !== undefined && { fidelity }),
  };
}
