import { describe, expect, it } from 'vitest';
import { refusal as refusalOf } from '../../core/testing/expect-refusal.ts';
import { sellersCollection } from '../../merchants/sellers.ts';
import { complaining } from '../complaints/testing/complaining.ts';
import { createPartnerOrder } from '../orders/create.ts';
import { refunding, stored as storedRefund } from '../refunds/testing/refunding.ts';
import { sharingRulesCollection } from '../sharing/rules.ts';
import { refusal, type ScriptedShop, scriptedShop } from '../testing/scripted-shop.ts';
import { createShop, payer, token } from '../testing/shop.ts';
import { sellerRecord } from '../withdrawals/testing/withdrawing.ts';
import { type ProviderPorts, serveProviderRequest } from './provider.ts';
import { directItems, itemsOf, providerItems } from './testing/due-items.ts';

/** Yesterday's bill is not ready yet. */
const nowMs = Date.parse('2026-01-02T09:00:00+08:00');

/** The function with the key of a platform; its complaints were listed a moment ago. */
function provider(shop: ScriptedShop = scriptedShop('ecommerce'), changes: Partial<ProviderPorts> = {}) {
  Object.assign(shop.account.client, { account: { mchid: shop.account.mchid } });
  Object.assign(shop.account.client.platformKeys, { refresh: async () => 2 });
  for (const _id of ['partner', 'ecommerce'])
    shop.documents.put('complaint_polls', { _id, pollAfterMs: nowMs + 3600_000 } as never);
  const ports: ProviderPorts = {
    ...shop.ports,
    refunds: shop.ports,
    withdrawals: shop.ports,
    sharing: shop.ports,
    complaints: () => ({ ...shop.ports, refunds: shop.ports }) as never,
    onboarding: () => ({ ...shop.ports, account: { ...shop.account, kind: 'ecommerce' }, sha256Hex: String }),
    account: () => shop.account,
    ...changes,
  };
  return { shop, serve: (event: object) => serveProviderRequest(ports, event) };
}

describe('another function has the one with the provider’s key', () => {
  it('refresh a payment, and close one', async () => {
    const shop = createShop('ecommerce');
    const { serve } = provider(scriptedShop('ecommerce'), shop.ports);
    const buy = async (name: string) => {
      const items = [{ productId: 'bread', quantity: 1 }];
      return (await createPartnerOrder(shop.ports, payer, { requestToken: token(name), items })).paymentNo;
    };
    const [paid, unpaid] = [await buy('a'), await buy('b')];
    shop.wechat.pay(paid);
    await serve({ action: 'refresh', paymentNo: paid });
    await serve({ action: 'close', paymentNo: unpaid });
    expect([paid, unpaid].map((no) => shop.order(no).state)).toEqual(['SUCCESS', 'CLOSED']);
    await refusalOf('ORDER_NOT_FOUND', () => serve({ action: 'refresh', paymentNo: 'none' }));
  });

  it('refund an order, and go on with a refund', async () => {
    const { shop, serve } = provider(refunding('ecommerce'));
    shop.putOrder();
    const event = { action: 'refund', outTradeNo: 'T1', requestToken: '0123456789abcdef' };
    await serve({ action: 'refundOrder', event });
    const refund = await storedRefund(shop);
    expect(refund).toMatchObject({ state: 'PROCESSING', operatorOpenid: null });
    shop.answer = (_, { out_refund_no }) => ({
      ...{ refund_id: '50', out_refund_no, out_trade_no: 'T1', status: 'SUCCESS', amount: { refund: 1000 } },
    });
    shop.nowMs = refund.nextAtMs!;
    await serve({ action: 'workOnRefund', outRefundNo: refund._id });
    expect(await storedRefund(shop)).toMatchObject({ state: 'SUCCESS' });
    await refusalOf('REFUND_NOT_FOUND', () => serve({ action: 'workOnRefund', outRefundNo: 'none' }));
  });

  it('do what an operator asks about profit sharing and complaints, and write down who it was', async () => {
    const { shop, ports, stored } = complaining('ecommerce');
    const { serve } = provider(shop, { complaints: () => ports });
    shop.documents.put(sellersCollection, sellerRecord('ecommerce'));
    const rule = {
      ...{ sellerId: 's1', productId: null, receivers: [], after: 'PAYMENT' as const },
      ...{ days: 0, freeAfterDays: 0, onFailure: 'HOLD' as const },
    };
    const setRule = { action: 'setRule', ...rule };
    expect(await serve({ action: 'shareProfit', operator: 'oOp', event: setRule })).toEqual({ rule });
    expect(shop.documents.all(sharingRulesCollection)).toMatchObject([{ setBy: 'oOp' }]);
    const reply = { action: 'reply', complaintId: 'C1', requestToken: token('a'), seen: 0, text: '马上处理' };
    await serve({ action: 'handleComplaints', operator: 'oOp', event: reply });
    expect(stored().act).toMatchObject({ kind: 'reply', operatorOpenid: 'oOp' });
  });

  it('download the certificates', async () => {
    const { serve } = provider();
    expect(await serve({ action: 'refreshCertificates' })).toEqual({ refreshed: 2 });
  });
});

