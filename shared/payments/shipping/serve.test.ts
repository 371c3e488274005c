import { describe, expect, it } from 'vitest';
import { refusal } from '../../core/testing/expect-refusal.ts';
import {
  type CombinedPaymentRecord,
  combinedPaymentsCollection,
  type StoredRequest,
} from '../orders/records.ts';
import { confirmReceipt, reconcileShipping, serveOperator, serveShipping } from './serve.ts';
import { orderThere, parcel, shipping } from './testing/shipping.ts';

const request = {} as StoredRequest;
const shown = {
  request,
  shipping: { state: 'SHIPPED', logistics: 'express', parcels: [parcel] },
} as const;
const shipEvent = { action: 'ship', outTradeNo: 'T1', logistics: 'express', parcels: [parcel] };
const virtual = {
  ...{ productId: 'p', title: '券', quantity: 1, unitAmountFen: 1000, amountFen: 1000 },
  logistics: 'virtual' as const,
};

describe('another function of the shop', () => {
  it('has WeChat asked about a shipment', async () => {
    const its = shipping();
    its.put({ state: 'SHIPPED' });
    its.answers.getOrder = () => orderThere(3);
    expect(await serveShipping(its.ports, { action: 'refresh', outTradeNo: 'T1' })).toEqual({});
    expect(its.stored()).toMatchObject({ state: 'RECEIVED' });
    expect(its.shop.order()).toMatchObject({ shipping: { state: 'RECEIVED' } });
  });

  it('has done what is due: what ships by itself, and what was recorded', async () => {
    const its = shipping({ items: [virtual], shipAfterMs: 1 });
    expect(await serveShipping(its.ports, { action: 'reconcile' })).toEqual({ byItself: 1, worked: 1 });
    expect(its.calls.map(({ api }) => api)).toEqual(['uploadShippingInfo', 'getOrder']);
  });

  it('ships like an operator, without being one', async () => {
    const its = shipping();
    expect(await serveShipping(its.ports, shipEvent)).toMatchObject({ shipment: { state: 'SHIPPED' } });
    expect(its.stored().operatorOpenid).toBeNull();
  });

  it.each([
    { action: 'refresh' },
    { action: 'refresh', outTradeNo: 'T1', more: 1 },
    { action: 'reconcile', outTradeNo: 'T1' },
    { action: 'other' },
    {},
    null,
  ])('is refused %j', async (event) => {
    const its = shipping();
    await refusal('BAD_REQUEST', () => serveShipping(its.ports, event));
    expect(its.calls).toEqual([]);
  });
});

describe('an operator', () => {
  it('ships, and reports an order that is not shipped', async () => {
    const its = shipping();
    const special = { action: 'reportSpecial', outTradeNo: 'T1', kind: 'test' };
    expect(await serveOperator(its.ports, 'oOperator', special)).toMatchObject({ outTradeNo: 'T1' });
    await serveOperator(its.ports, 'oOperator', shipEvent);
    expect(its.stored().operatorOpenid).toBe('oOperator');
  });

  it.each([{ action: 'refresh', outTradeNo: 'T1' }, { action: 'reconcile' }])(
    'may not ask what functions ask: %j',
    async (event) => {
      await refusal('BAD_REQUEST', async () => serveOperator(shipping().ports, 'oOperator', event));
    },
  );
});

describe('the timer', () => {
  const run = (its: ReturnType<typeof shipping>) => {
    const rpc = { refresh: async () => {}, reconcile: async () => 'done' };
    return reconcileShipping({ ...its.shop.ports, shipping: rpc });
  };

  it('has shipOrder do what is due: a shipment, or an order that ships by itself', async () => {
    const recorded = shipping();
    recorded.put();
    expect(await run(recorded)).toBe('done');
    expect(await run(shipping({ shipAfterMs: 1 }))).toBe('done');
  });

  it('calls nobody when nothing is due, or when nothing is shipped', async () => {
    const its = shipping({ shipAfterMs: null });
    its.put({ nextAtMs: its.shop.nowMs + 1 });
    expect(await run(its)).toBe(false);
    const due = shipping({ shipAfterMs: 1 });
    expect(await reconcileShipping({ ...due.shop.ports, shipping: undefined })).toBe(false);
  });
});

describe('a buyer who confirms the receipt', () => {
  const confirm = (its: ReturnType<typeof shipping>, openid = 'oPayer', outTradeNo: unknown = 'T1') => {
    const asked: string[] = [];
    const refresh = async (no: string) => {
      asked.push(no);
      its.shop.putOrder({ ...shown, shipping: { ...shown.shipping, state: 'RECEIVED' } });
    };
    const ports = { ...its.ports, shipping: { refresh, reconcile: async () => {} } };
    return { asked, answer: () => confirmReceipt(ports, openid, { outTradeNo }) };
  };

  it('gets the order as WeChat says it is', async () => {
    const { asked, answer } = confirm(shipping(shown));
    expect(await answer()).toMatchObject({
      orders: [{ outTradeNo: 'T1', shipping: { state: 'RECEIVED', parcels: [parcel] } }],
    });
    expect(asked).toEqual(['T1']);
  });

  it.each([
    ['of somebody else', shown, 'oStranger', 'T1', 'ORDER_NOT_FOUND'],
    ['that does not exist', shown, 'oPayer', 'T2', 'ORDER_NOT_FOUND'],
    ['that was not shipped', { request }, 'oPayer', 'T1', 'SHIPMENT_NOT_FOUND'],
    ['without a number', shown, 'oPayer', undefined, 'BAD_REQUEST'],
  ] as const)('cannot do so for an order %s', async (_, order, openid, outTradeNo, code) => {
    const { asked, answer } = confirm(shipping(order), openid, outTradeNo ?? '');
    await refusal(code, answer);
    expect(asked).toEqual([]);
  });

  it('cannot do so for an order of which only another of the same payment was shipped', async () => {
    const its = shipping();
    const ofPayment = { paymentNo: 'P1', combined: true, request: null };
    const newOrders = [
      its.shop.putOrder({ ...ofPayment, shipping: shown.shipping }),
      its.shop.putOrder({ ...ofPayment, _id: 'T2' }),
    ];
    const payment = { _id: 'P1', openid: 'oPayer', request, newOrders } as Partial<CombinedPaymentRecord>;
    its.shop.documents.put(combinedPaymentsCollection, payment as CombinedPaymentRecord);
    const { answer } = confirm(its, 'oPayer', 'T2');
    await refusal('SHIPMENT_NOT_FOUND', answer);
  });
});
