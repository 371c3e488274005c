/**
 * For each function the callers that it serves, and a well-formed request of each of its actions. The types demand an
 * entry for every action of the contract; a test, one for every function of cloudbaserc.json.
 */
import type {
  ApplyMerchantRequest,
  CloseOrderRequest,
  ConfirmReceiptRequest,
  CreateOrderRequest,
  HandleComplaintsRequest,
  ListProductsRequest,
  ManageShopRequest,
  QueryOrderRequest,
  ReceiveTransferRequest,
  RefundOrderRequest,
  RequestRefundRequest,
  SellerFundsRequest,
  SellerProductsRequest,
  ShareProfitRequest,
  ShipOrderRequest,
  ShippingServiceRequest,
  TransferMoneyRequest,
  UploadMediaRequest,
} from '../../shared/contract/index.ts';

export type Source = 'user' | 'operator' | 'function' | 'timer' | 'http' | 'none';

export interface Target {
  /** The sources that it serves, the usual one first; every other one must be refused. */
  readonly serves: readonly [Source, ...Source[]];
  readonly requests: readonly unknown[];
  /** Parts of which any value is answered rather than refused. */
  readonly accepts?: RegExp;
}

/** One well-formed request of each action. */
type Each<R extends { readonly action: string }> = {
  readonly [A in R['action']]: Extract<R, { readonly action: A }>;
};
const each = <R extends { readonly action: string }>(requests: Each<R>): unknown[] => Object.values(requests);

const product = { title: '茶', subtitle: '春茶', amountFen: 100 };
const outTradeNo = 'a'.repeat(32);
const outRefundNo = 'b'.repeat(32);
const outBillNo = 'c'.repeat(32);
const requestToken = 't'.repeat(24);
const sellerId = '1900009999';
const applicationId = 'd'.repeat(32);
const complaintId = '200201820200101080076610000';
const openid = 'oSandboxUser0000000000000002';
const receiver = { type: 'MERCHANT_ID', account: '1900009999' } as const;
const act = { complaintId, requestToken, seen: 0 };
const form = { merchant_shortname: '店', contact_info: { contact_name: '张三' } };

const createOrder: CreateOrderRequest[] = [
  { requestToken, items: [{ productId: 'no-such-product', quantity: 1 }] },
  { requestToken, items: [{ productId: 'no-such-product', quantity: 1, amountFen: 100 }] },
  { paymentNo: outTradeNo },
];

const refundOrder = each<RefundOrderRequest>({
  refund: {
    action: 'refund',
    outTradeNo,
    requestToken,
    amountFen: 1,
    reason: '不想要了',
    platformAdvance: false,
    keepShares: false,
    acceptedLossFen: 1,
  },
  preview: { action: 'preview', outTradeNo, amountFen: 1 },
  keepShares: { action: 'keepShares', outRefundNo },
  query: { action: 'query', outTradeNo },
  refundElsewhere: {
    action: 'refundElsewhere',
    outRefundNo,
    type: 'USER_BANK_CARD',
    bankType: 'ICBC_DEBIT',
    bankAccount: '6222020200112233',
    realName: '张三',
  },
  returnAdvance: { action: 'returnAdvance', outRefundNo },
  requests: { action: 'requests' },
  decline: { action: 'decline', outTradeNo, reply: '已发货' },
  deliverRest: { action: 'deliverRest', outTradeNo },
});

const shareProfit = each<ShareProfitRequest>({
  rules: { action: 'rules', sellerId },
  setRule: {
    action: 'setRule',
    sellerId,
    productId: 'no-such-product',
    receivers: [{ ...receiver, part: { permille: 100 }, description: '平台服务费' }],
    after: 'PAYMENT',
    days: 1,
    freeAfterDays: 1,
    onFailure: 'HOLD',
  },
  removeRule: { action: 'removeRule', sellerId, productId: 'no-such-product' },
  addReceiver: {
    action: 'addReceiver',
    sellerId,
    ...receiver,
    name: '某某公司',
    relation: 'CUSTOM',
    customRelation: '代理',
  },
  deleteReceiver: { action: 'deleteReceiver', sellerId, ...receiver },
  receivers: { action: 'receivers', sellerId },
  limit: { action: 'limit', sellerId },
  share: {
    action: 'share',
    outTradeNo,
    requestToken,
    receivers: [{ ...receiver, amountFen: 1, description: '平台服务费' }],
  },
  free: { action: 'free', outTradeNo },
  return: {
    action: 'return',
    outTradeNo,
    requestToken,
    outOrderNo: outRefundNo,
    mchid: receiver.account,
    amountFen: 1,
  },
  subsidise: { action: 'subsidise', outTradeNo, amountFen: 1 },
  chargeAfterSales: {
    ...{ action: 'chargeAfterSales', outTradeNo, outRefundNo },
    ...{ amountFen: 1, scene: 'RETURN_GOODS' },
  },
  returnSubsidy: { action: 'returnSubsidy', outTradeNo, outRefundNo, amountFen: 1 },
  cancelSubsidy: { action: 'cancelSubsidy', outTradeNo },
  query: { action: 'query', outTradeNo },
  open: { action: 'open' },
  retry: { action: 'retry', outTradeNo },
});

