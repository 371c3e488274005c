/** The account that is tried out, as its variables describe it. */
import { variableOf } from '../../../shared/cloudbase/accounts.ts';
import type { AccountKind } from '../../../shared/core/account.ts';
import { parseApiV3Key, parsePrivateKey, parsePublicKey } from '../../../shared/wechatpay/crypto/keys.ts';
import { createClient } from '../../../shared/wechatpay/http/client.ts';
import type { WechatpayClient } from '../../../shared/wechatpay/http/client-types.ts';
import type { Values } from '../check-values.ts';
import { basesOf } from './bases.ts';

export interface LiveAccount {
  /** The last part of the callback path. */
  readonly kind: AccountKind;
  readonly mchid: string;
  readonly serialNo: string;
  readonly publicKeyId: string | undefined;
  /** Whether certificate, serial, key and merchant number agree with each other offline. */
  readonly certificateKnown: boolean;
  readonly client: WechatpayClient;
}

/** @param apiBase asked instead of the configured hosts */
export function liveAccount(
  kind: AccountKind,
  values: Values,
  options: { readonly apiBase?: string | undefined; readonly nowMs: () => number },
): LiveAccount {
  const value = (name: string) => values[variableOf(kind, name)] ?? '';
  const publicKeyId = value('PUBLIC_KEY_ID') || undefined;
  const client = createClient({
    account: {
      mchid: value('MCHID'),
      serialNo: value('SERIAL_NO'),
      privateKey: parsePrivateKey(value('PRIVATE_KEY')),
      apiV3Key: parseApiV3Key(value('API_V3_KEY')),
    },
    ...(publicKeyId && { publicKey: { id: publicKeyId, key: parsePublicKey(value('PUBLIC_KEY')) } }),
    bases: basesOf(options.apiBase ?? values.WECHATPAY_API_BASES),
    nowMs: options.nowMs,
    limits: { responseTimeoutMs: 6_000, totalTimeoutMs: 10_000 },
  });
  return {
    kind,
    mchid: value('MCHID'),
    serialNo: value('SERIAL_NO'),
    publicKeyId,
    certificateKnown: value('CERTIFICATE') !== '',
    client,
  };
}
