/** Names of states, collections, fields and functions, in both languages. */
import type { Say } from './i18n.ts';
import type { Attempt, Invocation, NotificationState, TransferChange } from './model/events.ts';

export type Tone = 'ok' | 'bad' | 'warn' | 'info' | 'quiet';

export type Pair = readonly [zh: string, en: string];

export function lookUp(table: Record<string, Pair>, name: string, say: Say): string | undefined {
  const found = table[name];
  return found && say(...found);
}

const states: Record<string, Pair> = {
  CREATED: ['已创建', 'Created'],
  NOTPAY: ['待支付', 'Unpaid'],
  SUCCESS: ['已支付', 'Paid'],
  REFUND: ['转入退款', 'Refund'],
  CLOSED: ['已关闭', 'Closed'],
  CLOSE: ['已关闭', 'Closed'],
  USERPAYING: ['支付中', 'Being paid'],
  REVOKED: ['已撤销', 'Revoked'],
  PAYERROR: ['支付失败', 'Payment failed'],
  REFUSED: ['被拒绝', 'Refused'],
  FAILED: ['失败', 'Failed'],
  ACTIVE: ['营业中', 'Active'],
  NONE: ['无', 'None'],
  PENDING: ['待履约', 'To be fulfilled'],
  DONE: ['已完成', 'Done'],
  HELD: ['暂停履约', 'Held'],
  REQUESTED: ['已登记', 'Recorded'],
  RESERVED: ['等待提交', 'To be sent'],
  PROCESSING: ['处理中', 'Processing'],
  ABNORMAL: ['退款异常', 'Abnormal'],
  ACCEPTED: ['已受理', 'Accepted'],
  CHECKING: ['核实中', 'Checking'],
  WAIT_USER_CONFIRM: ['待收款人确认', 'To be confirmed'],
  TRANSFERING: ['转账中', 'Transferring'],
  FAIL: ['转账失败', 'Failed'],
  CANCELING: ['撤销中', 'Being cancelled'],
  CANCELLED: ['已撤销', 'Cancelled'],
  WAITING: ['等待中', 'Waiting'],
  RUNNING: ['核对中', 'Comparing'],
  EMPTY: ['无账单', 'Empty'],
  NOT_ALLOWED: ['未开通', 'Not allowed'],
  OPEN: ['未处理', 'Open'],
  REPAIRED: ['已补记', 'Repaired'],
  SETTLED: ['已了结', 'Settled'],
  SHARING: ['分账中', 'Sharing'],
  SHARED: ['已分账', 'Shared'],
  FREED: ['已解冻', 'Unfrozen'],
  PARTIAL: ['部分发货', 'Partly shipped'],
  SHIPPED: ['已发货', 'Shipped'],
  RECEIVED: ['已确认收货', 'Received'],
  REFUNDED: ['已退款', 'Refunded'],
};

/** What was bought; undefined when the order was not placed. */
export function titleLabel(
  { title, titleEn }: { title: string | undefined; titleEn: string | undefined },
  say: Say,
): string | undefined {
  return title && say(title, titleEn ?? title);
}

/** What a transfer to a person is called in lists. */
export function transferTitle({ remark }: { remark: string | undefined }, say: Say): string {
  const name = say('商家转账', 'Transfer');
  return remark === undefined ? name : `${name} · ${remark}`;
}

/** A trade_state or a state of our own documents. */
export function stateLabel(state: string, say: Say): string {
  return lookUp(states, state, say) ?? state;
}

/** The state of a refund or a transfer, whose SUCCESS is not that of a payment. */
export function arrivalLabel(state: string, say: Say): string {
  return state === 'SUCCESS' ? say('已到账', 'Arrived') : stateLabel(state, say);
}

