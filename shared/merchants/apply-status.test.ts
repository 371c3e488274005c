import { describe, expect, it } from 'vitest';
import type { ProviderKind } from '../core/account.ts';
import { memoryDocuments } from '../core/testing/documents.ts';
import { type ApplicationDocument, applicationsCollection } from './application.ts';
import { applyStatus, tryReplace } from './apply-status.ts';
import type { ApplymentStatus } from './applyment.ts';
import { type SellerRecord, sellersCollection } from './sellers.ts';
import { applicationDocument } from './testing/application.ts';

const nowMs = 1_000_000;
const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const seller = (changes: Partial<SellerRecord> = {}): SellerRecord => ({
  ...{
    _id: '19',
    name: '小店',
    ownerOpenid: 'oOwner',
    account: 'ecommerce',
    subMchid: '19',
    state: 'ACTIVE',
  },
  ...{ profitSharing: false, applicationId: '1900000001_A1', createdAtMs: nowMs, updatedAtMs: nowMs },
  ...changes,
});

async function applied(
  doc: Partial<ApplicationDocument>,
  status: ApplymentStatus,
  sellers: readonly SellerRecord[] = [],
) {
  const documents = memoryDocuments();
  const known = applicationDocument(doc);
  documents.put(applicationsCollection, known);
  documents.put(sellersCollection, ...sellers);
  const logged: string[] = [];
  const write = (event: string) => void logged.push(event);
  const log = { info: write, warn: write, error: write };
  const ports = { documents, log, clock: { nowMs: () => nowMs } } as never;
  const answer = await applyStatus(ports, known, status);
  expect(answer).toEqual(documents.peek(applicationsCollection, known._id));
  return { documents, ports, now: answer, logged, sellers: documents.all<SellerRecord>(sellersCollection) };
}

describe('what WeChat Pay says of an application', () => {
  it('is kept when it is news, with its time', async () => {
    const status = {
      state: 'NEED_SIGN',
      applymentId: '2001',
      subMchid: '19',
      signUrl: 'u',
      legalValidationUrl: 'v',
    };
    const { now, logged } = await applied({ attempts: 4, leaseUntilMs: 9 }, status);
    expect(now).toMatchObject({
      ...status,
      ...{ stage: 'sign', open: true, version: 2, attempts: 0, leaseUntilMs: 0, sellerId: null },
      ...{ polledAtMs: nowMs, updatedAtMs: nowMs, nextPollAtMs: nowMs + minuteMs, rejections: null },
      ...{ accountValidation: null, stages: [{ stage: 'sign', atMs: nowMs }] },
    });
    expect(logged).toEqual([]);
  });

  it('that is no news is asked about later and later', async () => {
    const { now } = await applied({ attempts: 3, subMchid: '19' }, { state: 'CHECKING' });
    expect(now).toMatchObject({
      attempts: 4,
      updatedAtMs: 5,
      nextPollAtMs: nowMs + 10 * minuteMs,
      subMchid: '19',
    });
    expect(now).toMatchObject({ applymentId: '2000', signUrl: null, legalValidationUrl: null });
    expect(now).not.toHaveProperty('stages');
  });

  it('of a state that no page lists changes no state, and is logged', async () => {
    const { now, logged } = await applied({ attempts: 1 }, { state: 'BRAND_NEW' });
    expect(now).toMatchObject({ state: 'CHECKING', stage: 'reviewing', attempts: 2 });
    expect(logged).toEqual(['application_state_unknown']);
  });

  it('of one that is cancelled is not asked about again', async () => {
    expect((await applied({}, { state: 'CANCELED' })).now).toMatchObject({ open: false, nextPollAtMs: null });
  });

  const rejections = (form: unknown) => [{ path: 'p', message: JSON.stringify(form), messageEn: '' }];
  it.each([
    ['REJECTED', true],
    ['FROZEN', true],
    ['AUDITING', false],
  ])('as %s has reasons: %s', async (state, kept) => {
    const { now } = await applied({ form: { a: 1 } }, { state, rejections });
    expect(now.rejections).toEqual(kept ? rejections({ a: 1 }) : null);
  });

  it.each([
    ['partner', 'APPLYMENT_STATE_EDITTING', /重新提交/],
    ['partner', 'APPLYMENT_STATE_REJECTED', /null/],
  ] as [ProviderKind, string, RegExp][])(
    'of %s as %s without reasons says what to do: %s',
    async (kind, state, text) => {
      expect(JSON.stringify((await applied({ kind }, { state })).now.rejections)).toMatch(text);
      const withNone = await applied({ kind }, { state, rejections: () => [] });
      expect(JSON.stringify(withNone.now.rejections)).toMatch(text);
    },
  );

  const accountValidation = { remark: 'r' } as never;
  it.each([
    ['ACCOUNT_NEED_VERIFY', { accountValidation }, accountValidation],
    ['ACCOUNT_NEED_VERIFY', {}, null],
    ['NEED_SIGN', { accountValidation }, null],
  ])('as %s has the transfer to make: %j', async (state, more, expected) => {
    expect((await applied({}, { state, ...more })).now.accountValidation).toEqual(expected);
  });

  it('keeps the last twenty changes of the stage', async () => {
    const stages = Array.from({ length: 20 }, (_, atMs) => ({ stage: 'reviewing' as const, atMs }));
    const { now } = await applied({ stages }, { state: 'NEED_SIGN' });
    expect(now.stages?.map(({ atMs }) => atMs)).toEqual([...stages.slice(1).map(({ atMs }) => atMs), nowMs]);
  });

  it('is not written over what another instance has written', async () => {
    const documents = memoryDocuments();
    const read = applicationDocument();
    documents.put(applicationsCollection, { ...read, state: 'FINISH', version: 2 } as ApplicationDocument);
    const ports = { documents, log: {}, clock: { nowMs: () => nowMs } } as never;
    expect(await tryReplace(ports, read, { attempts: 1 })).toBeUndefined();
    expect(await applyStatus(ports, read, { state: 'AUDITING' })).toMatchObject({
      state: 'FINISH',
      version: 2,
    });
  });
});