describe('the provider’s part of a run', () => {
  const nothing = {
    ...{ orders: { checked: 0, failed: 0 }, certificates: false, applications: false, withdrawals: 0 },
    ...{ sharings: 0, complaints: 0, bills: [] },
  };

  /** WeChat Pay answers each request with this error. */
  function running(error: Error) {
    const shop = scriptedShop('ecommerce');
    shop.nowMs = nowMs;
    shop.answer = () => {
      throw error;
    };
    const { serve } = provider(shop);
    return { shop, reconcile: () => serve({ action: 'reconcile' }) };
  }

  it('says what was done when nothing is due', async () => {
    const { reconcile } = running(refusal('UNEXPECTED'));
    expect(await reconcile()).toEqual({ ...nothing, certificates: 2 });
    expect(await reconcile()).toEqual(nothing);
  });

  it('takes what is due of either kind of provider, configured or not, and gives each a later turn', async () => {
    const { shop, reconcile } = running(refusal('CONNECTION_LOST', 'unknown'));
    const [partner, direct] = [
      { ...shop.account, kind: 'partner', mchid: '1900000002' },
      { ...shop.account, kind: 'direct', mchid: '1900000003' },
    ] as const;
    const own = [shop.account, partner].flatMap((account) => itemsOf(account, nowMs));
    own.push(...providerItems('ecommerce', nowMs));
    const others = [...itemsOf(direct, nowMs), ...directItems(direct, nowMs)];
    for (const { collection, item } of [...own, ...others]) shop.documents.put(collection, item);
    const done = await reconcile();
    const turnsOf = (items: typeof own) =>
      items.map(({ collection, field, item: { _id } }) => {
        const stored = shop.documents.peek(collection, _id) as unknown as Record<string, number>;
        return `${collection} ${_id} ${stored[field]! > nowMs ? 'later' : 'now'}`;
      });
    expect(turnsOf(own)).toEqual(own.map(({ collection, item }) => `${collection} ${item._id} later`));
    expect(turnsOf(others)).toEqual(others.map(({ collection, item }) => `${collection} ${item._id} now`));
    expect(done).toMatchObject({ orders: { checked: 2 }, applications: { polled: 1 }, withdrawals: 1 });
  });

  it('compares yesterday’s bills of the configured kind once they are ready', async () => {
    const { shop, reconcile } = running(refusal('NO_STATEMENT_EXIST'));
    shop.nowMs = nowMs + 2 * 3600_000;
    expect(await reconcile()).toMatchObject({
      bills: [{ date: '2026-01-01', state: 'EMPTY', differences: 0 }],
    });
  });

  it('goes on after each part that fails, and logs which', async () => {
    const { shop, reconcile } = running(refusal('UNEXPECTED'));
    shop.documents.interrupt = () => Promise.reject(new Error('no database'));
    const parts = Object.keys(nothing);
    shop.nowMs = nowMs + 2 * 3600_000;
    expect(await reconcile()).toEqual(Object.fromEntries(parts.map((part) => [part, 'failed'])));
    expect(shop.logged.map(({ level, fields }) => `${level} ${fields.step}`).sort()).toEqual(
      parts.map((part) => `error ${part}`).sort(),
    );
  });
});
