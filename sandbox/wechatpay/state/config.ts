import { createPrivateKey, X509Certificate } from 'node:crypto';
import { accountKinds, type MerchantPlan } from './merchants.ts';

/**
 * The config file: `{"merchants":[{kind, mchid, name?, appids, apiV3Key?, privateKeyPem?, certificatePem?,
 * feeBasisPoints?, subMerchants?: [{mchid, name?, appids?, feeBasisPoints?}]}]}`. Omitted values are generated. Not
 * every kind needs a merchant; /_sandbox/credentials shows the first of each kind.
 * @throws Error that says which entry is wrong and how.
 */
export function readConfig(text: string, file: string): MerchantPlan[] {
  const fail = (problem: string): never => {
    throw new Error(`${file}: ${problem}`);
  };
  let config: unknown;
  try {
    config = JSON.parse(text);
  } catch (cause) {
    return fail(`not JSON: ${(cause as Error).message}`);
  }
  const merchants = (config as { merchants?: unknown } | null)?.merchants;
  if (!Array.isArray(merchants) || merchants.length === 0)
    return fail('"merchants" must be a non-empty list.');
  const plans = merchants.map((entry, index) =>
    readMerchant(entry, (what) => fail(`merchants[${index}]: ${what}`)),
  );
  const numbers = plans.flatMap((plan) => [plan.mchid, ...plan.subMerchants.map((sub) => sub.mchid)]);
  const repeated = numbers.find((number, index) => numbers.indexOf(number) !== index);
  if (repeated !== undefined) fail(`mchid ${repeated} is there twice.`);
  return plans;
}

function readMerchant(entry: unknown, fail: (problem: string) => never): MerchantPlan {
  const given = (typeof entry === 'object' && entry !== null ? entry : {}) as Record<string, unknown>;
  const kind =
    accountKinds.find((one) => one === given.kind) ??
    fail(`"kind" must be one of ${accountKinds.join(', ')}.`);
  const mchid = readMchid(given.mchid, fail);
  const apiV3Key = optionalText(given, 'apiV3Key', fail);
  if (apiV3Key !== undefined && Buffer.byteLength(apiV3Key) !== 32) fail('"apiV3Key" must have 32 bytes.');
  const privateKeyPem = optionalText(given, 'privateKeyPem', fail);
  const certificatePem = optionalText(given, 'certificatePem', fail);
  requirePair(privateKeyPem, certificatePem, fail);
  const subs = given.subMerchants ?? [];
  if (!Array.isArray(subs)) return fail('"subMerchants" must be a list.');
  if (kind === 'direct' && subs.length > 0) fail('a direct merchant has no "subMerchants".');
  return {
    kind,
    mchid,
    name: optionalText(given, 'name', fail) ?? mchid,
    appids: readAppids(given.appids, fail, true),
    ...(apiV3Key !== undefined && { apiV3Key }),
    ...(privateKeyPem !== undefined && { privateKeyPem }),
    ...(certificatePem !== undefined && { certificatePem }),
    ...readFee(given, fail),
    subMerchants: subs.map((sub: Record<string, unknown>) => {
      const number = readMchid(sub?.mchid, fail);
      return {
        mchid: number,
        name: optionalText(sub, 'name', fail) ?? number,
        appids: readAppids(sub.appids ?? [], fail, false),
        ...readFee(sub, fail),
      };
    }),
  };
}

function requirePair(
  privateKeyPem: string | undefined,
  certificatePem: string | undefined,
  fail: (problem: string) => never,
): void {
  if (certificatePem !== undefined && privateKeyPem === undefined)
    fail('"certificatePem" needs "privateKeyPem".');
  if (privateKeyPem === undefined) return;
  try {
    const key = createPrivateKey(privateKeyPem);
    if (certificatePem === undefined) return;
    if (new X509Certificate(certificatePem).checkPrivateKey(key)) return;
  } catch (cause) {
    fail(`key or certificate cannot be read: ${(cause as Error).message}`);
  }
  fail('"certificatePem" is not the certificate of "privateKeyPem".');
}

function readMchid(value: unknown, fail: (problem: string) => never): string {
  return typeof value === 'string' && /^\d{8,10}$/.test(value)
    ? value
    : fail('"mchid" must be 8 to 10 digits.');
}

function readFee(given: Record<string, unknown>, fail: (problem: string) => never) {
  const { feeBasisPoints } = given;
  if (feeBasisPoints === undefined) return {};
  if (Number.isInteger(feeBasisPoints) && Number(feeBasisPoints) >= 0 && Number(feeBasisPoints) <= 1_000) {
    return { feeBasisPoints: Number(feeBasisPoints) };
  }
  return fail('"feeBasisPoints" must be a whole number from 0 to 1000; 60 means 0.6 %.');
}

function readAppids(value: unknown, fail: (problem: string) => never, required: boolean): string[] {
  const fine = Array.isArray(value) && value.every((appid) => /^wx[0-9a-f]{16}$/.test(String(appid)));
  if (!fine || (required && value.length === 0))
    return fail('"appids" must be a list of wx + 16 hex digits.');
  return value.map(String);
}

function optionalText(
  given: Record<string, unknown>,
  name: string,
  fail: (problem: string) => never,
): string | undefined {
  const value = given[name];
  if (value === undefined) return undefined;
  return typeof value === 'string' && value !== '' ? value : fail(`"${name}" must be a text.`);
}
