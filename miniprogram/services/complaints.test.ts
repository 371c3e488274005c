import { expect, test } from 'vitest';
import { complaintLine } from './complaints';

const complaint = {
  complaintId: '1',
  fullRefunded: false,
  payerWaits: true,
  times: 2,
  overdue: false,
  acts: 0,
  maxReplyLength: 200,
};

test('a payer who waits for an answer now comes first in the note, until the complaint is done', () => {
  const note = (state: 'PENDING' | 'PROCESSED') =>
    complaintLine({ ...complaint, state, needsImmediateService: true }).note;
  expect(note('PENDING')).toBe('用户正在等待即时回复 · 第 2 次投诉 · 用户有新留言');
  expect(note('PROCESSED')).toBe('第 2 次投诉 · 用户有新留言');
  expect(complaintLine({ ...complaint, state: 'PENDING' }).note).toBe('第 2 次投诉 · 用户有新留言');
  expect(complaintLine({ ...complaint, state: 'PENDING', inPlatformService: true }).note).toBe(
    '微信支付客服已介入（平台协助） · 第 2 次投诉 · 用户有新留言',
  );
});