const handleComplaints = each<HandleComplaintsRequest>({
  list: { action: 'list', open: true },
  detail: { action: 'detail', complaintId },
  reply: { action: 'reply', ...act, text: '您好', mediaIds: ['media'] },
  complete: { action: 'complete', ...act },
  approveRefund: { action: 'approveRefund', ...act, amountFen: 1 },
  rejectRefund: { action: 'rejectRefund', ...act, reason: '已使用', mediaIds: ['media'] },
  beginPicture: { action: 'beginPicture', extension: 'png' },
  finishPicture: { action: 'finishPicture', complaintId, fileID: 'cloud://sandbox.bucket/complaints/x.png' },
  picture: { action: 'picture', complaintId, mediaId: 'media' },
  violations: { action: 'violations' },
  addresses: { action: 'addresses', account: 'direct', takeOver: false },
});

const transferMoney = each<TransferMoneyRequest>({
  authorizations: { action: 'authorizations' },
  transfer: {
    action: 'transfer',
    requestToken,
    openid,
    amountFen: 30,
    remark: '活动奖励',
    sceneId: '1001',
    reports: { 活动名称: '新会员有礼', 奖励说明: '一等奖' },
    userName: '张三',
    perception: '活动奖励',
    withoutConfirmation: false,
  },
  authorize: { action: 'authorize', openid, sceneId: '1001', displayName: '小林', perception: '活动奖励' },
  authorization: { action: 'authorization', openid, sceneId: '1001' },
  query: { action: 'query', outBillNo },
  cancel: { action: 'cancel', outBillNo },
  list: { action: 'list', openid, before: outBillNo },
  scenes: { action: 'scenes' },
});

const manageShop = each<ManageShopRequest>({
  access: { action: 'access' },
  orders: { action: 'orders', state: 'paid', cursor: 'cursor' },
  search: { action: 'search', text: outTradeNo },
  story: { action: 'story', outTradeNo },
  anomalies: { action: 'anomalies', all: true },
  resolveAnomaly: { action: 'resolveAnomaly', anomalyId: outTradeNo, note: 'seen' },
  days: { action: 'days' },
  differences: { action: 'differences', date: '2026-01-02' },
  sellers: { action: 'sellers' },
  freezeSeller: { action: 'freezeSeller', sellerId, frozen: true, note: 'asked' },
});

const sellerFunds = each<SellerFundsRequest>({
  sellers: { action: 'sellers' },
  overview: { action: 'overview', sellerId },
  entries: { action: 'entries', sellerId, kind: 'sales', beforeMs: 1 },
  dayEnd: { action: 'dayEnd', sellerId, date: '2026-01-02' },
  withdraw: { action: 'withdraw', sellerId, requestToken, amountFen: 1, remark: '提现' },
  withdrawals: { action: 'withdrawals', sellerId },
});

const applyMerchant = each<ApplyMerchantRequest>({
  describe: { action: 'describe' },
  check: { action: 'check', form },
  submit: { action: 'submit', requestToken, form },
  revise: { action: 'revise', applicationId, form },
  query: { action: 'query', applicationId },
  revoke: { action: 'revoke', applicationId },
  settlement: { action: 'settlement', applicationId },
  changeSettlement: { action: 'changeSettlement', applicationId, account: { account_number: '1' } },
  settlementChange: { action: 'settlementChange', applicationId, applicationNo: 'no' },
  provinces: { action: 'provinces' },
  cities: { action: 'cities', provinceCode: 99 },
  banks: { action: 'banks', accountType: 'corporate', offset: 0, limit: 10 },
  branches: { action: 'branches', bankAliasCode: '1000009561', cityCode: 536, offset: 0, limit: 10 },
});

const shipOrder = each<ShipOrderRequest | ShippingServiceRequest>({
  reportSpecial: { action: 'reportSpecial', outTradeNo, kind: 'presale', shipsAtMs: 1 },
  setMessagePath: { action: 'setMessagePath', path: 'pages/order/index' },
  ship: {
    action: 'ship',
    outTradeNo,
    logistics: 'express',
    parcels: [
      { company: 'SF', trackingNo: 'SF1', itemDesc: '茶', receiverContact: '189****1234' },
      { company: 'ZTO', trackingNo: 'Z1', itemDesc: '杯', consignorContact: '189****1234' },
    ],
    moreToCome: false,
  },
  query: { action: 'query', outTradeNo },
  remind: { action: 'remind', outTradeNo, deliveredAtMs: 1 },
});

