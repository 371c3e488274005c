import { describe, expect, it } from 'vitest';
import type { ComplaintRecord } from './records.ts';
import { begun, complaining, step } from './testing/complaining.ts';
import { viewComplaint, viewDetail } from './view.ts';
import type { WireComplaint, WireNegotiation } from './wire.ts';

const hourMs = 3_600_000;

describe('a complaint', () => {
  const shown = (changes: Partial<ComplaintRecord> = {}, laterMs = 0) => {
    const { shop, ports, record } = complaining('direct', changes);
    shop.nowMs += laterMs;
    return viewComplaint(ports, record);
  };

  it('of which only its number is known shows nothing else', () => {
    const unknown = { state: null, problemType: null, problem: null, complainedAtMs: null, amountFen: null };
    const nobody = { complaintedMchid: null, outTradeNo: null, applyRefundFen: null };
    expect(shown({ ...unknown, ...nobody })).toStrictEqual({
      ...{ complaintId: 'C1', fullRefunded: false, payerWaits: false, maxReplyLength: 200, times: 1 },
      ...{ overdue: false, acts: 0 },
    });
  });

  it('shows what is known of it, and when what is due', () => {
    const { record } = complaining();
    const served = { needsImmediateService: true, inPlatformService: true, payerWaits: true };
    const more = {
      applyRefundFen: 300,
      outRefundNo: 'R1',
      fullRefunded: true,
      times: 2,
      acts: 3,
      act: begun(),
    };
    expect(shown({ ...served, ...more })).toStrictEqual({
      ...{ complaintId: 'C1', state: 'PENDING', problemType: 'REFUND', problem: '没收到' },
      ...{ complainedAtMs: record.complainedAtMs, complaintedMchid: '1900000109', outTradeNo: 'T1' },
      ...{ amountFen: 1000, applyRefundFen: 300, fullRefunded: true, outRefundNo: 'R1' },
      ...{ ...served, maxReplyLength: 200, times: 2, acts: 3, overdue: false },
      answerByMs: record.complainedAtMs! + 24 * hourMs,
      finishByMs: record.complainedAtMs! + 72 * hourMs,
    });
  });

  it.each([
    ['PENDING', 24 * hourMs, false],
    ['PENDING', 24 * hourMs + 1, true],
    ['PROCESSING', 72 * hourMs, false],
    ['PROCESSING', 72 * hourMs + 1, true],
    ['PROCESSED', 99 * hourMs, false],
  ] as const)('that is %s after %d ms is overdue: %s', (state, laterMs, overdue) => {
    expect(shown({ state }, laterMs).overdue).toBe(overdue);
  });
});

describe('what only operators see', () => {
  const images = 'https://api.mch.weixin.qq.com/v3/merchant-service/images';
  const detail = (changes: object, history: readonly WireNegotiation[] = []) =>
    viewDetail(complaining().wechat.complaint(changes) as WireComplaint, history);

  it('is the text, and nothing more where there is nothing', () => {
    expect(detail({})).toStrictEqual({ text: '还没有收到', pictures: [], history: [] });
  });

  it('is the phone, and the pictures by their media_id', () => {
    const media = [{ media_url: [`${images}/M1`, `${images}/M2`] }, {}, { media_url: [`${images}/M3`] }];
    expect(detail({ payer_phone: '13800000000', complaint_media_list: media })).toMatchObject({
      phone: '13800000000',
      pictures: ['M1', 'M2', 'M3'],
    });
  });

  it.each([
    ['a text', { operate_details: '稍等' }, { text: '稍等', pictures: [] }],
    ['nothing', { operate_details: undefined }, { pictures: [] }],
    [
      'a wish for help',
      { operate_details: undefined, user_appy_platform_service_reason: '商家不处理' },
      { text: '商家不处理', pictures: [] },
    ],
    [
      'pictures, each once, wherever WeChat Pay has them',
      {
        operate_details: '看图',
        image_list: [`${images}/M1`],
        complaint_media_list: { media_url: [`${images}/M2`, `${images}/M1`] },
        normal_message: { blocks: [{ image: { media_id: 'M3' } }, { text: { text: '看图' } }] },
      },
      { text: '看图', pictures: ['M1', 'M2', 'M3'] },
    ],
  ])('is what each step of the negotiation has: %s', (_, changes, expected) => {
    const entry = { ...step('MERCHANT_RESPONSE', 5000), ...changes } as WireNegotiation;
    expect(detail({}, [entry]).history).toStrictEqual([
      { atMs: 5000, who: '商家', type: 'MERCHANT_RESPONSE', ...expected },
    ]);
  });
});
