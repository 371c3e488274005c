import { describe, expect, it } from 'vitest';
import { memoryDocuments } from '../core/testing/documents.ts';
import { WechatpayError } from '../wechatpay/errors.ts';
import { type ApplicationDocument, applicationsCollection } from './application.ts';
import { hasDueApplications } from './due.ts';
import { pollApplications } from './poll.ts';
import { applicationDocument } from './testing/application.ts';

const nowMs = 1_000_000;

/** @param answer the state that WeChat Pay says; undefined when it knows no such application */
function polling(changes: Partial<ApplicationDocument>, answer: string | undefined | Error) {
  const documents = memoryDocuments();
  const doc = applicationDocument(changes);
  documents.put(applicationsCollection, doc);
  const now = () => documents.peek<ApplicationDocument>(applicationsCollection, doc._id)!;
  const whileAsked: ApplicationDocument[] = [];
  const request = async () => {
    whileAsked.push(now());
    if (answer instanceof Error) throw answer;
    if (answer === undefined) throw new WechatpayError('refused', 'RESOURCE_NOT_EXISTS', '');
    return { applyment_state: answer, applyment_id: 2000 };
  };
  const logged: string[] = [];
  const write = (level: string) => (event: string) => void logged.push(`${level} ${event}`);
  const portsAt = (atMs: number) => ({
    ...{ documents, clock: { nowMs: () => atMs } },
    log: { info: write('info'), warn: write('warn'), error: write('error') },
    account: { kind: 'ecommerce', client: { account: { mchid: '1900000001' }, request } },
  });
  const poll = (atMs = nowMs) => pollApplications(portsAt(atMs) as never, () => true);
  return { ports: portsAt(nowMs) as never, whileAsked, logged, now, poll };
}

describe('an application that is due', () => {
  it.each([
    ['has not changed', {}, 'CHECKING', 0],
    ['is in another state of the same stage', {}, 'AUDITING', 1],
    ['never arrived', { state: 'CREATED' }, undefined, 1],
    ['is to be signed', {}, 'NEED_SIGN', 1],
  ] as [string, Partial<ApplicationDocument>, string | undefined, number][])(
    'that %s counts so',
    async (_, changes, answer, changed) => {
      const { ports, poll } = polling(changes, answer);
      expect(await hasDueApplications(ports)).toBe(true);
      expect(await poll()).toEqual({ polled: 1, changed, failed: 0 });
      expect(await hasDueApplications(ports)).toBe(false);
    },
  );

  it('is nobody else’s for two minutes while it is asked about, and each write is told from the one before', async () => {
    const { now, whileAsked, poll } = polling({ version: 3 }, 'AUDITING');
    await poll();
    expect(whileAsked).toMatchObject([{ nextPollAtMs: nowMs + 120_000, version: 4 }]);
    expect(now().version).toBe(5);
  });

  it('is asked about by one of two timers, though the other finds it before it is claimed', async () => {
    const { whileAsked, poll } = polling({}, 'AUDITING');
    expect(await Promise.all([poll(), poll(nowMs + 1)])).toMatchObject([{ polled: 1 }, { polled: 0 }]);
    expect(whileAsked).toHaveLength(1);
  });

  it('is not asked about while it is being sent', async () => {
    const { whileAsked, poll } = polling({ leaseUntilMs: nowMs + 1 }, 'AUDITING');
    expect(await poll()).toEqual({ polled: 0, changed: 0, failed: 0 });
    expect(whileAsked).toEqual([]);
    expect(await polling({ leaseUntilMs: nowMs }, 'AUDITING').poll()).toMatchObject({ polled: 1 });
  });

  it.each([
    [new WechatpayError('unknown', 'CONNECTION_LOST', ''), 'warn'],
    [new Error('ours'), 'error'],
  ])(
    'and fails with %o waits as one that has not changed, and longer the next time',
    async (error, level) => {
      const { now, logged, poll } = polling({ attempts: 1 }, error);
      expect(await poll()).toEqual({ polled: 1, changed: 0, failed: 1 });
      expect(now()).toMatchObject({ state: 'CHECKING', attempts: 2, nextPollAtMs: nowMs + 2 * 60_000 });
      expect(logged).toEqual([`${level} application_poll_failed`]);
      const later = polling({ attempts: 2 }, error);
      await later.poll();
      expect(later.now()).toMatchObject({ attempts: 3, nextPollAtMs: nowMs + 5 * 60_000 });
    },
  );
});
