/** Callbacks as WeChat Pay makes them: signed with the platform's key and encrypted for a merchant. */
import { encryptResource, signatureHeaders } from '../../shared/wechatpay/testing/material.ts';
import type { Running } from './support.ts';

interface PlatformKey {
  readonly id: string;
  readonly kind: 'certificate' | 'public-key';
  readonly privateKeyPem: string;
}

interface Callback {
  readonly headers: Record<string, string>;
  readonly body: string;
}

interface CallbackParts {
  readonly id: string;
  readonly apiV3Key: string;
  readonly resource: Record<string, unknown>;
  readonly eventType?: string;
  /** Which of the platform's keys signs; default its public key. */
  readonly signer?: PlatformKey['kind'];
}

/** A callback that is genuine except for the given parts. */
export function callbackOf({ system }: Running, parts: CallbackParts): Callback {
  const body = JSON.stringify({
    id: parts.id,
    create_time: new Date(system.clock.now()).toISOString(),
    event_type: parts.eventType ?? 'TRANSACTION.SUCCESS',
    resource_type: 'encrypt-resource',
    summary: '支付成功',
    resource: encryptResource(JSON.stringify(parts.resource), parts.apiV3Key),
  });
  return { headers: signed({ system }, body, parts.signer), body };
}

/** The headers that make any text a message of WeChat Pay. */
export function signed(
  { system }: Pick<Running, 'system'>,
  body: string,
  signer: PlatformKey['kind'] = 'public-key',
): Record<string, string> {
  const { seedData } = system.simulator.snapshot() as {
    seedData: { platform: { keys: PlatformKey[] } };
  };
  const key = seedData.platform.keys.find(({ kind }) => kind === signer);
  if (!key) throw new Error(`the platform has no ${signer}`);
  return signatureHeaders(body, {
    privatePem: key.privateKeyPem,
    serial: key.id,
    nowMs: system.clock.now(),
  });
}

export async function deliver(
  { system }: Running,
  path: string,
  { headers, body }: Callback,
): Promise<number> {
  const response = await fetch(`${system.url}/pay-notify${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
  await response.text();
  return response.status;
}