describe('the seller of an application', () => {
  const finish = { state: 'FINISH', subMchid: '19' };

  it('is there once it is finished, named after it', async () => {
    const { now, sellers } = await applied({}, finish);
    expect(now).toMatchObject({ sellerId: '19', nextPollAtMs: nowMs + dayMs });
    expect(sellers).toEqual([seller()]);
  });

  it('is there as soon as its number is, when it was finished before that', async () => {
    const { now, sellers } = await applied({ stage: 'finished', state: 'FINISH' }, finish);
    expect(now.sellerId).toBe('19');
    expect(sellers).toEqual([seller()]);
  });

  it.each([
    ['without a number', { state: 'FINISH' }],
    ['before that', { ...finish, state: 'NEED_SIGN' }],
  ])('is not there %s', async (_, status) => {
    const { now, sellers } = await applied({}, status);
    expect(now.sellerId).toBeNull();
    expect(sellers).toEqual([]);
  });

  const own = { sellerId: '19', subMchid: '19' };
  it('may be paid again when it is finished again', async () => {
    const frozen = seller({ state: 'FROZEN', profitSharing: true, createdAtMs: 5, updatedAtMs: 5 });
    const { sellers } = await applied({ ...own, stage: 'frozen', state: 'FROZEN' }, finish, [frozen]);
    expect(sellers).toEqual([{ ...frozen, state: 'ACTIVE', updatedAtMs: nowMs }]);
  });

  it('is left as it is while it stays finished, whatever an operator made of it', async () => {
    const frozen = seller({ state: 'FROZEN', updatedAtMs: 5 });
    const { sellers } = await applied({ ...own, stage: 'finished', state: 'FINISH' }, finish, [frozen]);
    expect(sellers).toEqual([frozen]);
  });

  it('of another application is not changed', async () => {
    const other = seller({ applicationId: 'other', state: 'FROZEN', updatedAtMs: 5 });
    expect((await applied({}, finish, [other])).sellers).toEqual([other]);
    const active = seller({ applicationId: 'other', updatedAtMs: 5 });
    expect((await applied({ ...own, stage: 'finished' }, { state: 'FROZEN' }, [active])).sellers).toEqual([
      active,
    ]);
  });

  it('cannot be paid while its application is frozen', async () => {
    const { now, sellers } = await applied(
      { ...own, stage: 'finished', state: 'FINISH' },
      { state: 'FROZEN' },
      [seller({ updatedAtMs: 5 })],
    );
    expect(now).toMatchObject({ stage: 'frozen', sellerId: '19' });
    expect(sellers).toEqual([seller({ state: 'FROZEN' })]);
    const without = await applied({ subMchid: '19' }, { state: 'FROZEN' }, [seller({ updatedAtMs: 5 })]);
    expect(without.sellers).toMatchObject([{ state: 'ACTIVE' }]);
  });
});
