import { describe, expect, it } from 'vitest';
import { memoryDocuments } from '../core/testing/documents.ts';
import { WechatpayError } from '../wechatpay/errors.ts';
import { type ApplicationDocument, applicationsCollection } from './application.ts';
import { refresh } from './refresh.ts';
import { applicationDocument } from './testing/application.ts';

const nowMs = 1_000_000;

/** @param answer the state that WeChat Pay says; null when it knows no such application */
function refreshing(changes: Partial<ApplicationDocument>, answer: string | null | Error = 'AUDITING') {
  const documents = memoryDocuments();
  const doc = applicationDocument(changes);
  documents.put(applicationsCollection, doc);
  const asked: unknown[] = [];
  const request = async (route: string) => {
    asked.push(route);
    if (answer instanceof Error) throw answer;
    if (answer === null) throw new WechatpayError('refused', 'RESOURCE_NOT_EXISTS', '');
    return { applyment_state: answer, applyment_id: 2000 };
  };
  const logged: string[] = [];
  const write = (event: string) => void logged.push(event);
  const ports = {
    ...{ documents, clock: { nowMs: () => nowMs }, log: { info: write, warn: write, error: write } },
    account: { kind: 'ecommerce', client: { account: { mchid: '1900000001' }, request } },
  };
  return { doc, asked, logged, run: () => refresh(ports as never, doc) };
}

describe('WeChat Pay', () => {
  it.each([
    ['of another account', { _id: '1900000002_A1' }],
    ['that is cancelled, which it stays', { stage: 'cancelled' }],
    ['that is being sent', { leaseUntilMs: nowMs + 1 }],
    ['that was never sent', { state: 'CREATED', stage: 'rejected' }],
    ['that was asked about just now', { polledAtMs: nowMs - 4_999 }],
  ] as [string, Partial<ApplicationDocument>][])('is not asked about one %s', async (_, changes) => {
    const { doc, asked, run } = refreshing(changes);
    expect(await run()).toEqual(doc);
    expect(asked).toEqual([]);
  });

  it.each([
    ['that was to be sent, and may have been', { state: 'CREATED', leaseUntilMs: nowMs }],
    ['that was rejected, and may have been taken back elsewhere', { state: 'REJECTED', stage: 'rejected' }],
    ['that was asked about five seconds ago', { polledAtMs: nowMs - 5_000 }],
  ] as [string, Partial<ApplicationDocument>][])('is asked about one %s', async (_, changes) => {
    const { asked, run } = refreshing(changes);
    expect(await run()).toMatchObject({ state: 'AUDITING', polledAtMs: nowMs });
    expect(asked).toHaveLength(1);
  });

  it('without an answer leaves what is known; a fault of ours is not hidden', async () => {
    const lost = refreshing({}, new WechatpayError('unknown', 'CONNECTION_LOST', ''));
    expect(await lost.run()).toEqual(lost.doc);
    await expect(refreshing({}, new Error('ours')).run()).rejects.toThrow('ours');
  });
});

describe('an application that WeChat Pay does not know', () => {
  it('never arrived, and another one may follow', async () => {
    const { run } = refreshing({ state: 'CREATED', leaseUntilMs: 1 }, null);
    expect(await run()).toMatchObject({
      ...{ state: 'CREATED', stage: 'rejected', open: false, leaseUntilMs: 0, nextPollAtMs: null },
      rejections: [{ path: '', message: expect.stringContaining('没有送达') }],
    });
  });

  it('but had before keeps its state, and is asked about again in an hour', async () => {
    const { logged, run } = refreshing({}, null);
    expect(await run()).toMatchObject({
      ...{ state: 'CHECKING', stage: 'reviewing', open: true, rejections: null },
      ...{ polledAtMs: nowMs, nextPollAtMs: nowMs + 3_600_000 },
    });
    expect(logged).toEqual(['application_missing_at_wechatpay']);
  });
});
