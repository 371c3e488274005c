import { createPublicKey } from 'node:crypto';
import { createRsaKey, serialOf, toPem } from '../keys/rsa.ts';
import { validFromMs, validUntilMs } from '../keys/validity.ts';
import type { State } from '../state/state.ts';

/** For SDKs with a fixed host: a server certificate for WeChat Pay's host names, issued by the sandbox's own CA. */
export async function createTls(state: State): Promise<{ key: string; cert: string; ca: string }> {
  const privateKey = await createRsaKey('tls', state.seed);
  const hosts = [
    { dns: 'api.mch.weixin.qq.com' },
    { dns: 'api2.mch.weixin.qq.com' },
    { dns: 'localhost' },
    { ip: '127.0.0.1' },
  ];
  const cert = state.authority.issue({
    serialNo: serialOf('tls', state.seed),
    subject: '/C=CN/O=WeChat Pay sandbox/CN=api.mch.weixin.qq.com',
    publicKey: createPublicKey(privateKey),
    notBeforeMs: validFromMs,
    notAfterMs: validUntilMs,
    hosts,
  });
  return { key: toPem(privateKey), cert, ca: state.authority.certificatePem };
}
