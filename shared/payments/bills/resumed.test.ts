/** A bill that is compared in several runs. */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { WechatpayError } from '../../wechatpay/errors.ts';
import { recordMovement } from '../ledger/ledger.ts';
import { reconcileDay } from './reconcile-day.ts';
import {
  type BillShop,
  billDate,
  billShop,
  fundFlowText,
  noonMs,
  owner,
  type TradeLine,
  tradeBillText,
} from './testing/bill-shop.ts';

const none = { refused: 'NO_STATEMENT_EXIST' };
const run = (shop: BillShop, hasTime = () => false) =>
  reconcileDay(shop.ports, shop.account, billDate, hasTime);
const line = (no: number): TradeLine => ({
  ...{ transactionId: `42${no}`, outTradeNo: `T${no}`, fen: 100, feeFen: 1 },
});

it('is not done before all of its lines are compared, though few of our records are of its day', async () => {
  const lines = Array.from({ length: 1_900 }, (_, no) => line(no));
  const shop = billShop(tradeBillText(lines));
  for (const { transactionId: reference, outTradeNo } of lines) {
    const movement = { kind: 'PAYMENT', amountFen: 100, reference, atMs: noonMs - 24 * 3600_000 } as const;
    await recordMovement(shop.documents, { ...owner, outTradeNo }, movement);
  }
  let runs = 0;
  while (!shop.bills().some(({ state }) => state === 'DONE')) {
    await run(shop);
    expect(++runs).toBeLessThan(20);
  }
  expect(runs).toBeGreaterThan(2);
  // Their fees are learned from the lines.
  expect(shop.documents.all('ledger')).toHaveLength(2 * lines.length);
});

it('looks a hundred numbers up at a time, and twelve times that at once', async () => {
  const lines = Array.from({ length: 1_350 }, (_, no) => ({ ...line(no), feeFen: 0 }));
  const shop = billShop(tradeBillText(lines));
  const { find } = shop.documents;
  const sizes: number[] = [];
  let [running, most] = [0, 0];
  shop.documents.find = async (collection, query) => {
    const condition = query.where._id;
    if (collection !== 'ledger' || typeof condition !== 'object' || !condition || !('in' in condition))
      return find(collection, query);
    sizes.push(condition.in.length);
    most = Math.max(most, ++running);
    try {
      return await find(collection, query);
    } finally {
      running--;
    }
  };
  await run(shop);
  expect(most).toBe(12);
  expect(sizes).toEqual(Array(12).fill(100));
});

it('does not go through its lines again once they are compared', async () => {
  const shop = billShop(tradeBillText([line(1)]));
  await run(shop);
  expect(shop.bills()[0]?.progress).toMatchObject({ phase: 'records' });
  const linesLogged = () => shop.logged.filter((entry) => /^bill.progress.*:trade"/.test(entry)).length;
  const before = linesLogged();
  await run(shop);
  expect(linesLogged()).toBe(before);
});

it('begins with the first line of the file after the one in which it stopped', async () => {
  const flow = (count: number, name: string) =>
    fundFlowText(
      Array.from({ length: count }, (_, no) => ({
        ...{ businessNo: `${name}${no}`, voucherNo: `${name}${no}`, type: '退款', fen: -1 },
      })),
    );
  const files = { BASIC: flow(1_300, 'B'), OPERATION: flow(3, 'O') };
  const shop = billShop(none);
  Object.assign(shop.account.client, {
    request: async (route: string, { account_type, token }: { account_type: string; token: string }) => {
      const text = files[(account_type ?? token) as keyof typeof files];
      if (text === undefined || route.includes('tradebill'))
        throw new WechatpayError('refused', none.refused, '');
      if (token) return gzipSync(text);
      return {
        hash_value: createHash('sha1').update(text).digest('hex'),
        download_url: `https://api.mch.weixin.qq.com/v3/billdownload/file?token=${account_type}`,
      };
    },
  });
  const untilItIsBegun = () => !shop.bills()[1]?.progress;
  await run(shop, untilItIsBegun);
  expect(shop.bills()[1]?.progress?.at.file).toBe(0);
  expect(shop.bills()[1]?.progress?.at.skip).toBeGreaterThan(10);
  await run(shop, () => true);
  expect(shop.bills()[1]).toMatchObject({ state: 'DONE', sums: { rows: 1_303 } });
  const references = shop.differences().map(({ reference }) => reference);
  expect(references.filter((each) => each.startsWith('O'))).toEqual(['O0', 'O1', 'O2']);
  expect(references).toHaveLength(1_303);
});
