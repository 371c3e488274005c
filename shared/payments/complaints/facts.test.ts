import { describe, expect, it } from 'vitest';
import {
  factsOf,
  maxReplyLength,
  platformServiceReasonOf,
  textOf,
  type WireComplaint,
  type WireNegotiation,
} from './wire.ts';

const wire = (changes: object = {}) =>
  ({
    ...{ complaint_id: 'C1', complaint_time: '2026-01-02T11:04:05+08:00', complaint_detail: '秘密' },
    ...{ complaint_state: 'PENDING', problem_description: '没收到', complaint_full_refunded: false },
    ...{
      incoming_user_response: true,
      user_complaint_times: 2,
      payer_phone: '密文',
      complainted_mchid: '19',
      ...changes,
    },
  }) as WireComplaint;
const step = (changes: object) => changes as WireNegotiation;

describe('what is kept of a complaint', () => {
  it('is neither what the payer wrote nor the phone', () => {
    expect(factsOf(wire())).toEqual({
      ...{
        state: 'PENDING',
        problemType: null,
        problem: '没收到',
        complainedAtMs: Date.UTC(2026, 0, 2, 3, 4, 5),
      },
      ...{ complaintedMchid: '19', outTradeNo: null, transactionId: null, amountFen: null },
      ...{ applyRefundFen: null, fullRefunded: false, payerWaits: true, times: 2 },
      ...{ needsImmediateService: false, inPlatformService: false },
    });
  });

  it('is its order, and what the payer asks for', () => {
    const order = { transaction_id: '42', out_trade_no: 'T1', amount: 100 };
    const more = {
      problem_type: 'REFUND',
      complainted_mchid: '19',
      apply_refund_amount: 50,
      complaint_order_info: [order],
    };
    const served = { need_immediate_service: true, in_platform_service: true };
    expect(factsOf(wire({ ...more, ...served }))).toMatchObject({
      ...{ problemType: 'REFUND', applyRefundFen: 50, outTradeNo: 'T1' },
      ...{ transactionId: '42', amountFen: 100, needsImmediateService: true, inPlatformService: true },
    });
  });

  it('is at most 256 characters of the question', () => {
    expect(factsOf(wire({ problem_description: '问'.repeat(300) })).problem).toHaveLength(256);
  });

  it.each([
    ['PENDING', 'PENDING'],
    ['PROCESSING', 'PROCESSING'],
    ['PROCESSED', 'PROCESSED'],
    ['SOMETHING_NEW', 'PROCESSING'],
  ])('is its state: %s is %s', (complaint_state, state) => {
    expect(factsOf(wire({ complaint_state })).state).toBe(state);
  });

  it.each([
    ['direct', 200],
    ['partner', 500],
    ['ecommerce', 500],
  ] as const)('lets a %s account answer with %d characters', (account, characters) => {
    expect(maxReplyLength({ account })).toBe(characters);
  });
});

describe('a step of the negotiation', () => {
  const blocks = [{ text: { text: '一' } }, { image: { media_id: 'M' } }, { text: { text: '二' } }];
  it.each([
    [{ operate_details: '文字' }, '文字'],
    [{ operate_details: '', normal_message: { blocks } }, '一\n二'],
    [{ normal_message: { blocks } }, '一\n二'],
    [{ operate_details: '文字', normal_message: { blocks } }, '文字'],
    [{ operate_details: '', normal_message: { blocks: [blocks[1]] } }, ''],
    [{ operate_details: '' }, ''],
    [{}, undefined],
  ])('%j says %j', (changes, text) => {
    expect(textOf(step(changes))).toBe(text);
  });

  const because = (reason?: string, description?: string) => ({
    user_appy_platform_service_reason: reason,
    user_appy_platform_service_reason_description: description,
  });
  it.each([
    [because('商家不处理', '三天了'), '商家不处理：三天了'],
    [because('商家不处理'), '商家不处理'],
    [because('', '三天了'), '三天了'],
    [because(), undefined],
  ])('%j asks WeChat Pay to step in: %j', (changes, text) => {
    expect(platformServiceReasonOf(step(changes))).toBe(text);
  });
});
