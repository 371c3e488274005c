/** Refunds, shipments and transfers with an instance that dies before and after each of its writes. */
import { afterEach, describe, expect, it } from 'vitest';
import type { Documents } from '../../shared/core/ports.ts';
import { applyRefundCallback } from '../../shared/payments/refunds/callback.ts';
import { workOnDueRefunds } from '../../shared/payments/refunds/find.ts';
import type { RefundRecord } from '../../shared/payments/refunds/records.ts';
import { refundOrder } from '../../shared/payments/refunds/refund-order.ts';
import { type ShipmentRecord, shipmentsCollection } from '../../shared/payments/shipping/records.ts';
import { shipOrder } from '../../shared/payments/shipping/ship-order.ts';
import { workOnDueShipments } from '../../shared/payments/shipping/work.ts';
import { applyTransferCallback } from '../../shared/payments/transfers/callback.ts';
import { dyingDocuments, withDyingInstances } from './dying-documents.ts';
import { expectSameMoney } from './expect-same-money.ts';
import { type RefundShop, refundShop } from './refund-shop.ts';
import { type ShippingShop, shippingShop } from './shipping-shop.ts';
import { openid, transferShop } from './transfer-shop.ts';

const minuteMs = 60_000;
/** More than any step of these processes writes. */
const mostWrites = 8;

/** The timer runs on instances that die, and then on one that lives. */
async function timers(
  shop: RefundShop,
  stepMs: number,
  run: (documents: Documents) => Promise<unknown>,
): Promise<void> {
  for (const when of ['before', 'after'] as const) {
    for (let writes = 0; writes < mostWrites; writes++) {
      await shop.sandbox.clock.advance(stepMs);
      await run(dyingDocuments(shop.documents, writes, when)).catch((error) =>
        expect(error.message).toBe('killed'),
      );
    }
  }
  for (let step = 0; step < 20; step++) {
    await shop.sandbox.clock.advance(stepMs);
    await run(shop.documents);
  }
}

describe('a refund', () => {
  let shop: RefundShop;
  afterEach(() => shop?.close());

  const request = (outTradeNo: string, name: string) => ({
    action: 'refund',
    outTradeNo,
    requestToken: name.padStart(16, '0'),
  });
  const timer = (documents: Documents) => workOnDueRefunds({ ...shop.ports, documents }, () => true);
  const expectEachRefundedOnce = async (orders: readonly string[]) => {
    const refunds = shop.documents.all<RefundRecord>('refunds');
    expect(refunds.map(({ state }) => state)).toEqual(orders.map(() => 'SUCCESS'));
    for (const outTradeNo of orders) expect(await shop.ledgerFen(outTradeNo)).toBe(0);
    await expectSameMoney(shop);
  };

  it.each(['direct', 'ecommerce'] as const)('of a %s order happens once, and ends', async (kind) => {
    shop = await refundShop(kind);
    const orders: string[] = [];
    const killed = await withDyingInstances(shop.documents, async (documents, name) => {
      const { _id } = await shop.paidOrder(1000);
      orders.push(_id);
      try {
        await refundOrder({ ...shop.ports, documents }, 'oOperator', request(_id, name));
      } finally {
        // The operator saw no answer and asks again.
        await refundOrder(shop.ports, 'oOperator', request(_id, name));
      }
    });
    expect(killed).toBeGreaterThanOrEqual(6);
    await timers(shop, minuteMs, timer);
    await expectEachRefundedOnce(orders);
  });

  it('whose callback comes again and again is recorded once', async () => {
    shop = await refundShop();
    const orders: string[] = [];
    const killed = await withDyingInstances(shop.documents, async (documents, name) => {
      const { _id, transactionId } = await shop.paidOrder(1000);
      orders.push(_id);
      const { refund } = (await refundOrder(shop.ports, 'oOperator', request(_id, name))) as {
        refund: { outRefundNo: string };
      };
      const path = `/refunds/${refund.outRefundNo}/settle`;
      const { json } = await shop.sandbox.control('POST', path, { result: 'SUCCESS' });
      const resource = {
        mchid: shop.account.mchid,
        out_trade_no: _id,
        transaction_id: transactionId!,
        out_refund_no: refund.outRefundNo,
        refund_id: json.refund.refundId,
        refund_status: 'SUCCESS' as const,
        success_time: new Date(shop.sandbox.clock.now()).toISOString(),
        user_received_account: '支付用户零钱',
        amount: { total: 1000, refund: 1000, payer_total: 1000, payer_refund: 1000 },
      };
      try {
        await applyRefundCallback({ ...shop.ports, documents }, 'direct', resource);
      } finally {
        await applyRefundCallback(shop.ports, 'direct', resource);
        await applyRefundCallback(shop.ports, 'direct', resource);
      }
    });
    expect(killed).toBeGreaterThanOrEqual(4);
    await expectEachRefundedOnce(orders);
  });
});

