import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { refusal as refused } from '../../core/testing/expect-refusal.ts';
import { refusal } from '../testing/scripted-shop.ts';
import { type ActRequest, act, settleAbandoned } from './act.ts';
import type { ComplaintAct } from './records.ts';
import { begun, complaining, routes, step, token } from './testing/complaining.ts';

const text = '马上为您处理';
const digest = createHash('sha256').update(text).digest('hex');
const said = 'MERCHANT_RESPONSE';

function answering(open: Partial<ComplaintAct> | null = null, ageMs = 0) {
  const made = complaining();
  const { shop, ports } = made;
  const leaseMs = ports.policy.complaintLeaseMs;
  const acts = open ? 1 : 0;
  const known = open && begun({ digest, atMs: shop.nowMs - ageMs, ...open });
  made.put({ act: known, acts });
  const complaint = made.stored();
  let sendings = 0;
  const send = async (): Promise<unknown> => {
    sendings++;
    return undefined;
  };
  return {
    ...made,
    leaseMs,
    acts,
    sendings: () => sendings,
    reply: (changes: Partial<ActRequest> = {}, sending: () => Promise<unknown> = send) => {
      const wanted = {
        token: token('a'),
        kind: 'reply',
        text,
        amountFen: null,
        operatorOpenid: 'oOp',
      } as const;
      return act(ports, shop.account, complaint, { ...wanted, seen: acts, ...changes }, sending);
    },
    settle: () => settleAbandoned(ports, shop.account, complaint),
    /** What another instance does just before this one writes for the first time. */
    meanwhile: (other: Partial<ComplaintAct>, more: object = {}) => {
      shop.documents.interrupt = async (_, operation) => {
        if (operation !== 'update complaints') return;
        shop.documents.interrupt = async () => {};
        const now = made.stored();
        const act = begun({ ...now.act, ...other });
        made.put({ ...now, version: now.version + 1, act, ...more });
      };
    },
  };
}

const leaseMs = answering().leaseMs;

describe('an answer', () => {
  it('is written down before it is sent, without its text, and done afterwards', async () => {
    const { shop, reply, stored } = answering();
    let before: unknown;
    const done = await reply({}, async () => {
      before = stored();
    });
    expect(before).toMatchObject({
      acts: 1,
      act: { ...begun({ digest }), atMs: shop.nowMs },
      refreshAfterMs: shop.nowMs + leaseMs,
    });
    expect(done).toEqual(stored());
    expect(done).toMatchObject({ acts: 1, act: { state: 'DONE' }, refreshAfterMs: shop.nowMs });
    expect(shop.documents.dump()).not.toContain(text);
  });

  it('without a text has no digest', async () => {
    const { reply } = answering();
    expect((await reply({ kind: 'complete', text: '' })).act).toMatchObject({ kind: 'complete', digest: '' });
  });

  it.each([
    ['refused', 'WECHATPAY_REFUSED', 'REFUSED'],
    ['fault', 'CONFIG_INVALID', 'REFUSED'],
    ['unknown', 'OUTCOME_UNKNOWN', 'BEGUN'],
  ] as const)('to which WeChat Pay answers %s is %s, and stays %s', async (kind, code, state) => {
    const { reply, stored } = answering();
    await refused(code, () => reply({}, async () => Promise.reject(refusal('X', kind))));
    expect(stored()).toMatchObject({ acts: 1, act: { state } });
  });

  it('is not sent when the operator has not seen the last one', async () => {
    const { reply, sendings, stored } = answering({ state: 'DONE', token: token('b') });
    await refused('COMPLAINT_CHANGED', () => reply({ seen: 0 }));
    expect([sendings(), stored().version]).toEqual([0, 1]);
    await reply({ seen: 1 });
    expect([sendings(), stored().acts]).toEqual([1, 2]);
  });

  it('that is done is not sent again, and one that was refused is, as the same', async () => {
    const done = answering({ state: 'DONE' });
    expect(await done.reply()).toEqual(done.stored());
    expect(done.sendings()).toBe(0);
    const again = answering({ state: 'REFUSED' }, 1);
    expect(await again.reply({ seen: 0 })).toMatchObject({ acts: 1, act: { state: 'DONE' } });
    expect(again.sendings()).toBe(1);
  });
});

