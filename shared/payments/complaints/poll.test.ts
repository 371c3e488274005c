import { describe, expect, it } from 'vitest';
import type { AccountKind } from '../../core/account.ts';
import { memoryDocuments } from '../../core/testing/documents.ts';
import { refusal } from '../testing/scripted-shop.ts';
import { checkComplaints, hasDueComplaints } from './poll.ts';
import { type ComplaintRecord, complaintsCollection } from './records.ts';
import { begun, complaining, routes, step } from './testing/complaining.ts';

describe('the function that holds the key of the provider is called', () => {
  const nowMs = Date.UTC(2026, 2, 2);
  const kinds = ['partner', 'ecommerce'] as const;
  const later = { _id: 'partner', pollAfterMs: nowMs + 1 };

  function isDue(
    polls: readonly { readonly _id: string; readonly pollAfterMs: number }[],
    complaint?: object,
  ): Promise<boolean> {
    const documents = memoryDocuments();
    documents.put('complaint_polls', ...polls);
    if (complaint) documents.put(complaintsCollection, { _id: 'C1', ...complaint });
    return hasDueComplaints({ clock: { nowMs: () => nowMs }, documents }, kinds);
  }

  it.each([
    ['none was ever listed', [], true],
    ['the next list is due', [{ ...later, pollAfterMs: nowMs }], true],
    ['the next list is later', [later], false],
    ['one of two lists is due', [later, { _id: 'ecommerce', pollAfterMs: nowMs }], true],
    ['only those of the direct account were listed', [{ ...later, _id: 'direct' }], true],
  ] as const)('when %s: %s is %s', async (_, polls, due) => {
    expect(await isDue(polls)).toBe(due);
  });

  it.each([
    ['partner', nowMs, true],
    ['ecommerce', nowMs, true],
    ['partner', nowMs + 1, false],
    ['direct', nowMs, false],
  ] as const)('when a complaint of %s is due at %d: %s', async (account, refreshAfterMs, due) => {
    expect(await isDue([later], { account, refreshAfterMs })).toBe(due);
  });
});

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const addressRoute = 'GET /v3/merchant-service/complaint-notifications';

/** A shop with nothing due but what the test says. */
function polling(
  poll?: { pollAfterMs: number; monthAfterMs: number },
  complaint: Partial<ComplaintRecord> = {},
) {
  const made = complaining('direct', { refreshAfterMs: null, ...complaint });
  const { shop, ports, wechat, sent } = made;
  const at = (afterMs: number) => shop.nowMs + afterMs;
  if (poll) {
    const { pollAfterMs, monthAfterMs } = poll;
    const record = { pollAfterMs: at(pollAfterMs), monthAfterMs: at(monthAfterMs) };
    shop.documents.put('complaint_polls', { _id: 'direct', ...record });
  }
  wechat.instead[addressRoute] = () => ({ url: 'https://shop.example/notify' });
  return {
    ...made,
    at,
    check: (kinds: readonly AccountKind[] = ['direct'], hasTime = () => true) =>
      checkComplaints(ports, kinds, hasTime),
    poll: () => shop.documents.peek('complaint_polls', 'direct'),
    list: (...complaints: object[]) => {
      wechat.instead[routes.list] = ({ offset }) => ({
        data: complaints.slice(Number(offset), Number(offset) + 50),
      });
    },
    lists: () => sent(routes.list),
  };
}