describe('a shipment', () => {
  let shop: ShippingShop;
  afterEach(() => shop?.close());

  const stored = () => shop.documents.all<ShipmentRecord>(shipmentsCollection);
  const parcels = (trackingNo: string) => [{ company: 'ZTO', trackingNo, itemDesc: '龙井' }];
  const ship = (outTradeNo: string, trackingNo: string, documents: Documents = shop.documents) =>
    shipOrder({ ...shop.shipping, documents }, 'oOperator', {
      action: 'ship',
      outTradeNo,
      logistics: 'express',
      parcels: parcels(trackingNo),
    });
  const timer = (documents: Documents) => workOnDueShipments({ ...shop.shipping, documents }, () => true);
  const atWechat = async () => {
    const { json } = await shop.sandbox.control('GET', '/shipping');
    return json.orders as { shipping: { finish_shipping_count: number; shipping_list: object[] } }[];
  };
  const orderOf = (outTradeNo: string) => shop.order(outTradeNo);

  it('is uploaded once, and once more as a re-shipment', async () => {
    shop = await shippingShop();
    for (const trackingNo of ['A1', 'B2']) {
      const orders = stored().map(({ _id }) => _id);
      const killed = await withDyingInstances(shop.documents, async (documents) => {
        const outTradeNo = orders.pop() ?? (await shop.paidOrder(1000))._id;
        if (trackingNo === 'B2') await ship(outTradeNo, 'A1');
        try {
          await ship(outTradeNo, trackingNo, documents);
        } finally {
          await ship(outTradeNo, trackingNo);
        }
      });
      expect(killed).toBeGreaterThanOrEqual(6);
      for (const outTradeNo of orders) await ship(outTradeNo, trackingNo);
      await timers(shop, minuteMs, timer);
      const uploads = trackingNo === 'A1' ? 1 : 2;
      expect(stored().map(({ state }) => state)).toEqual(stored().map(() => 'SHIPPED'));
      for (const { shipping } of await atWechat()) {
        expect(shipping.finish_shipping_count).toBe(uploads);
        expect(shipping.shipping_list).toMatchObject([{ tracking_no: trackingNo }]);
      }
    }
  });

  it('is seen as received and settled', async () => {
    shop = await shippingShop();
    const orders = [];
    for (let count = 0; count < 3; count++) orders.push((await shop.paidOrder(1000))._id);
    for (const outTradeNo of orders) await ship(outTradeNo, 'A1');
    for (const outTradeNo of orders) {
      const body = { merchant_id: shop.account.mchid, merchant_trade_no: outTradeNo, openid: 'oPayer' };
      expect((await shop.sandbox.control('POST', '/receipts/confirm', body)).status).toBe(200);
    }
    await timers(shop, 60 * minuteMs, timer);
    expect(stored().map(({ state }) => state)).toEqual(orders.map(() => 'SETTLED'));
    for (const outTradeNo of orders) {
      expect(orderOf(outTradeNo)).toMatchObject({ shipping: { state: 'SETTLED' } });
      const { shippedAtMs, receivedAtMs, settledAtMs } = orderOf(outTradeNo);
      expect(receivedAtMs).toBeGreaterThan(shippedAtMs!);
      expect(settledAtMs).toBeGreaterThanOrEqual(receivedAtMs!);
    }
  });
});

describe('a transfer', () => {
  it('whose callback comes again and again is recorded once', async () => {
    const at = await transferShop();
    try {
      const killed = await withDyingInstances(at.shop.documents, async (documents, name) => {
        const { outBillNo, amountFen } = await at.transfer(name);
        await at.confirm(outBillNo);
        const resource = {
          out_bill_no: outBillNo,
          transfer_bill_no: at.stored(outBillNo).transferBillNo!,
          state: 'SUCCESS' as const,
          mch_id: at.shop.account.mchid,
          transfer_amount: amountFen,
          openid,
          create_time: new Date(at.shop.sandbox.clock.now()).toISOString(),
          update_time: new Date(at.shop.sandbox.clock.now()).toISOString(),
        };
        try {
          await applyTransferCallback({ ...at.ports, documents }, 'direct', resource);
        } finally {
          await applyTransferCallback(at.ports, 'direct', resource);
          expect(await applyTransferCallback(at.ports, 'direct', resource)).toBe('no-news');
        }
        expect(at.stored(outBillNo).state).toBe('SUCCESS');
      });
      expect(killed).toBeGreaterThanOrEqual(2);
      expect(await at.ledger()).toHaveLength(killed + 2);
    } finally {
      await at.close();
    }
  });
});
