import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { clockToleranceMs } from '../../core/lease.ts';
import { reconcileDay } from './reconcile-day.ts';
import { type BillShop, billDate, billShop, tradeBillText } from './testing/bill-shop.ts';

const { functions } = JSON.parse(readFileSync(new URL('../../../cloudbaserc.json', import.meta.url), 'utf8'));
const longestMs = Math.max(...functions.map(({ timeout }: { timeout: number }) => timeout * 1000));
const line = { transactionId: '421', outTradeNo: 'T1', fen: 100, feeFen: 1 };

const run = (shop: BillShop) => reconcileDay(shop.ports, shop.account, billDate, () => true);

/**
 * A shop whose first run stands still at its download, by a clock that is behind as far as one may be.
 * @param standing so many runs stand there
 */
async function shopWithHolder(standing: number) {
  const shop = billShop(tradeBillText([line]));
  const { request } = shop.account.client;
  /** Lets the runs that stand at a download go on, the first one first. */
  const waiting: (() => void)[] = [];
  Object.assign(shop.account.client, {
    request: async (route: string, parameters: never) => {
      if (route === 'GET /v3/bill/tradebill' && waiting.length < standing)
        await new Promise<void>((goOn) => waiting.push(goOn));
      return request(route as never, parameters);
    },
  });
  const startMs = shop.nowMs;
  shop.nowMs = startMs - clockToleranceMs;
  const holder = run(shop);
  await expect.poll(() => waiting.length).toBe(1);
  /** One by a clock that is ahead as far as one may be, so long after the start of the first. */
  const another = (afterMs: number) => {
    shop.nowMs = startMs + afterMs + clockToleranceMs;
    return run(shop);
  };
  return { shop, holder, waiting, another };
}

it('is not begun by another instance, whatever its clock says, before the holder has reached its time limit', async () => {
  const { holder, waiting, another } = await shopWithHolder(1);
  expect(await another(longestMs - 1)).toMatchObject({ state: 'WAITING' });
  waiting[0]!();
  expect(await holder).toMatchObject({ state: 'DONE' });
});

it('is begun again as soon as the holder has certainly ended, who then leaves it alone', async () => {
  const { shop, holder, waiting, another } = await shopWithHolder(2);
  const taken = another(longestMs);
  await expect.poll(() => waiting.length).toBe(2);
  const [bill] = shop.bills();
  waiting[0]!();
  await expect(holder).rejects.toThrow('another run');
  expect(shop.bills()).toEqual([bill]);
  waiting[1]!();
  expect(await taken).toMatchObject({ state: 'DONE' });
});
