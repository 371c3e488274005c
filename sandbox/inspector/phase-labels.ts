/** Names of a timeline's phases, and what each is for, in both languages. */
import type { Pair } from './labels.ts';
import type { PhaseKind } from './model/phases.ts';

export const phaseLabels: Record<PhaseKind, { name: Pair; teaches: Pair }> = {
  place: {
    name: ['下单', 'Order'],
    teaches: [
      '价格由后端决定；后端用签名的请求换取 prepay_id，再签出 paySign 交给小程序。',
      'The backend sets the price. Its signed request returns a prepay_id, and paySign goes to the phone.',
    ],
  },
  pay: {
    name: ['付款', 'Pay'],
    teaches: [
      '用户在收银台付款。小程序收到的 ok 只是提示，是否到账以微信支付为准。',
      "The user pays at WeChat's cashier. The ok on the phone is only a hint; WeChat Pay decides whether money arrived.",
    ],
  },
  callback: {
    name: ['回调', 'Callback'],
    teaches: [
      '微信支付签名加密后通知后端：后端先验签，再解密，只入账一次，应答 2xx。',
      'WeChat Pay signs, encrypts and posts to the backend, which verifies, decrypts, records once and answers 2xx.',
    ],
  },
  query: {
    name: ['查单', 'Query'],
    teaches: [
      '小程序向后端查询；后端的状态可能过时，就向微信支付查单，回调丢失也能发现付款。',
      'The phone asks the backend, which asks WeChat Pay when its own state may be stale: a lost callback is no problem.',
    ],
  },
  close: {
    name: ['关单', 'Close'],
    teaches: ['未付款的订单被关闭，之后不能再付款。', 'An unpaid order is closed and can no longer be paid.'],
  },
  fulfil: {
    name: ['履约', 'Fulfil'],
    teaches: [
      '已付款的订单进入发件箱，每笔只履约一次。',
      'Paid orders go through an outbox, and each is fulfilled once.',
    ],
  },
  ship: {
    name: ['发货', 'Ship'],
    teaches: [
      '录入发货信息、买家确认收货之前货款冻结；没有收到应答时先查询，再决定是否重传。',
      'The money is frozen until the shipment is uploaded and received. Without an answer, query before uploading again.',
    ],
  },
  complain: {
    name: ['投诉', 'Complaint'],
    teaches: [
      '付款人向微信支付投诉：24 小时内首次回复，72 小时内处理完成。',
      'The payer complains to WeChat Pay: the first answer is due within 24 hours, the end within 72.',
    ],
  },
  transfer: {
    name: ['商家转账', 'Transfer'],
    teaches: [
      '商户转账给个人：钱先从余额扣出，收款人确认后到账；失败或撤销则退回。没有收到应答时用原单号查询。',
      'The money leaves the balance and arrives once the payee confirms, or returns. Without an answer, query by the same number.',
    ],
  },
  call: {
    name: ['调用', 'Call'],
    teaches: ['一次云函数调用。', 'One call of a cloud function.'],
  },
  reconcile: {
    name: ['对账', 'Reconcile'],
    teaches: [
      '定时器补上丢失的回调、未查到的结果和未完成的履约。',
      'A timer makes up for lost callbacks, missing answers and unfinished fulfilment.',
    ],
  },
};
