/** What each function does with its event, over an empty shop in memory whose accounts answer nothing. */
import { CommerceError } from '../../../shared/core/errors.ts';
import { defaultPolicy } from '../../../shared/core/policy.ts';
import { memoryDocuments } from '../../../shared/core/testing/documents.ts';
import { answerApplyMerchant } from '../../../shared/merchants/apply-merchant.ts';
import { answerUploadMedia } from '../../../shared/merchants/media.ts';
import { handleComplaints } from '../../../shared/payments/complaints/handle-complaints.ts';
import { answerAccess, manageShop } from '../../../shared/payments/management/manage-shop.ts';
import { closeOrder } from '../../../shared/payments/orders/close.ts';
import { createOrder, createPartnerOrder } from '../../../shared/payments/orders/create.ts';
import { queryOrder } from '../../../shared/payments/orders/query.ts';
import { serveProviderRequest } from '../../../shared/payments/reconcile/provider.ts';
import { answerServer } from '../../../shared/payments/reconcile/run.ts';
import { requestRefund } from '../../../shared/payments/refunds/buyer-request.ts';
import { refundOrder } from '../../../shared/payments/refunds/refund-order.ts';
import { shareProfit } from '../../../shared/payments/sharing/share-profit.ts';
import { receiveShippingEvent } from '../../../shared/payments/shipping/events.ts';
import { confirmReceipt, serveShipping } from '../../../shared/payments/shipping/serve.ts';
import { receiveTransfer } from '../../../shared/payments/transfers/receive-transfer.ts';
import { transferMoney } from '../../../shared/payments/transfers/transfer-money.ts';
import { sellerFunds } from '../../../shared/payments/withdrawals/seller-funds.ts';
import { deliver } from '../../../shared/shop/deliver.ts';
import { listProducts } from '../../../shared/shop/list.ts';
import { sellerProducts } from '../../../shared/shop/seller-products.ts';

const openid = 'oSandboxUser0000000000000001';
const busy = async () => {
  throw new CommerceError('BUSY');
};
const account = { kind: 'ecommerce', appid: 'wx1', mchid: '1', client: { request: busy } };

/** Every port that some function has. Documents are new for each event, so that none depends on another. */
function ports(): never {
  const nothing = () => undefined;
  return {
    documents: memoryDocuments(),
    clock: { nowMs: () => 1_767_323_045_000 },
    policy: defaultPolicy,
    log: { info: nothing, warn: nothing, error: nothing },
    accounts: { find: nothing },
    account,
    client: () => account.client,
    files: { pathOf: nothing },
    nonce: () => 'n'.repeat(32),
    randomHex: () => 'a'.repeat(32),
    sha256Hex: () => 'b'.repeat(64),
    notifyUrl: 'https://shop.example/pay-notify',
    notifyUrlOf: () => 'https://shop.example/pay-notify',
    shipping: { refresh: async () => undefined },
    weixin: { call: busy },
    refunds: lazy,
    sharing: lazy,
    complaints: lazy,
    ownMchid: () => '1',
    scenes: () => ['1001'],
  } as never;
}

/** For partnerOrders: the ports of the others, as properties or as functions that make them. */
const lazy = new Proxy(() => ports(), {
  get: (_, name) => (ports() as Record<PropertyKey, unknown>)[name],
});

export const payloads: Readonly<Record<string, (event: unknown) => unknown>> = {
  createOrder: (event) => createOrder(ports(), { openid }, event),
  createPartnerOrder: (event) => createPartnerOrder(ports(), { openid }, event),
  queryOrder: (event) => queryOrder(ports(), { openid }, event),
  closeOrder: (event) => closeOrder(ports(), { openid }, event),
  requestRefund: (event) => requestRefund(ports(), openid, event),
  receiveTransfer: (event) => receiveTransfer(ports(), openid, event),
  confirmReceipt: (event) => confirmReceipt(ports(), openid, event),
  sellerProducts: (event) => sellerProducts(ports(), openid, event),
  listProducts: (event) => listProducts(ports(), event),
  applyMerchant: (event) => answerApplyMerchant(ports(), openid, event),
  uploadMedia: (event) => answerUploadMedia(ports(), openid, event),
  manageShop: (event) => {
    try {
      answerAccess(event);
    } catch (error) {
      if (!(error instanceof CommerceError)) throw error;
    }
    return manageShop(ports(), event);
  },
  sellerFunds: (event) => sellerFunds(ports(), { openid, isOperator: true }, event),
  refundOrder: (event) => refundOrder(ports(), openid, event),
  shareProfit: (event) => shareProfit(ports(), openid, event),
  transferMoney: (event) => transferMoney(ports(), openid, event),
  shipOrder: (event) => serveShipping(ports(), event),
  handleComplaints: (event) => handleComplaints(ports(), openid, event),
  partnerOrders: (event) => serveProviderRequest(ports(), event),
  fulfilOrder: (event) => deliver(ports(), event),
  reconcile: (event) => answerServer({ account: () => account as never }, event),
  receiveEvent: (event) => receiveShippingEvent(ports(), event),
};
