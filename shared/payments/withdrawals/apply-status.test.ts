import { describe, expect, it } from 'vitest';
import type { LedgerEntry } from '../ledger/ledger.ts';
import { applyWithdrawalStatus } from './apply-status.ts';
import { applyWithdrawalCallback } from './callback.ts';
import type { WithdrawalRecord, WithdrawalState } from './records.ts';
import { takeSlot } from './slot.ts';
import { said, withdrawalRecord, withdrawing } from './testing/withdrawing.ts';
import type { WithdrawalStatus } from './wire.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const states = [
  ...['REQUESTED', 'RESERVED', 'PROCESSING', 'SUCCESS', 'REFUND', 'FAIL', 'CLOSE', 'REFUSED'],
] as WithdrawalState[];
const reports = ['PROCESSING', 'SUCCESS', 'REFUND', 'FAIL', 'CLOSE'] as WithdrawalStatus['status'][];

async function applied(
  stored: Partial<WithdrawalRecord>,
  status: WithdrawalStatus,
  later: Partial<WithdrawalRecord> = {},
) {
  const { shop, put, stored: now } = withdrawing();
  const known = withdrawalRecord(stored);
  put({ ...known, ...later, ...(Object.keys(later).length > 0 && { version: 2 }) });
  await takeSlot(shop.documents, known.ownerMchid, known._id);
  const answer = await applyWithdrawalStatus(shop.ports, known, status);
  expect(answer).toEqual(now());
  const ledger = shop.documents.all<LedgerEntry>('ledger');
  const [slot] = shop.documents.all<{ _id: string; outRequestNo: string | null }>('withdrawal_slots');
  return { shop, now: now(), ledger, slot: slot!.outRequestNo };
}

describe('a report about a withdrawal', () => {
  const allowed: Record<string, readonly string[]> = {
    REQUESTED: reports,
    RESERVED: reports,
    PROCESSING: reports,
    SUCCESS: ['SUCCESS', 'REFUND'],
    REFUSED: reports,
  };

  it.each(states.flatMap((state) => reports.map((report) => [state, report] as const)))(
    'to one that is %s says %s, and counts only if it is newer',
    async (state, report) => {
      const { now, ledger, slot } = await applied({ state }, said(report));
      const counts = allowed[state]?.includes(report) ?? false;
      expect(now.state).toBe(counts ? report : state);
      const moved = { SUCCESS: [-5000], REFUND: [-5000, 5000] }[report as string] ?? [];
      expect(ledger.map(({ amountFen }) => amountFen)).toEqual(counts ? moved : []);
      expect(slot).toBe(counts && report !== 'PROCESSING' ? null : 'N1');
    },
  );

  it.each(['PROCESSING', 'SUCCESS'] as const)(
    'says %s of one that was refused once, which happened all the same: it goes on, and has not ended',
    async (report) => {
      const failure = { code: 'PARAM_ERROR', message: '参数错误' };
      const refused = { state: 'REFUSED', nextAtMs: null, endedAtMs: 1, failure } as const;
      const { now, shop } = await applied(refused, said(report));
      expect(now).toMatchObject({ state: report, endedAtMs: null, failure: null });
      expect(now.nextAtMs).toBeGreaterThan(shop.nowMs);
    },
  );

  it('of another amount changes nothing, and is an error in the log', async () => {
    const { shop, now, ledger } = await applied({}, said('SUCCESS', { amountFen: 4999 }));
    expect(now).toEqual(withdrawalRecord());
    expect(ledger).toEqual([]);
    expect(shop.logged).toMatchObject([{ level: 'error', event: 'withdrawal.mismatch' }]);
  });

  it('without an amount counts', async () => {
    const { now } = await applied({}, said('PROCESSING', { amountFen: undefined }));
    expect(now).toMatchObject({ state: 'PROCESSING', withdrawId: 'W1', failure: null });
  });

  it('that is older than what was stored meanwhile changes nothing', async () => {
    const { now, shop } = await applied({}, said('PROCESSING'), { state: 'SUCCESS' });
    expect(now).toMatchObject({ state: 'SUCCESS', version: 2 });
    expect(shop.logged).toEqual([]);
  });

  it.each([
    ['RESERVED', 0, 1, 1],
    ['RESERVED', 7, 1, 1],
    ['PROCESSING', 1, 2, 10],
    ['PROCESSING', 2, 3, 60],
    ['PROCESSING', 3, 4, 360],
    ['PROCESSING', 9, 10, 360],
  ] as const)(
    'PROCESSING, of one that is %s after %d attempts, is attempt %d: asked again after %d minutes',
    async (state, before, attempts, minutes) => {
      const { shop, now } = await applied({ state, attempts: before }, said('PROCESSING'));
      expect(now).toMatchObject({ attempts, nextAtMs: shop.nowMs + minutes * minuteMs });
    },
  );

  it.each([
    ['now', undefined, dayMs],
    ['29 days ago', 30 * dayMs - 1, dayMs],
    ['30 days ago', 30 * dayMs, null],
  ])('SUCCESS, of one that the bank had %s, is watched for a month', async (_, ageMs, nextMs) => {
    const nowMs = withdrawing().shop.nowMs;
    const paidAtMs = ageMs === undefined ? null : nowMs - ageMs;
    const { now } = await applied({ state: 'SUCCESS', paidAtMs }, said('SUCCESS'));
    expect(now.nextAtMs).toBe(nextMs === null ? null : nowMs + nextMs);
    expect(now.paidAtMs).toBe(paidAtMs ?? nowMs);
  });

  it('FAIL has its reason, and ends it', async () => {
    const reason = `${'户'.repeat(500)}名`;
    const { now, shop } = await applied({}, said('FAIL', { reason, updatedAtMs: 7 }));
    const failure = { code: 'FAIL', message: '户'.repeat(500) };
    expect(now).toMatchObject({ failure, endedAtMs: 7, nextAtMs: null, paidAtMs: null });
    expect(shop.logged).toMatchObject([{ level: 'error', event: 'withdrawal.failed' }]);
  });

  it.each([
    ['PROCESSING', 'info'],
    ['SUCCESS', 'info'],
    ['CLOSE', 'info'],
    ['REFUND', 'error'],
  ] as const)('%s is logged once, as %s', async (report, level) => {
    const { shop, now } = await applied({}, said(report));
    const fields = { outRequestNo: 'N1', ownerMchid: '1900000109', state: report };
    expect(shop.logged).toMatchObject([{ level, fields }]);
    await applyWithdrawalStatus(shop.ports, now, said(report));
    expect(shop.logged).toHaveLength(1);
    expect(now.failure).toEqual(['CLOSE', 'REFUND'].includes(report) ? { code: report, message: '' } : null);
  });

  it('keeps the account that received it, when a later one does not name it', async () => {
    const before = { state: 'PROCESSING', receivedAccount: '工商银行（3178）' } as const;
    expect((await applied(before, said('SUCCESS'))).now.receivedAccount).toBe('工商银行（3178）');
    const other = said('SUCCESS', { receivedAccount: '招商银行（1）' });
    expect((await applied(before, other)).now.receivedAccount).toBe('招商银行（1）');
  });
});

