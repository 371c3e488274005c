/** What the field's names mean, in both languages. */
import type { Say } from './i18n.ts';
import type { Attempt, Invocation, NotificationState } from './model/events.ts';
import type { PhaseKind } from './model/phases.ts';

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
  PAYERROR: ['支付失败', 'Failed'],
  REFUSED: ['被拒绝', 'Refused'],
  FAILED: ['调用失败', 'Call failed'],
  ACTIVE: ['营业中', 'Active'],
  NONE: ['无', 'None'],
  PENDING: ['待履约', 'To be fulfilled'],
  DONE: ['已完成', 'Done'],
  HELD: ['暂停履约', 'Held'],
  REQUESTED: ['已登记', 'Stored'],
  RESERVED: ['等待提交', 'To be sent'],
  PROCESSING: ['处理中', 'Processing'],
  ABNORMAL: ['退款异常', 'Abnormal'],
  ACCEPTED: ['已受理', 'Accepted'],
  CHECKING: ['核实中', 'Being checked'],
  WAIT_USER_CONFIRM: ['待收款人确认', 'To be confirmed'],
  TRANSFERING: ['转账中', 'On its way'],
  FAIL: ['转账失败', 'Failed'],
  CANCELING: ['撤销中', 'Being cancelled'],
  CANCELLED: ['已撤销', 'Cancelled'],
  WAITING: ['等待账单', 'Waiting'],
  RUNNING: ['核对中', 'Comparing'],
  EMPTY: ['无账单', 'Empty'],
  NOT_ALLOWED: ['未开通', 'Not allowed'],
  OPEN: ['未处理', 'Open'],
  REPAIRED: ['已补记', 'Repaired'],
  SETTLED: ['已消除', 'Settled'],
};

/** A trade_state or a state of our own documents. */
export function stateLabel(state: string, say: Say): string {
  return lookUp(states, state, say) ?? state;
}

export function toneOfState(state: string): Tone {
  if (/SUCCESS|FINISH|DONE|ACTIVE/.test(state)) return 'ok';
  if (/REFUSED|PAYERROR|REJECT|FROZEN|FAILED|ABNORMAL/.test(state)) return 'bad';
  if (/REFUND|WAITING|RUNNING|PROCESSING|HELD|PENDING|NEED|SIGN|CONFIRM/.test(state)) return 'warn';
  return /NOTPAY|CHECKING|AUDITING/.test(state) ? 'info' : 'quiet';
}

