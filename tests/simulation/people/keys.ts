/** Keys change while everything goes on: WeChat Pay's certificates, and the merchant's own as docs/guides prescribes. */
import { accountValues } from '../../../sandbox/system/environment.ts';
import { isPaid } from '../../../shared/payments/orders/transitions.ts';
import type { RefundRecord } from '../../../shared/payments/refunds/records.ts';
import { between, pick, type Random } from '../random.ts';
import type { Shop } from '../shop.ts';
import { type Action, type Kind, operator } from './kind.ts';
import { Visit } from './visits.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

type Account = 'direct' | 'provider';

export const keys: Kind = {
  name: 'keys',
  chance: 0.18,
  // Until what is bought with the new keys has been shared.
  settlingMs: 42 * hourMs,
  plan: (random, { busyMs }) => {
    const account = pick(random, ['direct', 'provider'] as const);
    return pick(random, [
      ...(['announce', 'switch', 'finish'] as const).map((step) => () => [renewal(random, busyMs, step)]),
      () => apiV3Key(random, busyMs, account),
      () => certificate(random, busyMs, account),
      () => publicKey(random, busyMs),
    ])();
  },
};

const renewals = {
  announce: 'platform certificate announced',
  switch: 'platform certificate switched in flight',
  finish: 'platform certificate retired',
} as const;

function renewal(random: Random, busyMs: number, step: keyof typeof renewals): Action {
  return {
    atMs: between(random, 0, busyMs),
    what: renewals[step],
    act: (shop) => {
      shop.faults.hit(renewals[step]);
      return shop.control('POST', '/keys', { rotate: step === 'finish' ? true : step });
    },
  };
}

/** docs/guides/change-api-v3-key.md; sometimes the new key is set before the functions know it. */
function apiV3Key(random: Random, busyMs: number, account: Account): Action[] {
  const next = Array.from({ length: 32 }, () => pick(random, [...'0123456789abcdef'])).join('');
  const knownAtMs = between(random, 0, busyMs * 0.7);
  const setAtMs = knownAtMs + (random() < 0.2 ? -1 : 1) * between(random, 0, 30 * minuteMs);
  const bothMs = Math.max(knownAtMs, setAtMs);
  const doneAtMs = bothMs + 25 * hourMs;
  return [
    ...(random() < 0.5 ? [certificatesOnly()] : []),
    at(knownAtMs, `deploy another API v3 key of ${account} beside the present one`, async (shop) =>
      shop.deploy({ [`${prefixes[account]}_API_V3_KEY_OTHER`]: next }),
    ),
    at(Math.max(0, setAtMs), `set the new API v3 key of ${account}`, (shop) => {
      shop.faults.hit('API v3 key changed');
      return shop.control('POST', keysOf(shop, account), { apiV3Key: next });
    }),
    buys(random, Math.max(bothMs, busyMs) + between(random, hourMs, 20 * hourMs), account),
    at(doneAtMs, `deploy the new API v3 key of ${account} alone`, async (shop) =>
      shop.deploy({
        [`${prefixes[account]}_API_V3_KEY`]: next,
        [`${prefixes[account]}_API_V3_KEY_OTHER`]: undefined,
      }),
    ),
    buys(random, Math.max(doneAtMs, busyMs) + hourMs, account),
  ];
}

/** docs/guides/rotate-certificate.md */
function certificate(random: Random, busyMs: number, account: Account): Action[] {
  const renewedAtMs = between(random, 0, busyMs * 0.7);
  const deployedAtMs = renewedAtMs + between(random, 1_000, 30 * minuteMs);
  const revokedAtMs = deployedAtMs + 25 * hourMs;
  let renewed: { readonly serialNo: string; readonly privateKeyPem: string } | undefined;
  return [
    at(renewedAtMs, `renew the certificate of ${account}`, async (shop) => {
      shop.faults.hit('merchant certificate renewed');
      renewed = await shop.control('POST', keysOf(shop, account), { certificate: 'renew' });
    }),
    at(deployedAtMs, `deploy the new certificate of ${account}`, async (shop) => {
      const now = { ...credentialsOf(shop, account), ...renewed };
      shop.deploy(accountValues(prefixes[account], now, true));
    }),
    at(
      revokedAtMs,
      `revoke the older certificate of ${account}`,
      async (shop) => renewed && shop.control('POST', keysOf(shop, account), { certificate: 'revoke' }),
    ),
    buys(random, Math.max(deployedAtMs, busyMs) + hourMs, account),
    buys(random, Math.max(revokedAtMs, busyMs) + hourMs, account),
  ];
}

