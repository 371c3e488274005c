import { describe, expect, it } from 'vitest';
import type { SandboxEvent } from './events.ts';
import { Feed } from './feed.ts';
import { Telling } from './testing.ts';
import { type Step, timelineOf } from './timeline.ts';

/** The timeline as lines: phase names, then each step set in below what caused it. */
function told(events: SandboxEvent[], paymentNo: string): string[] {
  const feed = new Feed(() => 0);
  for (const event of events) feed.receive(event);
  const story = feed.story(paymentNo)!;
  return timelineOf(story.events, feed.loose).flatMap((phase) => [
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
      return step.kind === 'order' ? step.event.data.change : step.event.data.state;
  }
}

const order = '/v3/pay/transactions/jsapi';
const created = { _id: 'A', state: 'CREATED' };
const unpaid = { _id: 'A', state: 'NOTPAY' };
const paid = { _id: 'A', state: 'SUCCESS' };

describe('the timeline of an order', () => {
  it('sets what a function caused below its invocation, though the sandbox tells the invocation last', () => {
    const tell = new Telling();
    const events = [
      tell.document(120, 'orders', created),
      tell.order(140, 'A', 'placed', 'NOTPAY'),
      tell.exchange(141, { target: order, outTradeNo: 'A' }),
      tell.document(150, 'orders', unpaid, created),
      tell.invocation(100, 160, 'createOrder', { outTradeNo: 'A' }),
      tell.order(300, 'A', 'paid', 'SUCCESS'),
    ];
    expect(told(events, 'A')).toEqual([
      '[place]',
      '  createOrder',
      '    orders CREATED',
      '    POST placed',
      '    orders NOTPAY',
      '[pay]',
      '  paid',
    ]);
  });

  it('sets payNotify below the delivery that called it, though the order number is encrypted', () => {
    const tell = new Telling();
    const events = [
      tell.document(10, 'orders', unpaid),
      tell.order(300, 'A', 'paid', 'SUCCESS'),
      tell.notification(300, 'A', {}),
      tell.document(320, 'orders', paid, unpaid),
      tell.document(330, 'notifications', { _id: 'N1', outTradeNos: ['A'] }),
      tell.callback(310, 340),
      tell.attempt(305, 'A'),
    ];
    expect(told(events, 'A').slice(4)).toEqual([
      '[callback]',
      '  attempt 1',
      '    payNotify',
      '      orders SUCCESS',
      '      notifications',
    ]);
  });

  it('counts deliveries, not replays, and tells when the next is due', () => {
    const tell = new Telling();
    const events = [
      tell.notification(300, 'A', {}),
      tell.attempt(300, 'A', { ok: false, status: 500 }),
      tell.notification(310, 'A', { change: 'scheduled', nextAtMs: 15_310 }),
      tell.attempt(400, 'A', { kind: 'replay', tamper: 'body', ok: false, status: 401 }),
      tell.attempt(15_310, 'A'),
    ];
    expect(told(events, 'A')).toEqual(['[callback]', '  attempt 1', '  attempt replay', '  attempt 2']);
    const [phase] = timelineOf(events, { invocations: [], effects: [] });
    expect(phase?.steps[0]).toMatchObject({ nextAtMs: 15_310 });
  });

  it('chooses the innermost function where one calls another', () => {
    const tell = new Telling();
    const events = [
      tell.document(10, 'orders', paid),
      tell.document(125, 'deliveries', { _id: 'A' }),
      tell.invocation(120, 130, 'fulfilOrder', { door: 'function', outTradeNo: 'A' }),
      tell.document(140, 'orders', { ...paid, fulfilment: 'DONE' }, paid),
      tell.invocation(100, 150, 'queryOrder', { outTradeNo: 'A' }),
    ];
    expect(told(events, 'A').slice(2)).toEqual([
      '[query]',
      '  queryOrder',
      '    fulfilOrder',
      '      deliveries',
      '    orders SUCCESS',
    ]);
  });

  it('takes in a timer that changed this order, and no other', () => {
    const tell = new Telling();
    const events = [
      tell.document(10, 'orders', unpaid),
      tell.document(20, 'orders', { _id: 'B', state: 'NOTPAY' }),
      tell.invocation(30, 40, 'reconcile', { door: 'timer' }),
      tell.document(65, 'orders', paid, unpaid),
      tell.invocation(60, 70, 'reconcile', { door: 'timer' }),
    ];
    expect(told(events, 'A').slice(2)).toEqual(['[reconcile]', '  reconcile', '    orders SUCCESS']);
    expect(told(events, 'B')).toEqual(['[place]', '  orders NOTPAY']);
  });

  it("leaves to the order's own function what happened while a timer ran beside it", () => {
    const tell = new Telling();
    const events = [
      tell.document(130, 'orders', created),
      tell.invocation(120, 140, 'reconcile', { door: 'timer' }),
      tell.invocation(100, 160, 'createOrder', { outTradeNo: 'A' }),
    ];
    expect(told(events, 'A')).toEqual(['[place]', '  createOrder', '    orders CREATED']);
  });

  it('believes the log where a callback and a query run side by side', () => {
    const tell = new Telling();
    const log = '{"outTradeNo":"A","state":"SUCCESS","source":"callback","event":"order.state"}';
    const events = [
      tell.document(10, 'orders', unpaid),
      tell.notification(300, 'A', {}),
      tell.document(330, 'orders', paid, unpaid),
      tell.document(335, 'notifications', { _id: 'N1', outTradeNos: ['A'] }),
      tell.callback(310, 340, 'N1', [log]),
      tell.attempt(305, 'A'),
      tell.document(345, 'orders', { ...paid, fulfilment: 'DONE' }, paid),
      tell.invocation(320, 350, 'queryOrder', { outTradeNo: 'A' }),
    ];
    expect(told(events, 'A').slice(2)).toEqual([
      '[callback]',
      '  attempt 1',
      '    payNotify',
      '      orders SUCCESS',
      '      notifications',
      '[query]',
      '  queryOrder',
      '    orders SUCCESS',
    ]);
  });

  it('takes in a download of certificates that the order had to wait for', () => {
    const tell = new Telling();
    const events = [
      tell.document(110, 'orders', created),
      tell.exchange(130, { target: '/v3/certificates', method: 'GET' }),
      tell.invocation(100, 150, 'createOrder', { outTradeNo: 'A' }),
    ];
    expect(told(events, 'A')).toEqual(['[place]', '  createOrder', '    orders CREATED', '    GET']);
  });

  it('folds polls that changed nothing into one line, and no poll that failed', () => {
    const tell = new Telling();
    const poll = (atMs: number, ok = true) =>
      tell.invocation(atMs, atMs + 5, 'queryOrder', { outTradeNo: 'A', result: { ok } });
    const events = [tell.document(10, 'orders', unpaid), poll(100), poll(200), poll(300, false), poll(400)];
    expect(told(events, 'A').slice(3)).toEqual(['  queryOrder ×2', '  queryOrder', '  queryOrder']);
  });

  it('tells a callback that is held, and one that was given up', () => {
    const tell = new Telling();
    const events = [
      tell.notification(300, 'A', { state: 'held' }),
      tell.notification(900, 'A', { change: 'exhausted', state: 'exhausted' }),
    ];
    expect(told(events, 'A')).toEqual(['[callback]', '  held', '  exhausted']);
  });

  it('does the same when a jump of the clock lets everything happen at one moment', () => {
    const tell = new Telling();
    const events = [
      tell.document(10, 'orders', unpaid),
      tell.document(500, 'orders', paid, unpaid),
      tell.callback(500, 500),
      tell.notification(500, 'A', {
        attempt: { atMs: 500, kind: 'scheduled', status: 204, ms: 9, ok: true },
      }),
    ];
    const feed = new Feed(() => 0);
    for (const event of [tell.notification(1, 'A', {}), ...events]) feed.receive(event);
    const callback = timelineOf(feed.story('A')!.events, feed.loose).find(({ kind }) => kind === 'callback');
    expect(callback?.steps.flatMap((step) => lines(step, 0))).toEqual([
      'attempt 1',
      '  payNotify',
      '    orders SUCCESS',
    ]);
  });
});
