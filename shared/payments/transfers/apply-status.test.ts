import { describe, expect, it } from 'vitest';
import type { LedgerEntry } from '../ledger/ledger.ts';
import { scriptedShop } from '../testing/scripted-shop.ts';
import { applyTransferStatus } from './apply-status.ts';
import { countTransfer } from './daily-limit.ts';
import { loadTransfer, type TransferRecord, transfersCollection } from './records.ts';
import { said, transferRecord } from './testing/transferring.ts';
import type { TransferStatus } from './wire.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

function stored(changes: Partial<TransferRecord> = {}) {
  const shop = scriptedShop();
  const transfer = transferRecord(changes);
  shop.documents.put(transfersCollection, transfer);
  const apply = async (status: TransferStatus) =>
    applyTransferStatus(shop.ports, (await loadTransfer(shop.documents, 'B1'))!, status, 'query');
  const ledger = () => shop.documents.all<LedgerEntry>('ledger');
  return { shop, transfer, apply, ledger };
}

describe('a transfer in progress', () => {
  it('is asked about after 1, 2, 5 and 15 minutes, and then every hour', async () => {
    const { shop, apply } = stored({ failure: { code: 'NOT_ENOUGH', message: 'x' }, attempts: 9 });
    const delays: number[] = [];
    for (let time = 1; time <= 6; time++) {
      const { nextAtMs, attempts, ...after } = await apply(said('TRANSFERING'));
      expect(after).toMatchObject({
        state: 'TRANSFERING',
        failure: null,
        endedAtMs: null,
        transferBillNo: '133',
      });
      expect(attempts).toBe(time);
      delays.push((nextAtMs! - shop.nowMs) / minuteMs);
    }
    expect(delays).toEqual([1, 2, 5, 15, 60, 60]);
  });

  it('is asked about right after the time to confirm it is over', async () => {
    const { shop, apply } = stored({ attempts: 9 });
    const acceptedAtMs = shop.nowMs - 23 * hourMs - 50 * minuteMs;
    const after = await apply(said('WAIT_USER_CONFIRM', { acceptedAtMs, packageInfo: 'P' }));
    const expiresAtMs = acceptedAtMs + 24 * hourMs;
    expect(after).toMatchObject({ expiresAtMs, packageInfo: 'P', askedAtMs: shop.nowMs, attempts: 1 });
    shop.documents.put(transfersCollection, { ...after, attempts: 9 } as TransferRecord);
    expect(await apply(said('WAIT_USER_CONFIRM'))).toMatchObject({
      expiresAtMs,
      packageInfo: 'P',
      nextAtMs: expiresAtMs + minuteMs,
    });
    shop.nowMs = expiresAtMs + minuteMs;
    expect(await apply(said('WAIT_USER_CONFIRM'))).toMatchObject({ nextAtMs: shop.nowMs + hourMs });
  });

  it('waits for a day from now where WeChat Pay does not say since when', async () => {
    const { shop, apply } = stored();
    expect(await apply(said('WAIT_USER_CONFIRM'))).toMatchObject({ expiresAtMs: shop.nowMs + 24 * hourMs });
  });

  it('that is confirmed is asked about like any other, and keeps when that had to be', async () => {
    const { shop, apply } = stored({ state: 'WAIT_USER_CONFIRM', expiresAtMs: 7, attempts: 9 });
    expect(await apply(said('TRANSFERING'))).toMatchObject({
      expiresAtMs: 7,
      attempts: 1,
      nextAtMs: shop.nowMs + minuteMs,
    });
  });

  it('in a state that no page lists goes on as one that is processed, and is reported', async () => {
    const { shop, apply } = stored();
    expect(await apply(said('SOMETHING_NEW'))).toMatchObject({ state: 'PROCESSING', expiresAtMs: null });
    expect(shop.logged).toMatchObject([{ level: 'warn', event: 'transfer.unknown_state' }]);
  });
});

