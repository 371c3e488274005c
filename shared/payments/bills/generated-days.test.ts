import fc from 'fast-check';
import { expect, it } from 'vitest';
import { reconcileDay } from './reconcile-day.ts';
import { billDate } from './testing/bill-shop.ts';
import { generatedDay, shopOfDay } from './testing/generated-day.ts';

/** `BILL_DAYS=10000 npx vitest run shared/payments/bills/generated-days.test.ts` */
const days = Number(process.env.BILL_DAYS ?? 250);

it(`finds every difference planted in ${days} generated days, invents none, and changes nothing when it is done again`, async () => {
  await fc.assert(
    fc.asyncProperty(generatedDay, async (day) => {
      const { shop, expected } = await shopOfDay(day);
      const run = () => reconcileDay(shop.ports, shop.account, billDate, () => true);
      const found = () =>
        shop
          .differences()
          .map(({ kind, movement, reference }) => `${kind} ${movement ?? 'BILL'} ${reference}`)
          .sort();
      const first = await run();
      expect(found()).toEqual(expected);
      expect(first.differences).toBe(expected.length);
      const [stored, ledger] = [shop.differences(), shop.documents.all('ledger')];
      for (const bill of shop.bills()) shop.documents.put('bills', { ...bill, state: 'WAITING' } as never);
      expect(await run()).toEqual({ ...first, version: first.version + 1 });
      expect(shop.differences()).toEqual(stored);
      expect(shop.documents.all('ledger')).toEqual(ledger);
    }),
    { numRuns: days },
  );
}, 3600_000);
