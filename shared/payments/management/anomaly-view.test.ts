import { expect, it } from 'vitest';
import type { AnomalyRecord, AnomalySide } from '../orders/anomalies.ts';
import { anomalyRemedies } from '../orders/anomaly-remedies.ts';
import { viewAnomaly } from './anomaly-view.ts';

const side: AnomalySide = {
  ...{ appid: 'wx1', mchid: '1900000001', subMchid: null, amountFen: 6800, currency: 'CNY' },
  ...{ transactionId: null, state: 'NOTPAY' },
};

const view = (changes: Partial<AnomalyRecord> = {}) =>
  viewAnomaly({
    ...{ _id: 'A1', kind: 'WRONG_AMOUNT', outTradeNo: 'T1', account: 'direct', source: 'callback' },
    ...{ expected: side, received: side, seenAtMs: 5, resolvedAtMs: null, ...changes },
  });

const shown = { anomalyId: 'A1', kind: 'WRONG_AMOUNT', outTradeNo: 'T1', seenAtMs: 5 } as const;
const remedy = anomalyRemedies.WRONG_AMOUNT;

it('shows what to do about an anomaly, and nothing of what agrees', () => {
  expect(view()).toStrictEqual({ ...shown, ...remedy, differences: [] });
});

it.each([
  [null, undefined, {}],
  [9, '已退款', { resolvedAtMs: 9, note: '已退款' }],
  [undefined, undefined, {}],
])('resolved at %s with the note %s, it shows %j', (resolvedAtMs, note, more) => {
  const changes = {
    ...(resolvedAtMs !== undefined && { resolvedAtMs }),
    ...(note !== undefined && { note }),
  };
  expect(view(changes)).toStrictEqual({ ...shown, ...remedy, differences: [], ...more });
});

it('shows side by side what differs: sums in yuan, texts as they are', () => {
  const received = { ...side, amountFen: 1, subMchid: '1900000109', transactionId: '42', state: 'SUCCESS' };
  expect(view({ received }).differences).toStrictEqual([
    { field: 'state', expected: 'NOTPAY', received: 'SUCCESS' },
    { field: 'amountFen', expected: '68.00', received: '0.01' },
    { field: 'transactionId', expected: '', received: '42' },
    { field: 'subMchid', expected: '', received: '1900000109' },
  ]);
});

it('shows what was received for an order that is not known', () => {
  expect(view({ expected: null, received: { ...side, amountFen: null } }).differences).toStrictEqual([
    { field: 'state', expected: '', received: 'NOTPAY' },
    { field: 'currency', expected: '', received: 'CNY' },
    { field: 'mchid', expected: '', received: '1900000001' },
    { field: 'appid', expected: '', received: 'wx1' },
  ]);
});

it('takes what an older version did not store for nothing', () => {
  const { transactionId: _, ...older } = side;
  expect(view({ received: older as AnomalySide }).differences).toStrictEqual([]);
});