const collections: Record<string, Pair> = {
  orders: ['订单', 'Order'],
  combined_payments: ['合单', 'Combined payment'],
  ledger: ['资金流水', 'Ledger entry'],
  refunds: ['退款', 'Refund'],
  refund_requests: ['退款申请', 'Refund request'],
  transfers: ['商家转账', 'Transfer'],
  transfer_days: ['当日转账额', "A day's transfers"],
  shipments: ['发货', 'Shipment'],
  access_tokens: ['接口凭据', 'Access token'],
  withdrawals: ['提现', 'Withdrawal'],
  complaints: ['投诉', 'Complaint'],
  complaint_polls: ['投诉轮询', 'Poll of complaints'],
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

/** What a field of a document is, where that is short to say. */
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
  partnerOrders: ['服务商订单', "Provider's orders"],
  applyMerchant: ['进件', 'Apply'],
  uploadMedia: ['上传证件照', 'Upload a photo'],
  handleComplaints: ['处理投诉', 'Handle complaints'],
  refundOrder: ['退款', 'Refund'],
  requestRefund: ['申请退款', 'Ask for a refund'],
  transferMoney: ['商家转账', 'Transfer money'],
  receiveTransfer: ['收款', 'Receive a transfer'],
  manageShop: ['店铺管理', 'Manage the shop'],
  sellerFunds: ['商家资金', "Seller's funds"],
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

const apis: Record<string, string> = {
  JSAPI下单: 'JSAPI order',
  商户订单号查询订单: 'Query by out_trade_no',
  微信支付订单号查询订单: 'Query by transaction_id',
  关闭订单: 'Close order',
  服务商JSAPI下单: 'Partner JSAPI order',
  服务商商户订单号查询订单: 'Partner query by out_trade_no',
  服务商微信支付订单号查询订单: 'Partner query by transaction_id',
  服务商关闭订单: 'Partner close order',
  合单JSAPI下单: 'Combined JSAPI order',
  合单查询订单: 'Combined query',
  合单关闭订单: 'Combined close',
  下载平台证书: 'Platform certificates',
  查询账户实时余额: 'Balance',
  查询账户日终余额: 'Balance at the end of a day',
  查询二级商户账户实时余额: 'Balance of a sub-merchant',
  查询二级商户账户日终余额: 'Balance of a sub-merchant at the end of a day',
  平台提现: 'Withdraw (platform)',
  商户提现单号查询平台提现: 'Withdrawal by out_request_no (platform)',
  微信支付提现单号查询平台提现: 'Withdrawal by withdraw_id (platform)',
  二级商户提现: 'Withdraw (sub-merchant)',
  商户提现单号查询二级商户提现: 'Withdrawal by out_request_no',
  微信支付提现单号查询二级商户提现: 'Withdrawal by withdraw_id',
  发起转账: 'Transfer',
  用户授权后转账: 'Transfer by authorisation',
  商户单号查询转账单: 'Transfer by out_bill_no',
  微信单号查询转账单: 'Transfer by transfer_bill_no',
  撤销转账: 'Cancel a transfer',
  申请免确认收款授权: 'Ask for an authorisation',
  商户单号查询免确认收款授权: 'Authorisation',
  解除免确认收款授权: 'End an authorisation',
  查询投诉单列表: 'List complaints',
  查询投诉单详情: 'Complaint',
  查询投诉单协商历史: 'Negotiation of a complaint',
  回复用户: 'Answer a complaint',
  反馈处理完成: 'Complete a complaint',
  更新退款审批结果: 'Approve or reject the refund of a complaint',
  商户上传反馈图片: 'Upload a picture for a complaint',
  图片下载: 'Picture of a complaint',
  创建投诉通知回调地址: 'Create the address of complaints',
  查询投诉通知回调地址: 'Address of complaints',
  修改投诉通知回调地址: 'Change the address of complaints',
  删除投诉通知回调地址: 'Delete the address of complaints',
  创建商户违规通知回调地址: 'Create the address of violations',
  查询商户违规通知回调地址: 'Address of violations',
  修改商户违规通知回调地址: 'Change the address of violations',
  删除商户违规通知回调地址: 'Delete the address of violations',
  图片上传: 'Upload image',
  视频上传: 'Upload video',
  二级商户进件: 'Apply for a sub-merchant (ecommerce)',
  通过业务申请编号查询二级商户申请状态: 'Application by out_request_no',
  通过申请单ID查询二级商户申请状态: 'Application by applyment_id',
  通过业务申请编号撤销申请单: 'Revoke an application by out_request_no',
  通过申请单ID撤销申请单: 'Revoke an application by applyment_id',
  特约商户进件: 'Apply for a sub-merchant (partner)',
  业务申请编号查询特约商户申请状态: 'Application by business_code',
  申请单号查询特约商户申请状态: 'Application by applyment_id',
  查询结算账户: 'Settlement account',
  修改结算账户: 'Change the settlement account',
  查询结算账户修改申请状态: 'Settlement change',
  查询支持个人业务的银行列表: 'Personal banks',
  查询支持对公业务的银行列表: 'Corporate banks',
  获取对私银行卡号开户银行: 'Bank of a card',
  查询支行列表: 'Branches',
  查询省份列表: 'Provinces',
  查询城市列表: 'Cities',
  获取稳定版接口调用凭据: 'Access token',
  发货信息录入: 'Upload shipping information',
  发货信息合单录入: 'Upload shipping information (combined)',
  查询订单发货状态: 'Shipping state of an order',
  查询订单列表: 'List orders of the shipping service',
  确认收货提醒: 'Remind of the receipt',
  查询小程序是否已开通发货信息管理服务: 'Whether the shipping service is on',
  发送订阅消息: 'Send a subscribe message',
};

/** The official name in Chinese; ours in English, since there is no official one. */
export function apiLabel(api: string | undefined, say: Say): string | undefined {
  return api && say(api, apis[api] ?? api);
}

export const phaseLabels: Record<PhaseKind, { name: Pair; teaches: Pair }> = {
  place: {
    name: ['下单', 'Order'],
    teaches: [
      '价格取自数据库；云函数签名请求换来 prepay_id，再签 paySign 交给小程序。',
      'The price comes from the database. A signed request gets a prepay_id; paySign goes to the phone.',
    ],
  },
  pay: {
    name: ['付款', 'Pay'],
    teaches: [
      '用户在收银台付款。小程序收到的 ok 只是提示，钱到没到以微信支付为准。',
      "The user pays at WeChat's cashier. What the phone says is a hint; WeChat Pay's word counts.",
    ],
  },
  callback: {
    name: ['回调', 'Callback'],
    teaches: [
      '微信支付签名加密后通知 payNotify：先验签，再解密，入账一次，应答 2xx。',
      'WeChat Pay signs, encrypts and posts to payNotify: verify, decrypt, record once, answer 2xx.',
    ],
  },
  query: {
    name: ['查单', 'Query'],
    teaches: [
      '小程序问服务器；本地状态可能过时，服务器再问微信支付，回调丢了也不怕。',
      'The phone asks the server, which asks WeChat Pay when its own state may be stale.',
    ],
  },
  close: {
    name: ['关单', 'Close'],
    teaches: ['不付就关单，从此谁也付不了它。', 'Unpaid orders are closed; nobody can pay them afterwards.'],
  },
  fulfil: {
    name: ['履约', 'Fulfil'],
    teaches: [
      '付了款的订单进发件箱，履约恰好一次。',
      'Paid orders go through an outbox: fulfilled exactly once.',
    ],
  },
  ship: {
    name: ['发货', 'Ship'],
    teaches: [
      '录入发货信息、买家确认收货之前货款冻结；没有答复先查询，再决定是否重传。',
      'Money is frozen until the shipment is uploaded and received. Without an answer: ask, then decide.',
    ],
  },
  call: {
    name: ['调用', 'Call'],
    teaches: ['一次云函数调用。', 'A call of a cloud function.'],
  },
  reconcile: {
    name: ['对账', 'Reconcile'],
    teaches: [
      '定时器补上丢失的回调、没问到的结果、没做完的履约。',
      'A timer makes up for lost callbacks, missed answers and unfinished work.',
    ],
  },
};

const orderChanges: Record<string, Pair> = {
  placed: ['预支付单已生成', 'prepay_id issued'],
  paid: ['用户付款成功', 'The user paid'],
  'payment failed': ['付款失败', 'Payment failed'],
  closed: ['订单已关闭', 'Order closed'],
  expired: ['订单已过期', 'Order expired'],
};

export function orderChangeLabel(change: string, say: Say): string {
  return lookUp(orderChanges, change, say) ?? change;
}

const notificationStates: Record<NotificationState, readonly [Tone, ...Pair]> = {
  pending: ['warn', '待重试', 'retrying'],
  held: ['warn', '已扣住', 'held'],
  delivered: ['ok', '已送达', 'delivered'],
  exhausted: ['bad', '已放弃', 'given up'],
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
  { tamper: 'wrong-key', zh: '别的私钥', en: 'Sign with another key' },
  { tamper: 'serial', zh: '未知序列号', en: 'Unknown serial' },
  { tamper: 'timestamp', zh: '过期时间戳', en: 'Old timestamp' },
  { tamper: 'unsigned', zh: '不带签名', en: 'Unsigned' },
  { tamper: 'amount', zh: '金额不符', en: 'Another amount' },
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