describe('a transfer that succeeds', () => {
  it('is in the ledger at the time of WeChat Pay, and on the bill of the day when it was accepted', async () => {
    const { shop, apply, ledger } = stored({ failure: { code: 'x', message: 'x' }, packageInfo: 'P' });
    const done = await apply(said('SUCCESS', { updatedAtMs: 9000, acceptedAtMs: 8000 }));
    expect(done).toMatchObject({
      state: 'SUCCESS',
      transferBillNo: '133',
      endedAtMs: 9000,
      failure: null,
      nextAtMs: null,
      request: null,
      packageInfo: null,
    });
    expect(ledger()).toMatchObject([
      {
        _id: 'TRANSFER:B1',
        outTradeNo: null,
        account: 'direct',
        mchid: '1900000001',
        subMchid: null,
        amountFen: -5000,
        atMs: 9000,
        billedKey: '000000000008000:TRANSFER:B1',
      },
    ]);
    expect(await apply(said('TRANSFERING'))).toEqual(done);
    expect(shop.logged).toMatchObject([{ event: 'transfer.ended', fields: { state: 'SUCCESS' } }]);
  });

  it('has the time of its report where WeChat Pay gives none', async () => {
    const { shop, transfer, apply, ledger } = stored();
    expect(await apply(said('SUCCESS'))).toMatchObject({ endedAtMs: shop.nowMs });
    const billed = String(transfer.createdAtMs).padStart(15, '0');
    expect(ledger()).toMatchObject([{ atMs: shop.nowMs, billedKey: `${billed}:TRANSFER:B1` }]);
  });
});

describe('a transfer that does not', () => {
  it.each(['FAIL', 'CANCELLED'] as const)(
    'ends as %s, and counts no more under the limits',
    async (state) => {
      const { shop, transfer, apply, ledger } = stored();
      await countTransfer(shop.ports, transfer);
      const reason = state === 'FAIL' ? { failReason: 'ACCOUNT_FROZEN' } : {};
      expect(await apply(said(state, { updatedAtMs: 9000, ...reason }))).toMatchObject({
        state,
        endedAtMs: 9000,
        failReason: reason.failReason ?? null,
        nextAtMs: null,
      });
      expect(shop.documents.all('transfer_days')).toMatchObject([{ transfers: [] }]);
      expect(ledger()).toEqual([]);
    },
  );

  it('has the time of its report where WeChat Pay gives none', async () => {
    const { shop, apply } = stored();
    expect(await apply(said('FAIL'))).toMatchObject({ endedAtMs: shop.nowMs });
  });
});

describe('an end', () => {
  it.each(['FAIL', 'WAIT_USER_CONFIRM'])(
    'of WeChat Pay is kept, whatever comes after it: %s',
    async (state) => {
      const ended = { state: 'SUCCESS', transferBillNo: '133', nextAtMs: null, endedAtMs: 1 } as const;
      const { shop, transfer, apply } = stored(ended);
      expect(await apply(said(state))).toEqual(transfer);
      expect(shop.logged).toEqual([]);
    },
  );

  it.each(['SUCCESS', 'TRANSFERING'])('that we only concluded is corrected: %s', async (state) => {
    const { apply } = stored({
      state: 'REFUSED',
      nextAtMs: null,
      endedAtMs: 1,
      failure: { code: 'x', message: 'x' },
    });
    expect(await apply(said(state))).toMatchObject({ state, failure: null });
  });
});

describe('what WeChat Pay says of another', () => {
  it.each([
    ['number', { outBillNo: 'B2' }],
    ['sum', { amountFen: 4999 }],
    ['person', { openid: 'oStranger' }],
  ])('%s is an anomaly that a person settles, asked about every six hours', async (_, changes) => {
    const { shop, transfer, apply, ledger } = stored();
    const nextAtMs = shop.nowMs + 6 * hourMs;
    expect(await apply(said('SUCCESS', changes))).toEqual({ ...transfer, version: 2, nextAtMs });
    const common = { appid: transfer.appid, mchid: transfer.mchid, subMchid: null, currency: 'CNY' };
    expect(shop.documents.all('anomalies')).toMatchObject([
      {
        kind: 'TRANSFER_MISMATCH',
        outTradeNo: 'B1',
        source: 'query',
        expected: { ...common, amountFen: 5000, transactionId: null, state: 'RESERVED' },
        received: {
          ...common,
          amountFen: 'amountFen' in changes ? 4999 : null,
          transactionId: '133',
          state: 'SUCCESS',
        },
      },
    ]);
    expect(ledger()).toEqual([]);
  });

  it('transfer that ended changes nothing of it', async () => {
    const { transfer, apply } = stored({ state: 'FAIL', nextAtMs: null });
    expect(await apply(said('SUCCESS', { amountFen: 1 }))).toEqual(transfer);
  });

  it('is as it should be with the right sum and person', async () => {
    const { shop, apply } = stored();
    await apply(said('TRANSFERING', { amountFen: 5000, openid: 'oReceiver' }));
    expect(shop.documents.all('anomalies')).toEqual([]);
  });
});