describe('the list', () => {
  it('is of a month at first, and then not before its time', async () => {
    const { check, lists, poll, at, ports, sent } = polling();
    await check();
    // 2026-01-02T11:04 in China.
    expect(lists()).toEqual([{ begin_date: '2025-12-04', end_date: '2026-01-02', limit: 50, offset: 0 }]);
    expect(poll()).toEqual({
      ...{ _id: 'direct', pollAfterMs: at(ports.policy.complaintPollMs), monthAfterMs: at(dayMs) },
    });
    expect(sent(addressRoute)).toHaveLength(1);
    await check();
    expect([lists().length, sent(addressRoute).length]).toEqual([1, 1]);
  });

  it.each([
    ['not its turn', 1, 0, []],
    ['its turn', 0, 1, ['2025-12-31']],
    ['its turn, and that of a month', 0, 0, ['2025-12-04']],
  ])('that has been read before, when it is %s', async (_, pollAfterMs, monthAfterMs, begins) => {
    const { check, lists, poll, at, sent } = polling({ pollAfterMs, monthAfterMs });
    await check();
    expect(lists().map(({ begin_date }) => begin_date)).toEqual(begins);
    const month = begins[0] === '2025-12-04';
    expect(poll()).toMatchObject({ monthAfterMs: at(month ? dayMs : monthAfterMs) });
    expect(sent(addressRoute)).toHaveLength(month ? 1 : 0);
  });

  it('is of the days in China', async () => {
    const { check, lists, shop } = polling({ pollAfterMs: 0, monthAfterMs: dayMs });
    shop.nowMs = Date.UTC(2026, 0, 2, 16);
    await check();
    expect(lists()).toMatchObject([{ begin_date: '2026-01-01', end_date: '2026-01-03' }]);
  });

  it('is read by one of two instances', async () => {
    const { check, lists, shop } = polling({ pollAfterMs: 0, monthAfterMs: 60_000 });
    const first = check();
    shop.nowMs += 1;
    await Promise.all([first, check()]);
    expect(lists()).toHaveLength(1);
  });

  const many = (count: number) =>
    Array.from({ length: count }, (_, index) =>
      complaining().wechat.complaint({ complaint_id: `L${index}` }),
    );

  it('is read page by page, and what was not reported is stored', async () => {
    const { check, list, lists, shop } = polling();
    list(...many(52));
    await check();
    expect(lists().map(({ offset }) => offset)).toEqual([0, 50]);
    expect(shop.documents.all(complaintsCollection)).toHaveLength(53);
    expect(shop.documents.peek(complaintsCollection, 'L51')).toMatchObject({
      state: 'PENDING',
      account: 'direct',
    });
    expect(shop.logged.filter(({ event }) => event === 'complaint.new')).toHaveLength(52);
  });

  it('of nothing is at its end', async () => {
    const { check, wechat, lists, poll, at, shop } = polling();
    wechat.instead[routes.list] = () => ({ total_count: 0 });
    await check();
    expect([lists().length, shop.logged]).toEqual([1, []]);
    expect(poll()).toMatchObject({ monthAfterMs: at(dayMs) });
  });

  it('says how a known complaint is now', async () => {
    const { check, list, wechat, shop, stored } = polling();
    list(wechat.complaint({ complaint_state: 'PROCESSED' }));
    await check();
    expect(stored()).toMatchObject({ state: 'PROCESSED', refreshAfterMs: null });
    expect(shop.logged).toEqual([]);
  });

  it('of a month that was not read to its end in time is read again', async () => {
    const { check, list, lists, poll, at } = polling({ pollAfterMs: 0, monthAfterMs: 0 });
    list(...many(52));
    await check(['direct'], () => lists().length === 0);
    expect(lists()).toHaveLength(1);
    expect(poll()).toMatchObject({ monthAfterMs: at(0) });
  });

  it.each(['refused', 'unknown', 'fault'] as const)(
    'that WeChat Pay does not give (%s) is reported, and read again, and complaints are asked about',
    async (kind) => {
      const { check, wechat, shop, poll, at } = polling(undefined, { refreshAfterMs: 0 });
      wechat.instead[routes.list] = () => {
        throw refusal('SYSTEM_ERROR', kind);
      };
      expect(await check()).toBe(1);
      expect(shop.logged).toEqual([
        {
          ...{ level: 'warn', event: 'complaint.poll_failed' },
          fields: { what: 'list', account: 'direct', code: 'SYSTEM_ERROR', kind },
        },
      ]);
      expect(poll()).toMatchObject({ monthAfterMs: at(0) });
    },
  );

  it('is read although the address is not known', async () => {
    const { check, wechat, shop, lists } = polling();
    wechat.instead[addressRoute] = () => {
      throw refusal('NO_AUTH');
    };
    await check();
    expect(lists()).toHaveLength(1);
    expect(shop.logged).toMatchObject([{ fields: { what: 'addresses', code: 'NO_AUTH' } }]);
  });

  it('does not hide a fault of ours', async () => {
    const { check, wechat } = polling();
    wechat.instead[routes.list] = () => {
      throw new Error('broken');
    };
    await expect(check()).rejects.toThrow('broken');
  });
});

describe('a complaint that is due', () => {
  const quiet = { pollAfterMs: 1, monthAfterMs: 1 };

  it('is asked about, and what died in it is finished', async () => {
    const leaseMs = complaining().ports.policy.complaintLeaseMs;
    const nowMs = complaining().shop.nowMs;
    const act = begun({ atMs: nowMs - leaseMs });
    const { check, stored, wechat } = polling(quiet, { refreshAfterMs: nowMs, act, acts: 1 });
    wechat.history = [step('MERCHANT_RESPONSE', act.atMs)];
    expect(await check()).toBe(1);
    expect(stored()).toMatchObject({ payerWaits: true, act: { state: 'DONE' } });
  });

  it('has the refund of an approval that died carried out', async () => {
    const act = begun({ kind: 'approveRefund', amountFen: 300 });
    const { check, stored, sent } = polling(quiet, { refreshAfterMs: 0, act, acts: 1 });
    await check();
    expect(sent(routes.refund)).toMatchObject([{ amount: { refund: 300 } }]);
    expect(stored().act).toMatchObject({ state: 'DONE' });
  });

  it('is asked about again ten minutes after a failure', async () => {
    const { check, stored, wechat, at } = polling(quiet, { refreshAfterMs: 0 });
    wechat.instead[routes.query] = () => {
      throw refusal('SYSTEM_ERROR', 'unknown');
    };
    expect(await check()).toBe(0);
    expect(stored().refreshAfterMs).toBe(at(10 * minuteMs));
  });

  it('of an account that is not configured any more is logged, and is not due again at once', async () => {
    const { check, stored, shop, at } = polling(quiet, { refreshAfterMs: 0, account: 'partner' });
    expect(await check(['partner', 'ecommerce'])).toBe(0);
    expect(shop.calls).toEqual([]);
    expect(shop.logged).toMatchObject([
      { level: 'error', fields: { _id: 'C1', error: { code: 'CONFIG_INVALID' } } },
    ]);
    expect(stored().refreshAfterMs).toBe(at(10 * minuteMs));
  });
});
