/**
 * What an application costs on our side: checking, storing and encrypting a whole form, against the floor of encrypting
 * its sensitive fields with node:crypto and a cached key. Sending is not measured: it depends on the network.
 */
import { constants, createHash, generateKeyPairSync, type KeyObject, publicEncrypt } from 'node:crypto';
import fc from 'fast-check';
import { mediaCollection } from '../../shared/merchants/media-document.ts';
import type { OnboardingPorts } from '../../shared/merchants/ports.ts';
import { submitApplication } from '../../shared/merchants/submit.ts';
import { formSchemas } from '../../shared/wechatpay/applyment/check.ts';
import { leavesOf } from '../../shared/wechatpay/applyment/forms/walk.ts';
import { startMs } from '../../shared/wechatpay/applyment/testing/cases.ts';
import { ecommerceFormOf } from '../../shared/wechatpay/applyment/testing/ecommerce.ts';
import { createPlatformKeys } from '../../shared/wechatpay/crypto/platform-keys.ts';
import type { WechatpayClient } from '../../shared/wechatpay/http/client-types.ts';
import { coreRoutes } from '../../shared/wechatpay/routes/generated/core-routes.ts';
import { routeRequest } from '../../shared/wechatpay/routes/route-request.ts';
import { FakeWechatpay } from '../../shared/wechatpay/testing/fake-transport.ts';
import { median } from './statistics.ts';

export interface ApplicationFigures {
  /** ms of CPU to check one application, make its document and its encrypted request. */
  oursMs: number;
  /** ms of CPU to encrypt its sensitive fields and nothing else. */
  floorMs: number;
  /** How many fields that is. */
  encryptions: number;
  /** Speed against the floor: 1 is as fast. */
  speedOfFloor: number;
}

const calls = 150;
const openid = 'oBench_000000000000000001';

/** Rounds are interleaved, so that a drift of the machine's speed meets both. The form is an enterprise's. */
export async function benchApplication(rounds: number): Promise<ApplicationFigures> {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const form = fc.sample(ecommerceFormOf('2'), { numRuns: 1, seed: 1 })[0] ?? {};
  const texts = leavesOf(formSchemas.ecommerce, form).flatMap(({ kind, value }) =>
    kind === 'sensitive' ? [String(value)] : [],
  );
  const ours: number[] = [];
  const floor: number[] = [];
  for (let round = -1; round < rounds; round++) {
    const oursMs = await cpuMs(submitter(publicKey, form));
    const floorMs = await cpuMs(async () => {
      for (const text of texts) encryptAtFloor(text, publicKey);
    });
    if (round < 0) continue;
    ours.push(oursMs);
    floor.push(floorMs);
  }
  const [oursMs, floorMs] = [median(ours), median(floor)];
  return { oursMs, floorMs, encryptions: texts.length, speedOfFloor: floorMs / oursMs };
}

function encryptAtFloor(text: string, publicKey: KeyObject): string {
  const key = { key: publicKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' };
  return publicEncrypt(key, Buffer.from(text)).toString('base64');
}

/** Submits the form again and again. Database and network answer at once: what they cost is not measured here. */
function submitter(publicKey: KeyObject, form: Record<string, unknown>): () => Promise<unknown> {
  const { client } = new FakeWechatpay({ nowMs: () => startMs });
  const platformKeys = createPlatformKeys({
    publicKey: { id: 'PUB_KEY_ID_BENCH', key: publicKey },
    nowMs: () => startMs,
  });
  const request: WechatpayClient['request'] = async (route, ...[parameters]) => {
    const { body } = await routeRequest(route, { ...parameters }, coreRoutes[route], platformKeys);
    JSON.stringify(body);
    return { applyment_id: 1 } as never;
  };
  const media = leavesOf(formSchemas.ecommerce, form).filter(({ kind }) => kind === 'media');
  const owned = media.map(({ value }) => ({ _id: String(value), openid, kind: 'image' }));
  const ports: OnboardingPorts = {
    clock: { nowMs: () => startMs },
    documents: {
      insertIfAbsent: async () => undefined,
      get: async () => undefined,
      update: async () => true,
      remove: async () => true,
      find: async (collection) => (collection === mediaCollection ? owned : []) as never[],
    },
    account: { kind: 'ecommerce', client: { ...client, request } },
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    sha256Hex: (text) => createHash('sha256').update(text).digest('hex'),
  };
  return () => submitApplication(ports, openid, 'bench-token-0123456789', form);
}

async function cpuMs(run: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  for (let call = 0; call < calls; call++) await run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / calls;
}
