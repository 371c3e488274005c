/** A certificate authority of the test's own, and a server certificate in the names of Tencent Cloud's hosts. */
import { createPublicKey } from 'node:crypto';
import { Authority } from '../../sandbox/wechatpay/keys/authority.ts';
import { createRsaKey, serialOf, toPem } from '../../sandbox/wechatpay/keys/rsa.ts';
import { validFromMs, validUntilMs } from '../../sandbox/wechatpay/keys/validity.ts';

const seed = 'tencent';
const names = [
  'tcb.tencentcloudapi.com',
  'scf.tencentcloudapi.com',
  'iaas.cloud.tencent.com',
  'registry.npmjs.org',
  '*.cos.ap-shanghai.myqcloud.com',
  'localhost',
];

export interface ServerIdentity {
  readonly key: string;
  readonly cert: string;
  /** PEM of the authority, for NODE_EXTRA_CA_CERTS. */
  readonly ca: string;
}

export async function createServerIdentity(): Promise<ServerIdentity> {
  const authority = await Authority.create(seed);
  const privateKey = await createRsaKey('hosts', seed);
  const cert = authority.issue({
    serialNo: serialOf('hosts', seed),
    subject: '/C=CN/O=Fake Tencent Cloud/CN=tencentcloudapi.com',
    publicKey: createPublicKey(privateKey),
    notBeforeMs: validFromMs,
    notAfterMs: validUntilMs,
    hosts: [...names.map((dns) => ({ dns })), { ip: '127.0.0.1' }],
  });
  return { key: toPem(privateKey), cert, ca: authority.certificatePem };
}
