import { describe, expect, it } from 'vitest';
import type { SandboxEvent } from './events.ts';
import { Feed } from './feed.ts';
import type { Phase } from './phases.ts';
import { SampleEvents } from './sample-events.ts';
import type { Step } from './steps.ts';
import { timelineOf } from './timeline.ts';

function timeline(events: SandboxEvent[], paymentNo: string): Phase[] {
  const feed = new Feed();
  for (const event of events) feed.receive(event);
  return timelineOf(feed.story(paymentNo)!, feed.traces);
}

/** The timeline as lines: phase names, then each step set in below what caused it. */
function linesOf(events: SandboxEvent[], paymentNo: string): string[] {
  return timeline(events, paymentNo).flatMap((phase) => [
    `[${phase.kind}]`,
    ...phase.steps.flatMap((step) => lines(step, 1)),
  ]);
}

function lines(step: Step, depth: number): string[] {
  return [
    `${'  '.repeat(depth)}${nameOf(step)}`,
    ...step.children.flatMap((child) => lines(child, depth + 1)),
  ];
}

function nameOf(step: Step): string {
  switch (step.kind) {
    case 'invocation':
      return step.times > 1 ? `${step.event.data.functionName} ×${step.times}` : step.event.data.functionName;
    case 'exchange':
      return `${step.event.data.request.method} ${step.effects.map(({ data }) => data.change).join()}`.trim();
    case 'document':
      return `${step.event.data.collection} ${String(step.event.data.after?.state ?? '')}`.trim();
    case 'attempt':
      return `attempt ${step.ordinal ?? step.event.data.attempt?.kind}`;
    default:
      return step.kind === 'waiting' ? step.event.data.state : step.event.data.change;
  }
}

const order = '/v3/pay/transactions/jsapi';
const created = { _id: 'A', state: 'CREATED' };
const unpaid = { _id: 'A', state: 'NOTPAY' };
const paid = { _id: 'A', state: 'SUCCESS' };