describe('the ledger entry of a withdrawal', () => {
  it.each([
    ['when WeChat Pay accepted it, and moved when the bank had it', 5, 900, 900, 5],
    ['when the bank had it, if it is not known when it was sent', null, 900, 900, 900],
  ])('is billed %s', async (_, sentAtMs, updatedAtMs, atMs, billedMs) => {
    const { ledger } = await applied({ sentAtMs }, said('SUCCESS', { updatedAtMs }));
    expect(ledger).toMatchObject([
      {
        ...{ _id: 'WITHDRAWAL:N1', kind: 'WITHDRAWAL', amountFen: -5000, reference: 'N1', outTradeNo: null },
        ...{ account: 'ecommerce', mchid: '1900000001', subMchid: '1900000109', atMs },
        billedKey: `${String(billedMs).padStart(15, '0')}:WITHDRAWAL:N1`,
      },
    ]);
  });

  it('of one that came back has the time at which it had gone, and a second one that of its return', async () => {
    const { ledger } = await applied(
      { state: 'SUCCESS', paidAtMs: 400 },
      said('REFUND', { updatedAtMs: 900 }),
    );
    expect(ledger).toMatchObject([
      { kind: 'WITHDRAWAL', amountFen: -5000, atMs: 400 },
      { kind: 'WITHDRAWAL_RETURN', amountFen: 5000, atMs: 900 },
    ]);
  });
});

describe('the callback of a withdrawal', () => {
  const resource = {
    ...{ out_request_no: 'N1', withdraw_id: 'W1', status: 'SUCCESS', amount: 5000 },
    sub_mchid: '1900000109',
  };

  it('counts for the withdrawal of this shop, account and merchant', async () => {
    const { shop, put } = withdrawing();
    put(withdrawalRecord());
    expect(await applyWithdrawalCallback(shop.ports, 'ecommerce', resource)).toMatchObject({
      state: 'SUCCESS',
    });
  });

  it('of the provider’s own money names no sub-merchant', async () => {
    const { shop, put } = withdrawing();
    put(withdrawalRecord({ subMchid: null, ownerMchid: '1900000001' }));
    const { sub_mchid: _, ...own } = resource;
    expect(await applyWithdrawalCallback(shop.ports, 'ecommerce', own)).toMatchObject({ state: 'SUCCESS' });
  });

  it.each([
    ['another number', 'ecommerce', { out_request_no: 'N2' }],
    ['another number of no sub-merchant', 'ecommerce', { out_request_no: 'N2', sub_mchid: undefined }],
    ['another account', 'partner', {}],
    ['another merchant', 'ecommerce', { sub_mchid: '1900000110' }],
  ] as const)('of %s is not of this shop', async (_, account, changes) => {
    const { shop, put, stored } = withdrawing();
    put(withdrawalRecord());
    expect(
      await applyWithdrawalCallback(shop.ports, account, { ...resource, ...changes } as never),
    ).toBeUndefined();
    expect(stored()).toEqual(withdrawalRecord());
  });
});
