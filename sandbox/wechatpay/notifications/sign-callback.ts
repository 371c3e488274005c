import { createPrivateKey } from 'node:crypto';
import { type SignatureDefect, signatureHeaders } from '../http/sign.ts';
import { encryptWithApiV3Key } from '../keys/endpoints.ts';
import type { PlatformKey } from '../keys/platform.ts';
import type { State } from '../state/state.ts';
import { rfc3339 } from '../state/time.ts';
import type { Notification, Tamper } from './types.ts';

/** The body of a callback: doc/v3/merchant/4012791902. */
export function notificationBody(
  state: State,
  notification: Pick<Notification, 'id' | 'mchid' | 'eventType' | 'originalType' | 'summary' | 'createdAtMs'>,
  resource: Record<string, unknown>,
): string {
  const nonce = state.random.letters(12);
  const { apiV3Key } = state.merchants.get(notification.mchid)!;
  return JSON.stringify({
    id: notification.id,
    create_time: rfc3339(notification.createdAtMs),
    resource_type: 'encrypt-resource',
    event_type: notification.eventType,
    summary: notification.summary,
    resource: {
      original_type: notification.originalType,
      algorithm: 'AEAD_AES_256_GCM',
      ciphertext: encryptWithApiV3Key(apiV3Key, nonce, notification.originalType, JSON.stringify(resource)),
      associated_data: notification.originalType,
      nonce,
    },
  });
}

const defects: Partial<Record<Tamper, SignatureDefect>> = {
  signature: 'signature',
  serial: 'wrong-serial',
  timestamp: 'stale-timestamp',
  signtest: 'signtest',
  unsigned: 'unsigned',
  'wrong-key': 'wrong-key',
};

export interface SignedCallback {
  readonly body: string;
  readonly headers: Record<string, string>;
  readonly serial: string;
}

/**
 * Signs a callback, or forges it. `body` changes the body after signing; `resource` signs a body whose ciphertext
 * cannot be decrypted; `amount` is genuine except for the amount, which is one fen off, and `merchant` except for the
 * merchant and the appid, which are another's.
 */
export function signCallback(
  state: State,
  notification: Notification,
  transportMs: number,
  tamper: Tamper | undefined,
): SignedCallback {
  const key = state.platform.signerOfCallback(state.random.fraction());
  const signed = altered(state, notification, tamper);
  const headers = signatureHeaders(signed, {
    key,
    nonce: state.random.letters(32),
    nowMs: transportMs,
    defect: tamper && defects[tamper],
    ...(tamper === 'wrong-key' && { impostor: impostorOf(state, notification, key) }),
  });
  return {
    body: tamper === 'body' ? signed.replace('"summary":"', '"summary":"!') : signed,
    serial: key.id,
    headers: {
      'Content-Type': 'application/json',
      Accept: '*/*',
      'User-Agent': 'Mozilla/4.0',
      'Request-ID': `08${state.random.hex(38).toUpperCase()}-0`,
      ...headers,
    },
  };
}

/** The body, with what `tamper` changes in it before it is signed. */
function altered(state: State, notification: Notification, tamper: Tamper | undefined): string {
  if (tamper === 'amount') return withResource(state, notification, oneFenOff(notification.resource));
  if (tamper === 'merchant')
    return withResource(state, notification, ofAnotherMerchant(notification.resource));
  if (tamper !== 'resource') return notification.body;
  const body = JSON.parse(notification.body) as { resource: { ciphertext: string } };
  const cipher = body.resource.ciphertext;
  body.resource.ciphertext = (cipher.startsWith('A') ? 'B' : 'A') + cipher.slice(1);
  return JSON.stringify(body);
}

/** Under a new id, since an id that was recorded before is not processed again. */
function withResource(state: State, notification: Notification, resource: Record<string, unknown>): string {
  return notificationBody(state, { ...notification, id: state.random.uuid() }, resource);
}

const others: Readonly<Record<string, string>> = { mchid: '1900009999', appid: 'wx0000000000000000' };

/** Each merchant number and appid in it, by whatever name (`sp_mchid`, `combine_appid`, …). */
function ofAnotherMerchant(resource: Record<string, unknown>): Record<string, unknown> {
  return JSON.parse(
    JSON.stringify(
      resource,
      (name, value: unknown) => others[/(mchid|appid)$/.exec(name)?.[0] ?? ''] ?? value,
    ),
  ) as Record<string, unknown>;
}

function oneFenOff(resource: Record<string, unknown>): Record<string, unknown> {
  const copy = structuredClone(resource) as {
    amount?: Record<string, number>;
    sub_orders?: { amount: Record<string, number> }[];
  };
  const amount = copy.amount ?? copy.sub_orders?.[0]?.amount ?? {};
  for (const [name, fen] of Object.entries(amount)) if (typeof fen === 'number') amount[name] = fen + 1;
  return copy as Record<string, unknown>;
}

/** A wrong key presented as the platform's; the merchant's own key is used. */
function impostorOf(state: State, notification: Notification, key: PlatformKey): PlatformKey {
  const { privateKeyPem } = state.merchants.get(notification.mchid)!;
  return { ...key, privateKey: createPrivateKey(privateKeyPem) };
}
