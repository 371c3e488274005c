/** What a merchant does in the merchant platform under 账户中心 → API安全. There is no official API for any of it. */
import { createPublicKey } from 'node:crypto';
import type { ControlContext, ControlRoute, Merchant, State } from '../context.ts';
import { createRsaKey, serialOf, toPem } from '../keys/rsa.ts';
import { validUntilMs } from '../keys/validity.ts';
import { changed, type StoredMerchant, subjectOf } from '../state/merchants.ts';
import { badRequest, notFound, objectBody, oneOf, wrongState } from './read.ts';

async function changeKeys(context: ControlContext) {
  const { state, params, bus } = context;
  const merchant = state.merchants.get(params.mchid!);
  if (!merchant) throw notFound(`merchant ${params.mchid}`, `商户 ${params.mchid}`);
  const next = changed(merchant, await changesOf(context, merchant));
  state.merchants.set(merchant.mchid, next);
  bus.publish('keys', { mchid: next.mchid, serialNo: next.serialNo, older: next.older?.serialNo ?? null });
  const { privateKeyPem, certificatePem } = next;
  return { serialNo: next.serialNo, privateKeyPem, certificatePem, apiV3Key: next.apiV3Key };
}

type Changes = Partial<StoredMerchant>;

async function changesOf(context: ControlContext, merchant: Merchant): Promise<Changes> {
  const { apiV3Key, certificate } = objectBody(context);
  if ((apiV3Key === undefined) === (certificate === undefined))
    throw badRequest(
      'Give either "apiV3Key" or "certificate".',
      '"apiV3Key" 与 "certificate" 须提供其中一个。',
    );
  if (apiV3Key === undefined) return changeCertificate(context, merchant, certificate);
  if (typeof apiV3Key !== 'string' || !/^[0-9A-Za-z]{32}$/.test(apiV3Key))
    throw badRequest('"apiV3Key" must be 32 letters and digits.', '"apiV3Key" 须为 32 位字母和数字。');
  return { apiV3Key };
}

/** `renew`: the older certificate stays valid beside the new one. `revoke`: it is void. */
async function changeCertificate(
  context: ControlContext,
  merchant: Merchant,
  certificate: unknown,
): Promise<Changes> {
  const step = oneOf(certificate, 'certificate', ['renew', 'revoke']);
  if (step === 'renew') return newCertificate(context.state, merchant, context.clock.now());
  if (!merchant.olderCertificatePem) throw wrongState('There is only one certificate.', '只有一张证书。');
  return { olderCertificatePem: undefined };
}

/** Of the key of the next certificate: each has its own. */
export function labelOfRenewed({ mchid, serialNo }: Pick<Merchant, 'mchid' | 'serialNo'>): string {
  return `merchant/${mchid}/after ${serialNo}`;
}

/** A key that is as long as the one before it. */
async function newCertificate(state: State, merchant: Merchant, notBeforeMs: number): Promise<Changes> {
  const label = labelOfRenewed(merchant);
  const bits = merchant.publicKey.asymmetricKeyDetails?.modulusLength;
  const privateKey = await createRsaKey(label, state.seed, bits);
  const certificatePem = state.authority.issue({
    serialNo: serialOf(label, state.seed),
    subject: subjectOf(merchant),
    publicKey: createPublicKey(privateKey),
    notBeforeMs,
    notAfterMs: validUntilMs,
  });
  return { privateKeyPem: toPem(privateKey), certificatePem, olderCertificatePem: merchant.certificatePem };
}

export const merchantKeyRoutes: readonly ControlRoute[] = [
  { method: 'POST', path: '/_sandbox/merchants/{mchid}/keys', handle: changeKeys },
];
