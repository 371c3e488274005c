import { expect, it } from 'vitest';
import type { Exchange } from './events.ts';
import { refusalOf } from './refusal.ts';

const refused = (body: object): Exchange => ({
  id: 1,
  atMs: 0,
  durationMs: 0,
  request: { method: 'POST', target: '/', headers: {}, body: '' },
  answer: { status: 400, headers: {}, body: JSON.stringify(body) },
  verdict: 'refused',
  explanation: 'no order has that number',
  explanationZh: '没有该单号的订单',
});

it('gives the words of WeChat Pay beside the explanation in both languages', () => {
  expect(refusalOf(refused({ code: 'RESOURCE_NOT_EXISTS', message: '订单不存在' }))).toMatchObject({
    message: '订单不存在',
    explanation: 'no order has that number',
    explanationZh: '没有该单号的订单',
  });
});

it('does not repeat a message of the sandbox itself, which is the explanation', () => {
  const both = { error: 'PREPAY_UNKNOWN', message: 'no order has that number 没有该单号的订单' };
  expect(refusalOf(refused(both))?.message).toBeUndefined();
});
