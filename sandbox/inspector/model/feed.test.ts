import { describe, expect, it } from 'vitest';
import { Feed } from './feed.ts';
import { SampleEvents } from './sample-events.ts';

const order = '/v3/pay/transactions/jsapi';

describe('the feed', () => {
  it('puts the orders of a combined payment into its one story', () => {
    const [feed, make] = [new Feed(), new SampleEvents()];
    const child = (id: string, amountFen: number, state: string) => ({
      _id: id,
      paymentNo: 'P',
      combined: true,
      description: `goods of ${id}`,
      amountFen,
      state,
    });
    for (const event of [
      make.document(10, 'combined_payments', { _id: 'P' }),
      make.document(11, 'orders', child('A', 2600, 'NOTPAY')),
      make.document(12, 'orders', child('B', 4500, 'NOTPAY')),
      make.exchange(13, { target: '/v3/combine-transactions/jsapi', outTradeNo: 'P' }),
      make.invocation(5, 20, 'createPartnerOrder', { outTradeNo: 'A' }),
      make.document(30, 'orders', child('A', 2600, 'SUCCESS')),
    ]) {
      feed.receive(event);
    }
    expect([...feed.stories].map(({ paymentNo }) => paymentNo)).toEqual(['P']);
    const story = feed.story('B')!;
    expect(story).toMatchObject({
      paymentNo: 'P',
      combined: true,
      amountFen: 7100,
      title: 'goods of A、goods of B',
    });
    expect(story.events).toHaveLength(5);
    expect(story.traceIds.size).toBe(1);
    expect(story.state, 'not paid before both are').toBe('NOTPAY');
  });

  it('finds the order of a request that was refused before its body was read', () => {
    const [feed, make] = [new Feed(), new SampleEvents()];
    const body = '{"description":"茶","out_trade_no":"X1","amount":{"total":6800},"payer":{"openid":"o1"}}';
    feed.receive(make.exchange(10, { target: order, body, verdict: 'refused', code: 'SIGN_ERROR' }));
    expect(feed.story('X1')).toMatchObject({ state: 'REFUSED', title: '茶', amountFen: 6800, payer: 'o1' });
  });

  it('shows at an order what the bill of the day says about it, and no order for a difference without one', () => {
    const [feed, make] = [new Feed(), new SampleEvents()];
    feed.receive(make.document(10, 'orders', { _id: 'A', state: 'SUCCESS' }));
    feed.receive(make.document(20, 'ledger', { _id: 'FEE:1', kind: 'FEE', reference: '1', outTradeNo: 'A' }));
    feed.receive(make.document(30, 'bill_differences', { _id: 'D1', kind: 'OTHER_AMOUNT', outTradeNo: 'A' }));
    feed.receive(make.document(40, 'bill_differences', { _id: 'D2', kind: 'UNREADABLE', outTradeNo: null }));
    const changed = feed.story('A')!.events.map(({ data }) => (data as { collection: string }).collection);
    expect(changed).toEqual(['orders', 'ledger', 'bill_differences']);
    expect(feed.storyCount).toBe(1);
  });

  it('adds a line that an invocation wrote after its answer to that invocation, whichever arrives first', () => {
    const [feed, make] = [new Feed(), new SampleEvents()];
    const invocation = make.invocation(5, 20, 'createOrder', {});
    const { invocationId } = invocation.data;
    const late = (line: string) => ({ id: 0, atMs: 20, type: 'log' as const, data: { invocationId, line } });
    for (const event of [late('first'), invocation, late('second')]) feed.receive(event);
    expect(feed.invocations.map(({ data }) => data.logs)).toEqual([['first', 'second']]);
  });

  it('makes no order of an application, though its number travels in the same place', () => {
    const [feed, make] = [new Feed(), new SampleEvents()];
    feed.receive(make.exchange(10, { target: '/v3/ecommerce/applyments/', outTradeNo: 'APPLY1' }));
    expect(feed.storyCount).toBe(0);
    expect(feed.exchanges).toHaveLength(1);
  });

  it('prefers what the database says to what WeChat Pay says, and keeps both', () => {
    const [feed, make] = [new Feed(), new SampleEvents()];
    feed.receive(make.document(10, 'orders', { _id: 'A', state: 'NOTPAY', amountFen: 1 }));
    feed.receive(make.order(20, 'A', 'paid', 'SUCCESS'));
    expect(feed.story('A')).toMatchObject({ state: 'NOTPAY', wechatState: 'SUCCESS' });
    expect(feed.story('A')!.milestones).toMatchObject({ paidAtMs: 20 });
    expect(feed.story('A')!.milestones.recordedAtMs).toBeUndefined();
  });

  it('makes a transfer a story of its own, with the state in the database and the one at WeChat Pay', () => {
    const [feed, make] = [new Feed(), new SampleEvents()];
    const body = '{"out_bill_no":"T1","openid":"o1","transfer_amount":500,"transfer_remark":"佣金"}';
    const stored = { _id: 'T1', amountFen: 500, remark: '佣金', openid: 'o1' };
    feed.receive(make.document(10, 'transfers', { ...stored, state: 'RESERVED' }));
    feed.receive(make.transfer(20, 'T1', 'accepted', 'WAIT_USER_CONFIRM'));
    feed.receive(make.exchange(21, { target: '/v3/fund-app/mch-transfer/transfer-bills', body }));
    const story = feed.story('T1')!;
    expect(story).toMatchObject({ state: 'RESERVED', wechatState: 'WAIT_USER_CONFIRM', amountFen: 500 });
    expect(story).toMatchObject({ payer: 'o1', transfer: { remark: '佣金' }, transferMayFail: true });
    expect(story.matches('佣金')).toBe(true);
    feed.receive(make.transfer(30, 'T1', 'fail', 'FAIL'));
    const failed = { ...stored, state: 'FAIL', failReason: 'PAYEE_ACCOUNT_ABNORMAL' };
    feed.receive(make.document(40, 'transfers', failed));
    expect(story).toMatchObject({ state: 'FAIL', transferMayFail: false });
    expect(story.matches('payee_account')).toBe(true);
    expect(feed.storyCount).toBe(1);
  });

  it('knows a transfer by its request alone, where no document is stored, also a refused one', () => {
    const [feed, make] = [new Feed(), new SampleEvents()];
    const target = '/v3/fund-app/mch-transfer/transfer-bills';
    const body = '{"out_bill_no":"T1","openid":"o1","transfer_amount":500,"transfer_remark":"佣金"}';
    feed.receive(make.exchange(10, { target, body, verdict: 'refused', code: 'NOT_ENOUGH' }));
    feed.receive(make.exchange(20, { target: `${target}/out-bill-no/T1`, method: 'GET' }));
    expect(feed.story('T1')).toMatchObject({
      state: 'REFUSED',
      amountFen: 500,
      payer: 'o1',
      transfer: { remark: '佣金' },
      transferMayFail: false,
    });
    expect(feed.storyCount).toBe(1);
  });

  it('makes no order of a callback about none, such as that of a withdrawal', () => {
    const [feed, make] = [new Feed(), new SampleEvents()];
    feed.receive(make.notification(10, '', { eventType: 'MCHWITHDRAW.SUCCESS' }));
    expect(feed.storyCount).toBe(0);
    expect(feed.notifications.size).toBe(1);
  });

  it("collects a callback's attempts and its next retry", () => {
    const [feed, make] = [new Feed(), new SampleEvents()];
    feed.receive(make.notification(1, 'A', {}));
    feed.receive(make.attempt(1, 'A', { ok: false, status: 500 }));
    feed.receive(make.notification(11, 'A', { change: 'scheduled', nextAtMs: 15_011 }));
    expect(feed.notifications.get('N1')).toMatchObject({
      state: 'pending',
      nextAtMs: 15_011,
      createdAtMs: 1,
    });
    expect(feed.notifications.get('N1')!.attempts).toHaveLength(1);
  });

  it('forgets all on a new beginning', () => {
    const [feed, make] = [new Feed(), new SampleEvents()];
    feed.receive(make.document(10, 'orders', { _id: 'A', state: 'NOTPAY' }));
    feed.receive(make.exchange(11, { target: order, outTradeNo: 'A' }));
    feed.receive(make.invocation(12, 13, 'createOrder', { outTradeNo: 'A' }));
    feed.receive({ id: 100, atMs: 50, type: 'reset', data: { reason: 'reset', runId: 'r' } });
    expect([feed.storyCount, feed.exchanges.length, feed.invocations.length]).toEqual([0, 0, 0]);
  });

  it('holds a bounded number of exchanges, the newest', () => {
    const [feed, make] = [new Feed(), new SampleEvents()];
    for (let count = 0; count < 25_000; count++)
      feed.receive(make.exchange(count, { target: '/v3/certificates' }));
    expect(feed.exchanges.length).toBeLessThanOrEqual(22_000);
    expect(feed.exchanges.at(-1)?.id).toBe(25_000);
  });
});