export function toneOfState(state: string): Tone {
  if (/SUCCESS|FINISH|DONE|ACTIVE/.test(state)) return 'ok';
  if (/REFUSED|PAYERROR|REJECT|FROZEN|FAIL|ABNORMAL/.test(state)) return 'bad';
  if (/REFUND|WAITING|RUNNING|PROCESSING|HELD|PENDING|NEED|SIGN|CONFIRM/.test(state)) return 'warn';
  return /NOTPAY|CHECKING|AUDITING/.test(state) ? 'info' : 'quiet';
}

const collections: Record<string, Pair> = {
  orders: ['订单', 'Order'],
  combined_payments: ['商家订单的支付', "Payment of sellers' goods"],
  ledger: ['资金流水', 'Ledger entry'],
  refunds: ['退款', 'Refund'],
  refund_requests: ['退款申请', 'Refund request'],
  transfers: ['商家转账', 'Transfer'],
  transfer_authorizations: ['免确认收款授权', 'Transfer authorization'],
  transfer_days: ['当日转账额', 'Daily transfer total'],
  sharings: ['分账', 'Profit sharing'],
  sharing_rules: ['分账规则', 'Sharing rule'],
  sharing_receivers: ['分账接收方', 'Sharing receiver'],
  sharing_limits: ['最大分账比例', 'Maximum sharing ratio'],
  shipments: ['发货', 'Shipment'],
  access_tokens: ['接口凭据', 'Access token'],
  withdrawals: ['提现', 'Withdrawal'],
  complaints: ['投诉', 'Complaint'],
  complaint_polls: ['投诉轮询', 'Complaint poll'],
  violations: ['违规处置', 'Violation'],
  withdrawal_slots: ['提现占用', 'Withdrawal slot'],
  bill_days: ['对账日', 'Reconciled day'],
  bills: ['账单', 'Bill'],
  bill_differences: ['对账差异', 'Difference'],
  notifications: ['回调记录', 'Callback record'],
  deliveries: ['发货记录', 'Delivery'],
  platform_certificates: ['平台证书', 'Platform certificates'],
  applications: ['进件申请', 'Application'],
  media: ['证件照', 'Photo'],
  anomalies: ['异常', 'Anomaly'],
  heartbeats: ['定时器心跳', 'Timer heartbeat'],
  sellers: ['商家', 'Seller'],
  products: ['商品', 'Product'],
  bank_cache: ['银行列表', 'Bank list'],
};

export function collectionLabel(name: string, say: Say): string {
  return lookUp(collections, name, say) ?? name;
}

const operations: Record<string, Pair> = {
  insert: ['新建', 'created'],
  update: ['更新', 'updated'],
  replace: ['替换', 'replaced'],
  remove: ['删除', 'removed'],
  delete: ['删除', 'removed'],
};

export function operationLabel(op: string, say: Say): string {
  return lookUp(operations, op, say) ?? op;
}

const fields: Record<string, Pair> = {
  prepayId: ['预支付单号', 'prepay_id'],
  prepaidAtMs: ['预支付时间', 'time of prepay'],
  queriedAtMs: ['查单时间', 'time of query'],
  transactionId: ['微信支付订单号', 'transaction_id'],
  paidAtMs: ['付款时间', 'time of payment'],
  checkAfterMs: ['下次检查', 'next check'],
  checks: ['检查次数', 'checks'],
  nextAtMs: ['下次处理', 'next turn'],
  transfers: ['转账单', 'transfers'],
  confirmedAtMs: ['支付确认时间', 'payment confirmed'],
  refundReportedAtMs: ['退款回调时间', 'refund reported'],
  fulfilAttempts: ['履约次数', 'fulfilment attempts'],
  fulfilAfterMs: ['下次履约', 'next fulfilment'],
  fulfilledAtMs: ['履约时间', 'time of fulfilment'],
  shippedAtMs: ['发货时间', 'time of shipment'],
  receivedAtMs: ['确认收货时间', 'time of receipt'],
  settledAtMs: ['结算时间', 'time of settlement'],
  certificates: ['证书', 'certificates'],
};