/** docs/guides/certificates-to-public-key.md, in a day instead of a week. */
function publicKey(random: Random, busyMs: number): Action[] {
  const deployedAtMs = between(random, 0, busyMs * 0.5);
  const beganAtMs = deployedAtMs + between(random, 1_000, 30 * minuteMs);
  const endedAtMs = beganAtMs + between(random, hourMs, 20 * hourMs);
  return [
    certificatesOnly(),
    at(deployedAtMs, 'deploy the public key', async (shop) => shop.deploy(publicKeysOf(shop, true))),
    at(beganAtMs, 'begin the change to the public key', (shop) => {
      shop.faults.hit('public key in place of certificates');
      return mode('switching')(shop);
    }),
    ...(endedAtMs > busyMs + hourMs
      ? [buys(random, Math.max(beganAtMs, busyMs) + hourMs / 2, 'direct')]
      : []),
    at(endedAtMs, 'revoke the platform certificates', mode('public-key')),
    buys(random, Math.max(endedAtMs, busyMs) + hourMs, pick(random, ['direct', 'provider'] as const)),
  ];
}

const mode = (wanted: string) => (shop: Shop) => shop.control('POST', '/keys', { mode: wanted });

function certificatesOnly(): Action {
  return at(0, 'there are certificates only', (shop) => {
    shop.deploy(publicKeysOf(shop, false));
    return mode('certificate')(shop);
  });
}

const at = (atMs: number, what: string, act: Action['act']): Action => ({ atMs, what, act });

/** When nothing else fails any more: the callback of this payment is taken, and the answer to a refund is understood. */
function buys(random: Random, atMs: number, account: Account): Action {
  const cart = account === 'direct' ? 'own two' : 'seller';
  // Another order each time.
  const number = Math.floor(atMs / 1000);
  const plan = { number, atMs, buyer: between(random, 0, 1), cart, ends: 'pay', payAfterMs: 2_000 } as const;
  const visit = new Visit(plan);
  return at(atMs, `buy from ${account} with the keys of now`, async (shop) => {
    const beganAtMs = shop.nowMs;
    await visit.begin(shop);
    await shop.timeline.sleep(10 * minuteMs);
    for (const { _id: outTradeNo, state, createdAtMs } of visit.orders(shop)) {
      if (createdAtMs < beganAtMs) continue;
      if (!isPaid(state)) shop.wrong(`${outTradeNo}: paid, and its callback was not taken for ten minutes`);
      const requestToken = shop.token('refund');
      const refund = { action: 'refund', outTradeNo, requestToken, amountFen: 1 };
      await shop.call('refundOrder', operator, refund);
      const made = shop.memory.all<RefundRecord>('refunds').find((each) => each.outTradeNo === outTradeNo);
      if (!made || made.failure) shop.wrong(`${outTradeNo}: its refund is ${JSON.stringify(made)}`);
    }
  });
}

const prefixes = { direct: 'WECHATPAY_DIRECT', provider: 'WECHATPAY_PROVIDER' } as const;

function credentialsOf({ credentials, providerKind }: Shop, account: Account) {
  return credentials[account === 'direct' ? 'direct' : providerKind];
}

function keysOf(shop: Shop, account: Account): string {
  return `/merchants/${credentialsOf(shop, account).mchid}/keys`;
}

/** The variables of both accounts, or that they are not set. */
function publicKeysOf(shop: Shop, isSet: boolean): Record<string, string | undefined> {
  const variables = (['direct', 'provider'] as const).flatMap((account) =>
    Object.entries(accountValues(prefixes[account], credentialsOf(shop, account), true)),
  );
  return Object.fromEntries(
    variables.flatMap(([name, value]) =>
      name.includes('_PUBLIC_KEY') ? [[name, isSet ? value : undefined] as const] : [],
    ),
  );
}