const partnerOrders = [
  { action: 'refresh', paymentNo: outTradeNo },
  { action: 'close', paymentNo: outTradeNo },
  { action: 'workOnRefund', outRefundNo },
  // The functions that forward these are attacked themselves.
  { action: 'refundOrder', event: { action: 'query', outTradeNo } },
  { action: 'shareProfit', operator: openid, event: { action: 'query', outTradeNo } },
  { action: 'handleComplaints', operator: openid, event: { action: 'detail', complaintId } },
];

/** Keys that nothing reads. */
const unread = /^(openid|operator|total|\$where|a\.b|__proto__|constructor|MsgType)$/;

const user = (requests: readonly unknown[]): Target => ({ serves: ['user', 'operator'], requests });
const operator = (requests: readonly unknown[]): Target => ({ serves: ['operator', 'function'], requests });
const server = (requests: readonly unknown[]): Target => ({ serves: ['function'], requests });

export const targets: Readonly<Record<string, Target>> = {
  createOrder: user(createOrder),
  createPartnerOrder: user(createOrder),
  queryOrder: user([
    { paymentNo: outTradeNo },
    { outTradeNo },
    { list: 'mine', cursor: 'cursor', limit: 1 },
    { list: 'seller' },
  ] satisfies QueryOrderRequest[]),
  closeOrder: user([{ paymentNo: outTradeNo } satisfies CloseOrderRequest]),
  requestRefund: user(
    each<RequestRefundRequest>({
      ask: { action: 'ask', outTradeNo, reason: '不想要了' },
      query: { action: 'query', outTradeNo },
    }),
  ),
  receiveTransfer: user(
    each<ReceiveTransferRequest>({
      list: { action: 'list', before: outBillNo },
      query: { action: 'query', outBillNo },
      authorizations: { action: 'authorizations' },
    }),
  ),
  confirmReceipt: user([{ outTradeNo } satisfies ConfirmReceiptRequest]),
  sellerProducts: user(
    each<SellerProductsRequest>({
      list: { action: 'list', sellerId },
      add: { action: 'add', sellerId, requestToken, product },
      change: { action: 'change', sellerId, productId: 'no-such-product', product },
      setOnSale: { action: 'setOnSale', sellerId, productId: 'no-such-product', onSale: true },
    }),
  ),
  listProducts: user([{ sellerId } satisfies ListProductsRequest]),
  // `check` answers what is wrong with a form.
  applyMerchant: { ...user(applyMerchant), accepts: /^form\b/ },
  uploadMedia: user(
    each<UploadMediaRequest>({
      begin: { action: 'begin', extension: 'png' },
      finish: { action: 'finish', fileID: 'cloud://sandbox.bucket/applyments/x/x.png' },
    }),
  ),
  manageShop: { serves: ['operator', 'user', 'function'], requests: manageShop, accepts: unread },
  sellerFunds: { serves: ['operator', 'user', 'function'], requests: sellerFunds },
  refundOrder: operator(refundOrder),
  shareProfit: operator(shareProfit),
  transferMoney: operator(transferMoney),
  shipOrder: operator([...shipOrder, { action: 'refresh', outTradeNo }]),
  handleComplaints: operator(handleComplaints),
  partnerOrders: server(partnerOrders),
  fulfilOrder: {
    ...server([
      { outTradeNo, openid, amountFen: 1, items: [{ productId: 'p', title: '茶', quantity: 1 }] },
      { event: 'refunded', outTradeNo },
    ]),
    accepts: unread,
  },
  reconcile: { serves: ['function', 'timer'], requests: [{ action: 'describeCaller' }], accepts: unread },
  // WeChat pushes again what is not answered `success`; a hint that means nothing is answered so too.
  receiveEvent: {
    serves: ['none', 'user', 'operator', 'function', 'http'],
    requests: [
      {
        MsgType: 'event',
        Event: 'trade_manage_order_settlement',
        merchant_trade_no: outTradeNo,
        transaction_id: '4200000001',
      },
      { MsgType: 'event', Event: 'trade_manage_remind_shipping', merchant_trade_no: outTradeNo },
    ],
    accepts: /^(Event|transaction_id|openid|operator|total|\$where|a\.b|__proto__|constructor)$/,
  },
  // Whoever calls: nothing proves where an HTTP request comes from, so its signature decides.
  payNotify: {
    serves: ['http', 'user', 'operator', 'function', 'timer', 'none'],
    requests: [
      {
        httpMethod: 'POST',
        path: '/pay-notify/direct',
        headers: {
          'Wechatpay-Timestamp': '1767323045',
          'Wechatpay-Nonce': 'n'.repeat(32),
          'Wechatpay-Serial': 'PUB_KEY_ID_0119000000012026',
          'Wechatpay-Signature': 'c2lnbmF0dXJl',
        },
        queryStringParameters: { a: 'b' },
        body: '{"id":"EV-1"}',
        isBase64Encoded: false,
      },
    ],
  },
};