/** A short name of a document's field; the field's own name when there is none. */
export function fieldLabel(name: string, say: Say): string {
  return lookUp(fields, name, say) ?? name;
}

const functions: Record<string, Pair> = {
  createOrder: ['创建订单', 'Create the order'],
  createPartnerOrder: ['创建商家订单', "Create a seller's order"],
  queryOrder: ['查询订单', 'Look up the order'],
  closeOrder: ['关闭订单', 'Close the order'],
  listProducts: ['商品列表', 'List products'],
  payNotify: ['接收回调', 'Receive the callback'],
  reconcile: ['定时对账', 'Reconcile'],
  partnerOrders: ['服务商订单', 'Provider orders'],
  applyMerchant: ['进件', 'Apply'],
  uploadMedia: ['上传证件照', 'Upload a photo'],
  handleComplaints: ['处理投诉', 'Handle complaints'],
  refundOrder: ['退款', 'Refund'],
  requestRefund: ['申请退款', 'Request a refund'],
  shareProfit: ['分账', 'Share profit'],
  transferMoney: ['商家转账', 'Transfer money'],
  receiveTransfer: ['收款', 'Receive a transfer'],
  manageShop: ['店铺管理', 'Manage the shop'],
  sellerFunds: ['商家资金', 'Seller funds'],
  sellerProducts: ['商家商品', 'Seller products'],
  fulfilOrder: ['执行履约', 'Fulfil the order'],
  shipOrder: ['发货', 'Ship the order'],
  confirmReceipt: ['确认收货', 'Confirm receipt'],
  receiveEvent: ['接收推送事件', 'Receive a pushed event'],
};

export function functionLabel(name: string, say: Say): string {
  return lookUp(functions, name, say) ?? name;
}

const sources: Record<Invocation['source'], Pair> = {
  user: ['小程序调用', 'by the mini-program'],
  timer: ['定时器', 'by the timer'],
  http: ['HTTP', 'over HTTP'],
  function: ['云函数调用', 'by a function'],
  server: ['服务端调用', 'by a server'],
};

/** How a function was invoked. */
export function sourceLabel(source: Invocation['source'], say: Say): string {
  return say(...sources[source]);
}

/** By the type of the entry in the negotiation history. */
const complaintChanges: Record<string, Pair> = {
  USER_CREATE_COMPLAINT: ['付款人发起投诉', 'The payer complained'],
  USER_CONTINUE_COMPLAINT: ['付款人再次投诉', 'The payer reopened the complaint'],
  USER_RESPONSE: ['付款人留言', 'The payer wrote'],
  MERCHANT_RESPONSE: ['商户回复', 'The merchant answered'],
  MERCHANT_CONFIRM_COMPLETE: ['商户反馈处理完成', 'The merchant reported it resolved'],
  MERCHANT_APPROVE_REFUND: ['商户同意退款', 'The merchant approved the refund'],
  MERCHANT_REFUSE_RERUND: ['商户拒绝退款', 'The merchant refused the refund'],
  USER_APPLY_PLATFORM_SERVICE: ['付款人申请平台协助', 'The payer asked WeChat Pay for help'],
  USER_CANCEL_PLATFORM_SERVICE: ['付款人取消平台协助', 'The payer no longer wants help'],
  PLATFORM_SERVICE_FINISHED: ['客服结束平台协助', 'Customer service has finished'],
  COMPLAINT_FULL_REFUNDED_SYSTEM_MESSAGE: ['全额退款已到账', 'The full refund arrived'],
  COMPLAINT_PARTIAL_REFUNDED_SYSTEM_MESSAGE: ['部分退款已到账', 'A partial refund arrived'],
};

export function complaintChangeLabel(change: string, say: Say): string {
  return lookUp(complaintChanges, change, say) ?? change;
}

