/** Signing and verifying: ours, the floor (node:crypto with a cached key), and jsrsasign with the PEM on each call. */
import { generateKeyPairSync, sign, verify } from 'node:crypto';
import { hextob64, KJUR } from 'jsrsasign';
import { requestMessage, signMessage } from '../../shared/wechatpay/crypto/signer.ts';
import { verifySignature } from '../../shared/wechatpay/crypto/verifier.ts';
import { compareCpu, median } from './statistics.ts';

export interface SigningFigures {
  /** ms of CPU per signature. */
  sign: { ours: number; floor: number; jsrsasign: number };
  /** ms of CPU per verification. */
  verify: { ours: number; floor: number };
  /** Speed against the floor: 1 is as fast. */
  signSpeedOfFloor: number;
  verifySpeedOfFloor: number;
  /** How many times faster than jsrsasign with the PEM on each call. */
  signTimesFasterThanJsrsasign: number;
}

export async function benchSigning(rounds: number): Promise<SigningFigures> {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const body = JSON.stringify({
    appid: 'wxd678efh567hg6787',
    description: '龙井'.repeat(20),
    amount: { total: 6800 },
  });
  const parts = {
    method: 'POST',
    path: '/v3/pay/transactions/jsapi',
    timestamp: 1_764_000_000,
    nonce: 'n'.repeat(32),
    body,
  };
  const message = requestMessage(parts);
  const signing = compareCpu(
    {
      ours: () => void signMessage(requestMessage(parts), privateKey),
      floor: () => void sign('RSA-SHA256', Buffer.from(message), privateKey).toString('base64'),
      jsrsasign: () => void jsrsasignWithPem(pem, message),
    },
    { rounds, callsPerRound: { ours: 150, floor: 150, jsrsasign: 2 } },
  );
  const verifying = await verifyFigures(rounds, { privateKey, publicKey, body });
  return {
    sign: signing,
    verify: verifying,
    signSpeedOfFloor: signing.floor / signing.ours,
    verifySpeedOfFloor: verifying.floor / verifying.ours,
    signTimesFasterThanJsrsasign: signing.jsrsasign / signing.ours,
  };
}

function jsrsasignWithPem(pem: string, message: string): string {
  const signature = new KJUR.crypto.Signature({ alg: 'SHA256withRSA' });
  signature.init(pem);
  signature.updateString(message);
  return hextob64(signature.sign());
}

const callsPerTurn = 600;

type Keys = { body: string } & ReturnType<typeof generateKeyPairSync>;

async function verifyFigures(rounds: number, { privateKey, publicKey, body }: Keys) {
  const timestamp = '1764000000';
  const signed = `${timestamp}\nnonce\n${body}\n`;
  const signature = sign('RSA-SHA256', Buffer.from(signed), privateKey);
  const headers = {
    'Wechatpay-Serial': 'PUB_KEY_ID_0116000000000000000000000001',
    'Wechatpay-Signature': signature.toString('base64'),
    'Wechatpay-Timestamp': timestamp,
    'Wechatpay-Nonce': 'nonce',
  };
  const rawBody = Buffer.from(body);
  const context = {
    platformKeys: { verificationKey: async () => publicKey },
    nowMs: () => Number(timestamp) * 1000,
  };
  const ours: number[] = [];
  const floor: number[] = [];
  const verifyOurs = () => verifySignature({ headers, rawBody }, context);
  const verifyFloor = async () => {
    // Every implementation has to build the message from the headers and the raw body.
    const message = Buffer.concat([Buffer.from(`${timestamp}\nnonce\n`), rawBody, Buffer.from('\n')]);
    verify('RSA-SHA256', message, publicKey, Buffer.from(headers['Wechatpay-Signature'], 'base64'));
  };
  // Short rounds, so that both run at the same machine speed.
  for (let turn = -10; turn < rounds * 10; turn++) {
    const oursMs = await cpuMs(callsPerTurn, verifyOurs);
    const floorMs = await cpuMs(callsPerTurn, verifyFloor);
    if (turn < 0) continue;
    ours.push(oursMs);
    floor.push(floorMs);
  }
  return { ours: median(ours), floor: median(floor) };
}

async function cpuMs(calls: number, call: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  for (let index = 0; index < calls; index++) await call();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / calls;
}
