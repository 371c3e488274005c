/** Complaints at the simulator: real signatures and ciphers, documents in memory, lost answers and dying instances. */
import { afterEach, describe, expect, it } from 'vitest';
import type { ComplaintView, HandleComplaintsAnswers } from '../../shared/contract/index.ts';
import { exclusiveLeaseMs } from '../../shared/core/lease.ts';
import { complaintsCollection } from '../../shared/payments/complaints/records.ts';
import { receiveNotification } from '../../shared/payments/notifications/receive.ts';
import { type ComplaintShop, callbackOf, complained, complaintShop, token } from './complaint-shop.ts';

const hourMs = 3600_000;
const png = Buffer.concat([
  Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
  Buffer.alloc(40, 3),
]);

let shop: ComplaintShop;
afterEach(() => shop.close());

async function begin(...args: Parameters<typeof complained>): Promise<ComplaintView> {
  const made = await complained(...args);
  shop = made.shop;
  return made.complaint;
}

describe.each(['direct', 'partner', 'ecommerce'] as const)('a complaint about a %s order', (kind) => {
  it('is found without its callback, answered, and done', async () => {
    const complaint = await begin(kind);
    expect(complaint).toMatchObject({ state: 'PENDING', problemType: 'REFUND', amountFen: 1_000, acts: 0 });
    expect(complaint.answerByMs! - complaint.complainedAtMs!).toBe(24 * hourMs);
    expect(complaint.finishByMs! - complaint.complainedAtMs!).toBe(72 * hourMs);
    const answered = (await shop.reply(complaint, 'a')) as HandleComplaintsAnswers['reply'];
    await shop.check();
    const [processing] = await shop.list();
    expect(processing).toMatchObject({ state: 'PROCESSING', acts: 1 });
    expect(processing!.answerByMs).toBeUndefined();
    await shop.ask({
      action: 'complete',
      complaintId: complaint.complaintId,
      requestToken: token('b'),
      seen: answered.complaint.acts,
    });
    await shop.check();
    expect(await shop.list(true)).toEqual([]);
    expect(await shop.list()).toMatchObject([{ state: 'PROCESSED', overdue: false }]);
  });
});

describe('what is kept of a complaint', () => {
  it('is neither the phone nor what the payer wrote; an operator sees both', async () => {
    const { complaintId } = await begin('direct', { phone: '13912345678', detail: '杯子碎了' });
    const seen = await shop.detail(complaintId);
    expect(seen.detail).toMatchObject({ phone: '13912345678', text: '杯子碎了' });
    expect(seen.detail.history).toMatchObject([{ type: 'USER_CREATE_COMPLAINT', text: '杯子碎了' }]);
    const kept = JSON.stringify(shop.documents.all(complaintsCollection)) + shop.logged.join('');
    expect(kept).not.toMatch(/13912345678|杯子碎了|oPayer/);
  });

  it('comes by callback at once, once, and is asked about by the timer', async () => {
    shop = await complaintShop();
    const { _id: outTradeNo } = await shop.paidOrder(1_000);
    const made = await shop.sandbox.control('POST', '/complaints', { outTradeNo });
    const { complaintId } = made.json.complaint;
    const resource = { complaint_id: complaintId, action_type: 'CREATE_COMPLAINT' };
    for (const id of ['n1', 'n1', 'n2']) {
      await receiveNotification(
        shop.ports,
        callbackOf('complaint', 'COMPLAINT.CREATE', resource, id),
        'direct',
      );
    }
    expect(await shop.list()).toEqual([
      {
        complaintId,
        ...{ fullRefunded: false, payerWaits: false, times: 1, overdue: false, acts: 0, maxReplyLength: 200 },
      },
    ]);
    await shop.check();
    expect(await shop.list()).toMatchObject([{ complaintId, outTradeNo, state: 'PENDING' }]);
  });

  it('can be answered before the timer has asked about it', async () => {
    shop = await complaintShop();
    const { _id: outTradeNo } = await shop.paidOrder(1_000);
    const made = await shop.sandbox.control('POST', '/complaints', { outTradeNo });
    const { complaintId } = made.json.complaint;
    const resource = { complaint_id: complaintId, action_type: 'CREATE_COMPLAINT' };
    await receiveNotification(shop.ports, callbackOf('complaint', 'COMPLAINT.CREATE', resource), 'direct');
    const [complaint] = await shop.list();
    await shop.reply(complaint!, 'a');
    expect(await shop.list()).toMatchObject([{ complaintId, outTradeNo, acts: 1 }]);
    const { detail } = await shop.detail(complaintId);
    expect(detail.history.map(({ type }) => type)).toContain('MERCHANT_RESPONSE');
  });

  it('begins again when the payer does, also when that callback is lost', async () => {
    const complaint = await begin();
    await shop.ask({
      action: 'complete',
      complaintId: complaint.complaintId,
      requestToken: token('a'),
      seen: 0,
    });
    await shop.check();
    await shop.sandbox.control('POST', `/complaints/${complaint.complaintId}/act`, { action: 'continue' });
    await shop.sandbox.clock.advance(16 * 60_000);
    await shop.check();
    expect(await shop.list(true)).toMatchObject([{ state: 'PENDING', times: 2 }]);
  });

  it('is reported in the log once before its deadline', async () => {
    await begin();
    const warnings = () => shop.logged.filter((line) => line.startsWith('complaint.deadline'));
    const pass = async (hours: number) => {
      for (let hour = 0; hour < hours; hour++) {
        await shop.sandbox.clock.advance(hourMs);
        await shop.check();
      }
    };
    await pass(19);
    expect(warnings()).toEqual([]);
    await pass(7);
    expect(warnings()).toHaveLength(1);
    expect(await shop.list()).toMatchObject([{ overdue: true }]);
  });

  it('of one that WeChat Pay does not know keeps no other from its turn', async () => {
    await begin();
    const resource = { complaint_id: 'unknown', action_type: 'CREATE_COMPLAINT' };
    await receiveNotification(shop.ports, callbackOf('complaint', 'COMPLAINT.CREATE', resource), 'direct');
    const [{ complaintId }] = (await shop.list()).filter(({ state }) => state === 'PENDING') as [
      ComplaintView,
    ];
    await shop.sandbox.control('POST', `/complaints/${complaintId}/act`, { action: 'respond' });
    await shop.sandbox.clock.advance(6 * hourMs);
    await shop.check();
    expect(await shop.list()).toContainEqual(expect.objectContaining({ complaintId, payerWaits: true }));
  });
});

