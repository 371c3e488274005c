import { createSign } from 'node:crypto';
import { scheme } from '../auth/authorization.ts';
import { signedMessage } from '../auth/message.ts';
import type { ControlContext, ControlRoute } from '../context.ts';
import { badRequest, notFound } from './read.ts';

/**
 * `POST /_sandbox/sign?mchid=…&method=POST&target=/v3/…` with the body to be signed, exactly as it will be sent: the
 * Authorization header that the merchant would send now, as text, or as JSON with the message that it signs. For a
 * command line or a first try in another language; a nonce is accepted only once, so sign each request separately.
 */
export const signRoute: ControlRoute = {
  method: 'POST',
  path: '/_sandbox/sign',
  handle: (context) => {
    const { merchant, method, target } = readQuery(context);
    const timestamp = String(Math.floor(context.clock.now() / 1000));
    const nonce = context.state.random.hex(32);
    const message = signedMessage({ method, target, timestamp, nonce, body: context.text });
    const signature = createSign('RSA-SHA256').update(message).sign(merchant.privateKeyPem, 'base64');
    const parts = {
      mchid: merchant.mchid,
      nonce_str: nonce,
      signature,
      timestamp,
      serial_no: merchant.serialNo,
    };
    const list = Object.entries(parts).map(([name, value]) => `${name}="${value}"`);
    const authorization = `${scheme} ${list.join(',')}`;
    return context.accepts.includes('json') ? { authorization, message } : new Response(authorization);
  },
};

function readQuery({ query, state }: ControlContext) {
  const mchid = query.get('mchid') ?? '';
  const merchant = state.merchants.get(mchid);
  if (!merchant) {
    const known = [...state.merchants.keys()];
    throw notFound(
      `merchant "${mchid}"; there are ${known.join(', ')}`,
      `商户 "${mchid}"，已有的商户：${known.join('、')}`,
    );
  }
  const method = query.get('method') ?? 'GET';
  if (!/^[A-Z]+$/.test(method)) {
    throw badRequest(
      '"method" must be GET, POST, PUT, PATCH or DELETE.',
      '"method" 只能是 GET、POST、PUT、PATCH、DELETE。',
    );
  }
  const target = query.get('target') ?? '';
  if (!target.startsWith('/')) {
    throw badRequest(
      '"target" must be the path with its query, as sent, e.g. /v3/pay/transactions/jsapi.',
      '"target" 须为实际发送的路径和查询串，例如 /v3/pay/transactions/jsapi。',
    );
  }
  return { merchant, method, target };
}
