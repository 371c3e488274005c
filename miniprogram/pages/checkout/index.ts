import { common } from '../../i18n/common';
import { texts } from '../../i18n/index';
import { api, errorText } from '../../services/api';
import { removePaid } from '../../services/cart';
import {
  type PendingPayment,
  pendingOfOrders,
  readCheckout,
  renewed,
  writeCheckout,
} from '../../services/checkout';
import { askForMessages } from '../../services/messages';
import { confirmPayment, type PaymentPhase, pay, verdictOf } from '../../services/payment';
import { loadPictures } from '../../services/pictures';
import { yuan } from '../../utils/money';
import { type Hero, heroOf } from './phases';

const t = {
  ...common,
  ...texts({
    title: ['确认订单', 'Check out'],
    nothing: ['没有待支付的内容', 'Nothing to pay'],
    toShop: ['回商店', 'To the shop'],
    toOrder: ['查看订单', 'See the order'],
    askAgain: ['再查一次', 'Ask again'],
    payment: ['付款', 'Payment'],
    paidTag: ['已支付', 'Paid'],
    nowTag: ['现在支付', 'Now'],
    nextTag: ['稍后支付', 'Next'],
    toPay: ['应付', 'To pay'],
    thisOne: ['这一笔应付', 'This payment'],
    pay: ['支付', 'Pay'],
    payAgain: ['继续支付', 'Pay'],
    ordering: ['正在下单…', 'Ordering…'],
    paying: ['等待支付…', 'Waiting…'],
    confirming: ['正在确认…', 'Checking…'],
    renewed: ['上一笔订单已经关闭，点支付会重新下单', 'The order before was closed; paying makes a new one'],
    onePaid: ['这一笔已支付', 'This one is paid'],
    onePaidHint: ['还有一笔，接着付就好', 'One more to go'],
    accept: ['按新价支付', 'Pay the new price'],
    serverPrice: ['价格以商店服务器计算的为准', "The shop's server decides the price"],
  }),
};

const partlyPaid = { tone: 'good', icon: 'check', busy: false } as const;

const busyTexts: Partial<Record<PaymentPhase['name'], string>> = {
  ordering: t.ordering,
  paying: t.paying,
  confirming: t.confirming,
};

Page({
  data: {
    t,
    kind: 'loading',
    message: '',
    payments: [] as PendingPayment[],
    /** Index of the next payment; -1 when all are paid. */
    current: 0,
    phase: 'ready' as PaymentPhase['name'],
    hero: null as Hero | null,
    amountFen: 0,
    busy: false,
    payText: t.pay,
  },
  /** Set when the page shows an existing order instead of the cart's payments. */
  paymentNo: '',

  onLoad(query: Record<string, string | undefined>) {
    wx.setNavigationBarTitle({ title: t.title });
    this.paymentNo = query.paymentNo ?? '';
    void this.load();
  },

  async load() {
    if (!this.paymentNo) {
      this.showPayments(readCheckout());
      return;
    }
    this.setData({ kind: 'loading' });
    const { paymentNo } = this;
    const [answer, pictures] = await Promise.all([api.queryOrder({ paymentNo }), loadPictures()]);
    if (!answer.ok) {
      this.setData({ kind: 'error', message: errorText(answer.error) });
      return;
    }
    const { orders } = answer.data;
    const verdict = verdictOf(orders);
    this.showPayments([{ ...pendingOfOrders(orders, t.shopName, pictures), paid: verdict === 'paid' }]);
    if (verdict !== 'open') this.showPhase({ name: verdict });
  },

  showPayments(payments: PendingPayment[]) {
    const current = payments.findIndex((payment) => !payment.paid);
    this.setData({
      kind: payments.length > 0 ? 'ready' : 'empty',
      payments,
      current,
      amountFen: payments[current]?.amountFen ?? 0,
      payText: `${t.pay} ¥${yuan(payments[current]?.amountFen ?? 0)}`,
    });
    if (payments.length > 0 && current < 0) this.showPhase({ name: 'paid' });
  },

  showPhase(phase: PaymentPhase) {
    const busyText = busyTexts[phase.name];
    const amountFen = phase.name === 'price-changed' ? phase.amountFen : this.data.amountFen;
    const again = phase.name === 'ready' && phase.reason ? t.payAgain : t.pay;
    this.setData({
      phase: phase.name,
      hero: heroOf(phase) ?? null,
      busy: busyText !== undefined,
      amountFen,
      payText: busyText ?? (phase.name === 'price-changed' ? t.accept : `${again} ¥${yuan(amountFen)}`),
    });
    if (phase.name !== 'ready') void wx.pageScrollTo({ scrollTop: 0, duration: 200 });
  },

  async pay() {
    const payment = this.data.payments[this.data.current];
    if (!payment || this.data.busy) return;
    const phase = await pay(payment, this.data.amountFen, {
      api,
      errorText,
      requestPayment: (parameters) => wx.requestPayment(parameters),
      askForMessages,
      sleep,
      onPhase: (next) => this.showPhase(next),
      onOrder: (paymentNo) => this.remember({ paymentNo }),
    });
    this.settle(phase);
  },

  async askAgain() {
    const { paymentNo } = this.data.payments[this.data.current] ?? {};
    if (!paymentNo) return;
    const onPhase = (next: PaymentPhase) => this.showPhase(next);
    this.settle(await confirmPayment(paymentNo, 'ok', { api, sleep, onPhase }));
  },

  /** Updates the current payment, and saves it on the device. */
  remember(fact: Partial<PendingPayment>) {
    const payments = this.data.payments.map((payment, index) =>
      index === this.data.current ? { ...payment, ...fact } : payment,
    );
    this.setData({ payments });
    if (!this.paymentNo) writeCheckout(payments);
  },

  /** After a confirmed payment: removes its goods from the cart and goes on to the next payment. */
  settle(phase: PaymentPhase) {
    const { current, payments } = this.data;
    if (phase.name === 'closed') this.renew();
    if (phase.name !== 'paid') return;
    removePaid(payments[current]?.items ?? []);
    this.remember({ paid: true });
    this.showPayments(this.data.payments);
    if (this.data.current < 0) {
      if (!this.paymentNo) writeCheckout([]);
      return;
    }
    this.setData({
      phase: 'ready',
      busy: false,
      hero: { ...partlyPaid, title: t.onePaid, message: t.onePaidHint },
    });
  },

  /** When a cart's order was closed, the same goods can be ordered again. */
  renew() {
    const { current, payments } = this.data;
    const payment = payments[current];
    if (this.paymentNo || !payment) return;
    const next = payments.map((each, index) => (index === current ? renewed(each) : each));
    writeCheckout(next);
    this.setData({ payments: next });
    this.showPhase({ name: 'ready', reason: 'failed', message: t.renewed });
  },

  act() {
    if (this.data.kind === 'empty') this.toShop();
    else void this.load();
  },

  toShop() {
    void wx.switchTab({ url: '/pages/shop/index' });
  },

  toOrder() {
    const { payments, current } = this.data;
    const paymentNo = payments.length > 1 && current < 0 ? '' : payments[Math.max(0, current)]?.paymentNo;
    if (paymentNo)
      void wx.redirectTo({ url: `/pages/order/index?paymentNo=${encodeURIComponent(paymentNo)}` });
    else void wx.switchTab({ url: '/pages/orders/index' });
  },
});

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
