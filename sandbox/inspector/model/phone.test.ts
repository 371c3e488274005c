import { expect, test } from 'vitest';
import { invocationIdOf, outcomeOf, type PhoneCall, PhonePanel, targetOf } from './phone.ts';

const call = (over: Partial<PhoneCall> = {}): PhoneCall => ({
  ...{ id: '1', name: 'cloud.callFunction', openid: 'o1', startedAtMs: 0 },
  options: { name: 'createOrder', data: {} },
  ...over,
});
const ended = (answer: unknown, failed = false) => call({ durationMs: 5, failed, answer });

test('a call is one row: its end takes the place of its beginning', () => {
  const panel = new PhonePanel();
  expect(panel.receive({ source: 'phone', type: 'call', call: call() })).toBe(true);
  expect(outcomeOf(panel.calls[0]!)).toEqual({ tone: 'warn', text: undefined });
  panel.receive({ source: 'phone', type: 'call', call: ended({ result: { ok: true } }) });
  expect(panel.calls.map(outcomeOf)).toEqual([{ tone: 'ok', text: 'ok' }]);
});

test('messages of others, and others of the phone, change nothing', () => {
  const panel = new PhonePanel();
  for (const message of [null, 'x', { type: 'call' }, { source: 'phone', type: 'page' }]) {
    expect(panel.receive(message)).toBe(false);
  }
  expect(panel.calls).toEqual([]);
});

test('only the newest thousand are kept', () => {
  const panel = new PhonePanel();
  for (let id = 0; id < 1_010; id++)
    panel.receive({ source: 'phone', type: 'call', call: call({ id: `${id}` }) });
  expect(panel.calls).toHaveLength(1_000);
  expect(panel.calls[0]?.id).toBe('10');
});

test('a refusal shows its code, a failure WeChat’s, a cancelled payment that', () => {
  expect(outcomeOf(ended({ result: { ok: false, error: { code: 'BUSY' } } }))).toMatchObject({
    text: 'BUSY',
  });
  expect(outcomeOf(ended({ errCode: -504002, errMsg: 'x' }, true))).toEqual({ tone: 'bad', text: '-504002' });
  expect(outcomeOf(ended({ errMsg: 'requestPayment:fail cancel' }, true)).text).toBe('cancel');
});

test('what was called, and the invocation that it led to', () => {
  expect(targetOf(call())).toBe('createOrder');
  expect(targetOf(call({ name: 'cloud.uploadFile', options: { cloudPath: 'a/b.png' } }))).toBe('a/b.png');
  expect(targetOf(call({ name: 'requestPayment', options: {} }))).toBe('');
  expect(invocationIdOf(ended({ requestID: 'r-1', result: null }))).toBe('r-1');
  expect(invocationIdOf(ended({ errMsg: 'cloud.callFunction:fail requestID r-2, …' }, true))).toBe('r-2');
});
