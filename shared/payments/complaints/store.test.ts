import { describe, expect, it } from 'vitest';
import { defaultPolicy } from '../../core/policy.ts';
import { scriptedShop } from '../testing/scripted-shop.ts';
import { type ComplaintFacts, type ComplaintRecord, complaintsCollection, noFacts } from './records.ts';
import { deadlinesOf, noteComplaint, refreshComplaint, storeFacts } from './store.ts';

const hourMs = 3_600_000;

function complaining(of: Partial<ComplaintRecord> = {}) {
  const shop = scriptedShop();
  const record: ComplaintRecord = {
    ...noFacts,
    ...{ _id: 'C1', version: 1, account: 'direct', seenAtMs: 0, refreshAfterMs: null, acts: 0, act: null },
    ...{ outRefundNo: null, warnedForTimes: 0, ...of },
  };
  shop.documents.put(complaintsCollection, record);
  const facts = (changes: Partial<ComplaintFacts> = {}): ComplaintFacts => ({
    ...{ ...noFacts, state: 'PENDING', complainedAtMs: shop.nowMs, ...changes },
  });
  return {
    shop,
    record,
    facts,
    store: (changes: Partial<ComplaintFacts> = {}) => storeFacts(shop.ports, record, facts(changes)),
    stored: () => shop.documents.peek<ComplaintRecord>(complaintsCollection, 'C1')!,
    logged: () => shop.logged.map(({ level, event }) => `${level} ${event}`),
  };
}

describe('a complaint that is reported', () => {
  it('is stored at once, and asked about in the next run', async () => {
    const { shop, logged } = complaining();
    const made = await noteComplaint(shop.ports, 'direct', 'C2');
    expect(made).toEqual(shop.documents.peek(complaintsCollection, 'C2'));
    expect(made).toMatchObject({
      state: null,
      seenAtMs: shop.nowMs,
      refreshAfterMs: shop.nowMs,
      times: 1,
      acts: 0,
    });
    expect(logged()).toEqual(['warn complaint.new']);
  });

  it.each([
    ['was not to be asked about', null, true],
    ['was to be asked about later', 1, true],
    ['is due already', 0, false],
    ['was due before', -1, false],
  ])('again, when it %s', async (_, offsetMs, moved) => {
    const { shop, record } = complaining();
    const refreshAfterMs = offsetMs === null ? null : shop.nowMs + offsetMs;
    shop.documents.put(complaintsCollection, { ...record, refreshAfterMs } as ComplaintRecord);
    const known = await noteComplaint(shop.ports, 'direct', 'C1');
    expect(known).toMatchObject({
      refreshAfterMs: moved ? shop.nowMs : refreshAfterMs,
      version: moved ? 2 : 1,
    });
    expect(shop.logged).toEqual([]);
  });

  it('is asked about although nobody reported it', async () => {
    const { shop } = complaining();
    shop.answer = () => ({
      ...{ complaint_id: 'C3', complaint_time: '2026-01-02T11:04:05+08:00', complaint_state: 'PENDING' },
      ...{ problem_description: '没收到', complaint_full_refunded: false, incoming_user_response: true },
      ...{ user_complaint_times: 2, complaint_detail: 'x', complainted_mchid: '19' },
      complaint_order_info: [{ transaction_id: '42', out_trade_no: 'T1', amount: 100 }],
    });
    expect(await refreshComplaint(shop.ports, shop.account, 'C3')).toMatchObject({
      ...{ _id: 'C3', state: 'PENDING', outTradeNo: 'T1', transactionId: '42', amountFen: 100, times: 2 },
      ...{ payerWaits: true, problem: '没收到' },
    });
    expect(await refreshComplaint(shop.ports, shop.account, 'C3')).toMatchObject({ version: 3 });
  });
});

describe('what is known of a complaint', () => {
  it.each([
    ['PENDING', { answerByMs: 24 * hourMs, finishByMs: 72 * hourMs }],
    ['PROCESSING', { finishByMs: 72 * hourMs }],
    ['PROCESSED', {}],
  ] as const)('as %s has deadlines: %j', (state, expected) => {
    const { shop, facts } = complaining();
    expect(deadlinesOf(shop.ports, facts({ state, complainedAtMs: 0 }))).toEqual(expected);
    expect(deadlinesOf(shop.ports, facts({ state, complainedAtMs: null }))).toEqual({});
  });

  const begun = {
    token: 't',
    kind: 'reply',
    operatorOpenid: null,
    digest: '',
    amountFen: null,
    atMs: 0,
  } as const;
  it.each([
    ['six hours later', {}, { complainedAtMs: null }, 6 * hourMs],
    ['when its answer is due in four hours, if that is earlier', {}, { ageMs: 15 * hourMs }, 5 * hourMs],
    ['six hours later, if that time has come', {}, { ageMs: 20 * hourMs }, 6 * hourMs],
    ['when its end is due in four hours', {}, { state: 'PROCESSING', ageMs: 66 * hourMs }, 2 * hourMs],
    [
      'once its lease is over, while an answer is on its way',
      { act: { ...begun, state: 'BEGUN' } },
      { state: 'PROCESSED' },
      defaultPolicy.complaintLeaseMs,
    ],
    ['never, once it is over', { act: { ...begun, state: 'DONE' } }, { state: 'PROCESSED' }, null],
  ] as [string, Partial<ComplaintRecord>, Partial<ComplaintFacts> & { ageMs?: number }, number | null][])(
    'is asked about again %s',
    async (_, of, { ageMs, ...changes }, afterMs) => {
      const { shop, store, stored } = complaining(of);
      const age = ageMs === undefined ? {} : { complainedAtMs: shop.nowMs - ageMs };
      await store({ ...age, ...changes });
      expect(stored().refreshAfterMs).toBe(afterMs === null ? null : shop.nowMs + afterMs);
    },
  );

  it.each([
    ['four hours before its answer is due', 20 * hourMs, {}, 0, true],
    ['not before that', 20 * hourMs - 1, {}, 0, false],
    ['once', 20 * hourMs, {}, 1, false],
    ['again in another round', 20 * hourMs, { times: 2 }, 1, true],
    ['not once it is over', 20 * hourMs, { state: 'PROCESSED' }, 0, false],
  ] as [string, number, Partial<ComplaintFacts>, number, boolean][])(
    'is an error in the log %s',
    async (_, ageMs, changes, warnedForTimes, warned) => {
      const { shop, store, stored, logged } = complaining({ warnedForTimes });
      await store({ complainedAtMs: shop.nowMs - ageMs, ...changes });
      expect(logged()).toEqual(warned ? ['error complaint.deadline'] : []);
      expect(stored().warnedForTimes).toBe(warned ? (changes.times ?? 1) : warnedForTimes);
    },
  );

  it.each([
    [undefined, true, ['warn complaint.platform_service']],
    [false, true, ['warn complaint.platform_service']],
    [true, true, []],
    [undefined, false, []],
  ])('says once that WeChat Pay steps in: before %s, now %s', async (before, inPlatformService, expected) => {
    const { store, logged } = complaining(before === undefined ? {} : { inPlatformService: before });
    await store({ inPlatformService });
    expect(logged()).toEqual(expected);
  });
});
