import { createPublicKey } from 'node:crypto';
import { createRsaKey, serialOf, toPem } from '../keys/rsa.ts';
import { worldBeginsMs, worldEndsMs } from '../keys/validity.ts';
import type { World } from '../state/state.ts';

/** For SDKs whose host is fixed: a server certificate in the name of WeChat Pay's hosts, by the sandbox's own CA. */
export async function createTls(world: World): Promise<{ key: string; cert: string; ca: string }> {
  const privateKey = await createRsaKey('tls', world.seed);
  const hosts = [
    { dns: 'api.mch.weixin.qq.com' },
    { dns: 'api2.mch.weixin.qq.com' },
    { dns: 'localhost' },
    { ip: '127.0.0.1' },
  ];
  const cert = world.authority.issue({
    serialNo: serialOf('tls', world.seed),
    subject: '/C=CN/O=WeChat Pay sandbox/CN=api.mch.weixin.qq.com',
    publicKey: createPublicKey(privateKey),
    notBeforeMs: worldBeginsMs,
    notAfterMs: worldEndsMs,
    hosts,
  });
  return { key: toPem(privateKey), cert, ca: world.authority.certificatePem };
}