/** What happened to a transfer at WeChat Pay. */
const transferChanges: Record<TransferChange['change'], Pair> = {
  accepted: ['转账已受理', 'Transfer accepted'],
  canceling: ['转账撤销中', 'Transfer being cancelled'],
  success: ['转账已到账', 'The money arrived'],
  fail: ['转账失败，已退回', 'Transfer failed, the money returned'],
  cancelled: ['转账已撤销，已退回', 'Transfer cancelled, the money returned'],
};

export function transferChangeLabel(change: TransferChange['change'], say: Say): string {
  return say(...transferChanges[change]);
}

const orderChanges: Record<string, Pair> = {
  placed: ['预支付单已生成', 'prepay_id issued'],
  paid: ['用户付款成功', 'The user paid'],
  'payment failed': ['付款失败', 'Payment failed'],
  closed: ['订单已关闭', 'Order closed'],
  expired: ['订单已过期', 'Order expired'],
  reversed: ['订单已撤销', 'Order reversed'],
  'payment cancelled': ['用户取消付款', 'The user cancelled'],
  'refund accepted': ['退款已受理', 'Refund accepted'],
  'abnormal refund accepted': ['异常退款已受理', 'Abnormal refund accepted'],
  'refund success': ['退款成功', 'Refund succeeded'],
  'refund closed': ['退款关闭', 'Refund closed'],
  'refund abnormal': ['退款异常', 'Refund abnormal'],
  'sharing accepted': ['分账已受理', 'Sharing accepted'],
  'sharing finishes': ['分账完结已受理', 'Finishing of the sharing accepted'],
  shared: ['分账完成', 'Profit shared'],
};

export function orderChangeLabel(change: string, say: Say): string {
  return lookUp(orderChanges, change, say) ?? change;
}

const notificationStates: Record<NotificationState, readonly [Tone, ...Pair]> = {
  pending: ['warn', '待重试', 'retrying'],
  held: ['warn', '已扣住', 'held'],
  delivered: ['ok', '已送达', 'delivered'],
  exhausted: ['bad', '已放弃', 'gave up'],
  undeliverable: ['bad', '无法送达', 'undeliverable'],
};

export function notificationStateLabel(state: NotificationState, say: Say): { tone: Tone; label: string } {
  const [tone, zh, en] = notificationStates[state];
  return { tone, label: say(zh, en) };
}

const attemptKinds: Record<Attempt['kind'], Pair> = {
  scheduled: ['投递', 'delivery'],
  duplicate: ['重复投递', 'duplicate'],
  probe: ['SIGNTEST 探测', 'SIGNTEST probe'],
  replay: ['重放', 'replay'],
};

export function attemptLabel(kind: Attempt['kind'], say: Say): string {
  return say(...attemptKinds[kind]);
}

export const forgeries: readonly { tamper: string; zh: string; en: string }[] = [
  { tamper: 'body', zh: '篡改正文', en: 'Change the body' },
  { tamper: 'signature', zh: '篡改签名', en: 'Change the signature' },
  { tamper: 'resource', zh: '篡改密文', en: 'Change the ciphertext' },
  { tamper: 'wrong-key', zh: '用其他私钥签名', en: 'Sign with another key' },
  { tamper: 'serial', zh: '未知序列号', en: 'Unknown serial' },
  { tamper: 'timestamp', zh: '过期时间戳', en: 'Stale timestamp' },
  { tamper: 'unsigned', zh: '未签名', en: 'Unsigned' },
  { tamper: 'amount', zh: '金额不符', en: 'Different amount' },
  { tamper: 'merchant', zh: '其他商户', en: 'Another merchant' },
  { tamper: 'signtest', zh: 'SIGNTEST', en: 'SIGNTEST' },
];

export function forgeryLabel(tamper: string, say: Say): string {
  const found = forgeries.find((forgery) => forgery.tamper === tamper);
  return found ? say(found.zh, found.en) : tamper;
}

/** ¥68.00 */
export function yuan(amountFen: number): string {
  return `${amountFen < 0 ? '−' : ''}¥${(Math.abs(amountFen) / 100).toFixed(2)}`;
}