describe('the timeline of an order', () => {
  it('has the complaints about it, with what the payer does and what the shop answers', () => {
    const make = new SampleEvents();
    const id = make.invocationId();
    const events = [
      make.order(100, 'A', 'paid', 'SUCCESS'),
      make.complaint(200, 'A', 'USER_CREATE_COMPLAINT'),
      make.complaint(310, 'A', 'MERCHANT_RESPONSE', id),
      make.invocation(300, 320, 'handleComplaints', { invocationId: id, outTradeNo: 'A' }),
    ];
    expect(linesOf(events, 'A')).toEqual([
      '[pay]',
      '  paid',
      '[complain]',
      '  USER_CREATE_COMPLAINT',
      '  handleComplaints',
      '    MERCHANT_RESPONSE',
    ]);
  });

  it('shows a transfer from the request to its failure, with the callback that reports it', () => {
    const make = new SampleEvents();
    const [id, received] = [make.invocationId(), make.invocationId()];
    const stored = { _id: 'T1', state: 'RESERVED' };
    const waiting = { _id: 'T1', state: 'WAIT_USER_CONFIRM' };
    const body = '{"out_bill_no":"T1"}';
    const events = [
      make.document(110, 'transfers', stored, undefined, id),
      make.transfer(130, 'T1', 'accepted', 'WAIT_USER_CONFIRM', id),
      make.exchange(131, { target: '/v3/fund-app/mch-transfer/transfer-bills', body }, id),
      make.document(140, 'transfers', waiting, stored, id),
      make.invocation(100, 150, 'transferMoney', { invocationId: id }),
      make.transfer(300, 'T1', 'fail', 'FAIL'),
      make.notification(301, 'T1', { eventType: 'MCHTRANSFER.BILL.FINISHED' }),
      make.document(320, 'transfers', { _id: 'T1', state: 'FAIL' }, waiting, received),
      make.callback(310, 330, { invocationId: received }),
      make.attempt(305, 'T1'),
    ];
    expect(linesOf(events, 'T1')).toEqual([
      '[transfer]',
      '  transferMoney',
      '    transfers RESERVED',
      '    POST',
      '    accepted',
      '    transfers WAIT_USER_CONFIRM',
      '  fail',
      '[callback]',
      '  attempt 1',
      '    payNotify',
      '      transfers FAIL',
    ]);
  });

  it('sets what a function caused below its invocation, though that is published last', () => {
    const make = new SampleEvents();
    const [id, of] = [make.invocationId(), { outTradeNo: 'A' }];
    const events = [
      make.document(120, 'orders', created, undefined, id),
      make.order(140, 'A', 'placed', 'NOTPAY', id),
      make.exchange(141, { target: order, ...of }, id),
      make.document(150, 'orders', unpaid, created, id),
      make.invocation(100, 160, 'createOrder', { invocationId: id, ...of }),
      make.order(300, 'A', 'paid', 'SUCCESS'),
    ];
    expect(linesOf(events, 'A')).toEqual([
      '[place]',
      '  createOrder',
      '    orders CREATED',
      '    POST placed',
      '    orders NOTPAY',
      '[pay]',
      '  paid',
    ]);
  });

  it('sets payNotify below the very delivery that called it', () => {
    const make = new SampleEvents();
    const [first, second] = [make.invocationId(), make.invocationId()];
    const events = [
      make.document(10, 'orders', unpaid),
      make.notification(300, 'A', {}),
      make.document(320, 'orders', paid, unpaid, first),
      make.document(330, 'notifications', { _id: 'N1', outTradeNos: ['A'] }, undefined, first),
      make.callback(311, 341, { invocationId: second, requestId: 'R2' }),
      make.callback(310, 340, { invocationId: first }),
      make.attempt(305, 'A', { kind: 'replay', requestId: 'R2' }),
      make.attempt(304, 'A'),
    ];
    expect(linesOf(events, 'A').slice(2)).toEqual([
      '[callback]',
      '  attempt 1',
      '    payNotify',
      '      orders SUCCESS',
      '      notifications',
      '  attempt replay',
      '    payNotify',
    ]);
  });

  it('counts deliveries, not replays, and says when the next is due', () => {
    const make = new SampleEvents();
    const events = [
      make.notification(300, 'A', {}),
      make.attempt(300, 'A', { ok: false, status: 500 }),
      make.notification(310, 'A', { change: 'scheduled', nextAtMs: 15_310 }),
      make.attempt(400, 'A', { kind: 'replay', tamper: 'body', ok: false, status: 401 }),
      make.attempt(15_310, 'A'),
    ];
    expect(linesOf(events, 'A')).toEqual(['[callback]', '  attempt 1', '  attempt replay', '  attempt 2']);
    expect(timeline(events, 'A')[0]?.steps[0]).toMatchObject({ nextAtMs: 15_310 });
  });

  it('sets a function that was called by another below its caller', () => {
    const make = new SampleEvents();
    const [caller, callee] = [make.invocationId(), make.invocationId()];
    const events = [
      make.document(10, 'orders', paid),
      make.document(125, 'deliveries', { _id: 'A' }, undefined, callee),
      make.invocation(120, 130, 'fulfilOrder', {
        source: 'function',
        invocationId: callee,
        calledBy: caller,
      }),
      make.document(140, 'orders', { ...paid, fulfilment: 'DONE' }, paid, caller),
      make.invocation(100, 150, 'queryOrder', { invocationId: caller, outTradeNo: 'A' }),
    ];
    expect(linesOf(events, 'A').slice(2)).toEqual([
      '[query]',
      '  queryOrder',
      '    fulfilOrder',
      '      deliveries',
      '    orders SUCCESS',
    ]);
  });

  it('takes in a timer that changed this order, and no other', () => {
    const make = new SampleEvents();
    const [idle, useful] = [make.invocationId(), make.invocationId()];
    const events = [
      make.document(10, 'orders', unpaid),
      make.document(20, 'orders', { _id: 'B', state: 'NOTPAY' }),
      make.invocation(30, 40, 'reconcile', { source: 'timer', invocationId: idle }),
      make.document(65, 'orders', paid, unpaid, useful),
      make.invocation(60, 70, 'reconcile', { source: 'timer', invocationId: useful }),
    ];
    expect(linesOf(events, 'A').slice(2)).toEqual(['[reconcile]', '  reconcile', '    orders SUCCESS']);
    expect(linesOf(events, 'B')).toEqual(['[place]', '  orders NOTPAY']);
  });

  it('keeps apart a callback and a query that run side by side, and says that they do', () => {
    const make = new SampleEvents();
    const [callback, query] = [make.invocationId(), make.invocationId()];
    const events = [
      make.document(10, 'orders', unpaid),
      make.notification(300, 'A', {}),
      make.document(330, 'orders', paid, unpaid, callback),
      make.document(331, 'orders', { ...paid, version: 3 }, paid, query),
      make.document(335, 'notifications', { _id: 'N1', outTradeNos: ['A'] }, undefined, callback),
      make.callback(310, 340, { invocationId: callback }),
      make.attempt(305, 'A'),
      make.invocation(320, 350, 'queryOrder', { invocationId: query, outTradeNo: 'A' }),
    ];
    expect(linesOf(events, 'A').slice(2)).toEqual([
      '[callback]',
      '  attempt 1',
      '    payNotify',
      '      orders SUCCESS',
      '      notifications',
      '[query]',
      '  queryOrder',
      '    orders SUCCESS',
    ]);
    expect(
      timeline(events, 'A').map(({ kind, concurrent, axis }) => [
        kind,
        concurrent,
        axis.endMs - axis.startMs,
      ]),
    ).toEqual([
      ['place', false, 0],
      ['callback', true, 45],
      ['query', true, 45],
    ]);
  });

  it('takes in a download of certificates that the order had to wait for', () => {
    const make = new SampleEvents();
    const id = make.invocationId();
    const events = [
      make.document(110, 'orders', created, undefined, id),
      make.exchange(130, { target: '/v3/certificates', method: 'GET' }, id),
      make.invocation(100, 150, 'createOrder', { invocationId: id, outTradeNo: 'A' }),
    ];
    expect(linesOf(events, 'A')).toEqual(['[place]', '  createOrder', '    orders CREATED', '    GET']);
  });

  it('takes in a function that failed and therefore named no order itself', () => {
    const make = new SampleEvents();
    const id = make.invocationId();
    const events = [
      make.document(110, 'orders', created, undefined, id),
      make.exchange(130, { target: order, outTradeNo: 'A', verdict: 'fault' }, id),
      make.invocation(100, 150, 'createOrder', {
        invocationId: id,
        result: { ok: false, error: { code: 'WECHATPAY_BUSY' } },
      }),
    ];
    expect(linesOf(events, 'A')).toEqual(['[place]', '  createOrder', '    orders CREATED', '    POST']);
  });

  it('folds polls that changed nothing into one line, and no poll that failed', () => {
    const make = new SampleEvents();
    const poll = (atMs: number, ok = true) =>
      make.invocation(atMs, atMs + 5, 'queryOrder', { outTradeNo: 'A', result: { ok } });
    const events = [make.document(10, 'orders', unpaid), poll(100), poll(200), poll(300, false), poll(400)];
    expect(linesOf(events, 'A').slice(3)).toEqual(['  queryOrder ×2', '  queryOrder', '  queryOrder']);
  });

  it('shows a callback that is held, and one that was given up', () => {
    const make = new SampleEvents();
    const events = [
      make.notification(300, 'A', { state: 'held' }),
      make.notification(900, 'A', { change: 'exhausted', state: 'exhausted' }),
    ];
    expect(linesOf(events, 'A')).toEqual(['[callback]', '  held', '  exhausted']);
  });

  it('does the same when a jump of the clock lets everything happen at one moment', () => {
    const make = new SampleEvents();
    const id = make.invocationId();
    const events = [
      make.notification(1, 'A', {}),
      make.document(10, 'orders', unpaid),
      make.document(500, 'orders', paid, unpaid, id),
      make.callback(500, 500, { invocationId: id }),
      make.notification(500, 'A', {
        attempt: { atMs: 500, kind: 'scheduled', status: 204, ms: 9, ok: true, requestId: 'R1' },
      }),
    ];
    const callback = timeline(events, 'A').find(({ kind }) => kind === 'callback');
    expect(callback?.steps.flatMap((step) => lines(step, 0))).toEqual([
      'attempt 1',
      '  payNotify',
      '    orders SUCCESS',
    ]);
  });
});

describe('a call that failed', () => {
  it('has a line of its own when it concerned no order', () => {
    const make = new SampleEvents();
    const feed = new Feed();
    const fine = make.invocation(1, 2, 'listProducts');
    const failed = make.invocation(3, 9, 'createOrder', {
      openid: 'o1',
      result: { ok: false, error: { code: 'PRODUCT_NOT_FOUND' } },
    });
    for (const event of [fine, failed]) feed.receive(event);
    expect([...feed.stories].map(({ state, payer }) => [state, payer])).toEqual([['FAILED', 'o1']]);
    expect(linesOf([fine, failed], failed.data.invocationId)).toEqual(['[place]', '  createOrder']);
    expect(feed.invocations).toHaveLength(2);
  });
});