describe('while one is on its way', () => {
  it.each([
    ['the same', 'a', leaseMs - 1, 'BUSY'],
    ['another', 'b', leaseMs - 1, 'COMPLAINT_CHANGED'],
  ] as const)('%s is not sent', async (_, name, ageMs, code) => {
    const { reply, sendings } = answering({}, ageMs);
    await refused(code, () => reply({ token: token(name) }));
    expect(sendings()).toBe(0);
  });

  it('the same is done once the negotiation has it', async () => {
    const { reply, sendings, wechat, shop } = answering({}, 1000);
    wechat.history = [step(said, shop.nowMs, text)];
    expect((await reply()).act).toMatchObject({ state: 'DONE' });
    expect(sendings()).toBe(0);
  });

  it.each([
    ['the same is sent again', 'a', 1],
    ['another follows it', 'b', 2],
  ])('and its time is over without a trace of it, %s', async (_, name, acts) => {
    const { reply, sendings, stored } = answering({}, leaseMs);
    await reply({ token: token(name) });
    expect([sendings(), stored().acts, stored().act]).toMatchObject([1, acts, { token: token(name) }]);
  });

  it('nothing is concluded when WeChat Pay does not say', async () => {
    const { reply, wechat, sendings, stored } = answering({}, leaseMs);
    wechat.instead[routes.history] = () => {
      throw refusal('SYSTEM_ERROR', 'unknown');
    };
    await refused('OUTCOME_UNKNOWN', () => reply());
    expect([sendings(), stored().version]).toEqual([0, 1]);
  });
});

describe('an answer whose instance died', () => {
  // The clocks differ by up to 2 minutes, and WeChat Pay reports whole seconds.
  const tolerated = 121_000;
  it.each([
    ['at the time it was begun', said, 0, text, 'DONE'],
    ['as far before it as the clocks may differ', said, -tolerated, text, 'DONE'],
    ['earlier than that', said, -tolerated - 1, text, 'REFUSED'],
    ['with another text', said, 0, '稍等', 'REFUSED'],
    ['as the payer', 'USER_RESPONSE', 0, text, 'REFUSED'],
  ])('arrived if the negotiation has it %s', async (_, type, offsetMs, words, state) => {
    const { settle, wechat, stored, shop } = answering({}, leaseMs);
    wechat.history = [step(type, stored().act!.atMs + offsetMs, words)];
    await settle();
    expect(stored()).toMatchObject({ act: { state }, refreshAfterMs: shop.nowMs });
  });

  it.each([
    ['complete', 'MERCHANT_CONFIRM_COMPLETE'],
    ['rejectRefund', 'MERCHANT_REFUSE_RERUND'],
  ] as const)('and has no text arrived whatever WeChat Pay says with it: %s', async (kind, type) => {
    const { settle, wechat, stored } = answering({ kind, digest: '' }, leaseMs);
    wechat.history = [step(type, stored().act!.atMs, '商家处理完成')];
    await settle();
    expect(stored().act).toMatchObject({ state: 'DONE' });
  });

  it.each([
    ['there is none', null, leaseMs],
    ['it ended', { state: 'DONE' }, leaseMs],
    ['it was refused', { state: 'REFUSED' }, leaseMs],
    ['it is an approval, which has more to it', { kind: 'approveRefund' }, leaseMs],
    ['it may still be sent', {}, leaseMs - 1],
  ] as [string, Partial<ComplaintAct> | null, number][])('is left alone when %s', async (_, open, ageMs) => {
    const { settle, shop, stored } = answering(open, ageMs);
    await settle();
    expect([shop.calls, stored().version]).toEqual([[], 1]);
  });
});

describe('of two instances', () => {
  it('that begin the same answer, one sends it', async () => {
    const { reply, meanwhile, sendings } = answering();
    meanwhile({}, { acts: 1 });
    await refused('COMPLAINT_CHANGED', () => reply());
    expect(sendings()).toBe(0);
  });

  it('none begins an answer while the other sends a refused one again', async () => {
    const { reply, meanwhile, sendings } = answering({ state: 'REFUSED', token: token('b') }, 1);
    meanwhile({ state: 'BEGUN' });
    await refused('COMPLAINT_CHANGED', () => reply());
    expect(sendings()).toBe(0);
  });

  it('none sends what the other found in the negotiation', async () => {
    const { reply, meanwhile, sendings } = answering({}, leaseMs);
    meanwhile({ state: 'DONE' });
    await refused('COMPLAINT_CHANGED', () => reply());
    expect(sendings()).toBe(0);
  });

  it.each([
    ['the same answer, ended', { state: 'DONE' }],
    ['an answer after it', { token: token('b') }],
  ] as [string, Partial<ComplaintAct>][])('the slower one leaves %s, as it is', async (_, other) => {
    const { reply, put, stored } = answering();
    const late = async () => {
      put({ ...stored(), version: 9, act: begun({ ...stored().act, ...other }) });
      throw refusal('PARAM_ERROR');
    };
    await refused('WECHATPAY_REFUSED', () => reply({}, late));
    expect(stored()).toMatchObject({ version: 9, act: { state: 'BEGUN', ...other } });
  });
});