describe('an answer', () => {
  it.each([
    ['direct', 200],
    ['partner', 500],
  ] as const)(
    'of a %s account has at most %i characters, and WeChat Pay takes as many',
    async (kind, max) => {
      const complaint = await begin(kind);
      expect(complaint.maxReplyLength).toBe(max);
      await expect(shop.reply(complaint, 'a', '长'.repeat(max + 1))).rejects.toMatchObject({
        code: 'BAD_REQUEST',
      });
      expect(await shop.said(complaint.complaintId)).toEqual([]);
      await shop.reply(complaint, 'b', '长'.repeat(max));
      expect(await shop.said(complaint.complaintId)).toHaveLength(1);
    },
  );

  it('is one when the same operator taps twice, and the second operator is told to look again', async () => {
    const complaint = await begin();
    const settled = await Promise.allSettled([
      shop.reply(complaint, 'a'),
      shop.reply(complaint, 'a'),
      shop.reply(complaint, 'b', '不是我们的错', 'oOther'),
    ]);
    const codes = settled.map((each) => (each.status === 'rejected' ? each.reason.code : 'sent'));
    expect(codes.slice(0, 2)).toContain('sent');
    expect(codes[2]).toBe('COMPLAINT_CHANGED');
    expect(await shop.said(complaint.complaintId)).toHaveLength(1);
    expect(await shop.reply(complaint, 'a').catch(({ code }) => code)).toMatchObject({
      complaint: { acts: 1 },
    });
    await expect(shop.reply(complaint, 'c', '又', 'oOther')).rejects.toMatchObject({
      code: 'COMPLAINT_CHANGED',
    });
    expect(await shop.said(complaint.complaintId)).toHaveLength(1);
  });

  it('is one when the second tap comes while the first is on its way to WeChat Pay', async () => {
    const complaint = await begin();
    let second: unknown;
    shop.documents.interrupt = async (when, operation) => {
      if (when !== 'after' || operation !== 'update complaints') return;
      shop.documents.interrupt = async () => {};
      second = await shop.reply(complaint, 'a').catch((error: unknown) => error);
    };
    await shop.reply(complaint, 'a');
    expect(second).toMatchObject({ code: 'BUSY' });
    expect(await shop.said(complaint.complaintId)).toHaveLength(1);
  });

  it('with a lost outcome is looked up in the negotiation history, and not repeated', async () => {
    const complaint = await begin();
    shop.lose('after');
    await expect(shop.reply(complaint, 'a')).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
    shop.lose(undefined);
    expect(await shop.reply(complaint, 'a')).toMatchObject({ complaint: { acts: 1 } });
    expect(await shop.said(complaint.complaintId)).toHaveLength(1);
  });

  it('that never arrived is sent by the same token, or replaced by another after a while', async () => {
    const complaint = await begin();
    shop.lose('before');
    await expect(shop.reply(complaint, 'a')).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
    shop.lose(undefined);
    await expect(shop.reply(complaint, 'b')).rejects.toMatchObject({ code: 'COMPLAINT_CHANGED' });
    await shop.sandbox.clock.advance(exclusiveLeaseMs);
    const [seen] = await shop.list();
    await shop.reply(seen!, 'b', '第二个回答');
    expect(await shop.said(complaint.complaintId)).toMatchObject([{ details: '第二个回答' }]);
  });

  it.each([
    ['before', []],
    ['after', [{ details: '马上为您处理' }]],
  ] as const)(
    'whose outcome nobody learned, lost %s its effect, is looked up by the timer, and then left alone',
    async (when, said) => {
      const complaint = await begin();
      shop.lose(when);
      await expect(shop.reply(complaint, 'a')).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
      shop.lose(undefined);
      await shop.sandbox.clock.advance(exclusiveLeaseMs);
      // Once to find out, and once for what WeChat Pay says then.
      for (const expected of [1, 1, 0, 0, 0]) {
        expect(await shop.check()).toBe(expected);
        await shop.sandbox.clock.advance(60_000);
      }
      expect(await shop.said(complaint.complaintId)).toMatchObject(said);
      // The operator who still has it on the screen may send it again.
      await shop.reply(complaint, 'a');
      expect(await shop.said(complaint.complaintId)).toHaveLength(1);
    },
  );

  it('survives an instance that dies between any two steps: said once', async () => {
    const first = await begin();
    let steps = 0;
    shop.documents.interrupt = async () => void steps++;
    await shop.reply(first, 'a');
    await shop.close();
    expect(steps).toBeGreaterThan(4);
    for (let step = 1; step <= steps; step++) {
      const complaint = await begin();
      let left = step;
      shop.documents.interrupt = async () => {
        if (left-- === 1) throw new Error('instance died');
      };
      await expect(shop.reply(complaint, 'a')).rejects.toThrow('instance died');
      shop.documents.interrupt = async () => {};
      await shop.sandbox.clock.advance(exclusiveLeaseMs);
      await shop.reply(complaint, 'a');
      expect(await shop.said(complaint.complaintId), `died at step ${step}`).toHaveLength(1);
      await shop.close();
    }
    shop = await complaintShop();
  });

  it('that WeChat Pay refuses is no answer, and says why', async () => {
    const complaint = await begin();
    await shop.ask({
      action: 'complete',
      complaintId: complaint.complaintId,
      requestToken: token('a'),
      seen: 0,
    });
    const [done] = await shop.list();
    await expect(shop.reply(done!, 'b')).rejects.toMatchObject({ code: 'WECHATPAY_REFUSED' });
  });

  it('takes pictures that were checked and handed over, and leaves none behind', async () => {
    const complaint = await begin();
    const { complaintId } = complaint;
    const begun = await shop.ask({ action: 'beginPicture', extension: 'png' });
    const { cloudPath } = begun as HandleComplaintsAnswers['beginPicture'];
    expect(cloudPath).toMatch(/^complaints\/oOperator\//);
    const fileID = `cloud://${cloudPath}`;
    shop.files.set(fileID, png);
    await expect(shop.ask({ action: 'finishPicture', complaintId, fileID }, 'oOther')).rejects.toMatchObject({
      code: 'FILE_NOT_YOURS',
    });
    const finished = await shop.ask({ action: 'finishPicture', complaintId, fileID });
    const { mediaId } = finished as HandleComplaintsAnswers['finishPicture'];
    expect(shop.files.size).toBe(0);
    await shop.ask({
      action: 'reply',
      complaintId,
      requestToken: token('a'),
      seen: 0,
      text: '请看照片',
      mediaIds: [mediaId],
    });
    const [answer] = (await shop.detail(complaintId)).detail.history;
    expect(answer).toMatchObject({ type: 'MERCHANT_RESPONSE', pictures: [mediaId] });
    expect(await shop.ask({ action: 'picture', complaintId, mediaId })).toEqual({
      contentType: 'image/png',
      base64: png.toString('base64'),
    });
    shop.files.set(fileID, Buffer.from('#!/bin/sh'));
    await expect(shop.ask({ action: 'finishPicture', complaintId, fileID })).rejects.toMatchObject({
      code: 'FILE_TYPE_NOT_ALLOWED',
    });
  });
});

it('an operator asks about no complaint that the shop does not know', async () => {
  shop = await complaintShop();
  await expect(shop.detail('200')).rejects.toMatchObject({ code: 'COMPLAINT_NOT_FOUND' });
});

describe.each(['direct', 'partner'] as const)(
  'a %s complaint whose payer waits for an answer at once',
  (kind) => {
    it('is answered by the API for it, once, and read back by what was written', async () => {
      const complaint = await begin(kind, { needsImmediateService: true });
      expect(complaint.needsImmediateService).toBe(true);
      shop.lose('after');
      await expect(shop.reply(complaint, 'a')).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
      shop.lose(undefined);
      expect(await shop.reply(complaint, 'a')).toMatchObject({ complaint: { acts: 1 } });
      expect(await shop.said(complaint.complaintId)).toMatchObject([{ idempotentId: token('a') }]);
      const { detail } = await shop.detail(complaint.complaintId);
      expect(detail.history[0]).toMatchObject({ type: 'MERCHANT_RESPONSE', text: '马上为您处理' });
    });
  },
);
