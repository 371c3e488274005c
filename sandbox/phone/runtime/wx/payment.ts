/** wx.requestPayment: asks the simulator's cashier, as WeChat would check, then shows the pay sheet. */
import { button, el } from '../chrome/dom.ts';
import { openMask } from '../chrome/sheet.ts';
import { say } from '../language.ts';
import { currentUser, tellParent } from '../users.ts';
import { api, WxError } from './api.ts';
import { post, reasonOf, row, showRefusal, yuan } from './wechat-pay.ts';

interface PaymentOptions {
  readonly timeStamp: string;
  readonly nonceStr: string;
  readonly package: string;
  readonly signType?: string;
  readonly paySign: string;
}

interface CashierOrder {
  readonly outTradeNo: string;
  readonly amountFen: number;
  readonly description: string;
}

async function requestPayment(options: PaymentOptions): Promise<void> {
  const { timeStamp, nonceStr, signType = 'RSA', paySign } = options;
  const order = await openCashier({ timeStamp, nonceStr, package: options.package, signType, paySign });
  const outcome = await showPaySheet(order);
  const answer = await post(`/_sandbox/orders/${encodeURIComponent(order.outTradeNo)}/pay`, {
    openid: currentUser.openid,
    result: outcome,
  });
  tellParent({ type: 'payment', outTradeNo: order.outTradeNo, outcome });
  if (outcome === 'CANCELLED') throw new WxError('cancel');
  if (!answer.ok) throw new WxError(`(detail) ${reasonOf(answer.body, signatureRefused())}`);
  if (outcome === 'PAYERROR') throw new WxError(`(detail) ${refusals.bank()}`);
}

async function openCashier(parameters: object): Promise<CashierOrder> {
  const { ok, body } = await post('/_sandbox/cashier', parameters);
  const order = (body.order ?? body) as Record<string, unknown>;
  const { outTradeNo } = order;
  if (!ok || body.ok === false || typeof outTradeNo !== 'string') {
    const reason = reasonOf(body, signatureRefused());
    await showRefusal(say('支付失败', 'Payment failed'), reason);
    throw new WxError(`(detail) ${reason}`);
  }
  const orders = Array.isArray(order.orders) ? (order.orders as Record<string, unknown>[]) : [];
  const descriptions = orders.map(({ description }) => String(description ?? '')).filter(Boolean);
  return { outTradeNo, amountFen: Number(order.totalFen ?? 0), description: descriptions.join('、') };
}

const signatureRefused = () => say('支付验证签名失败', 'The payment signature was refused');

type Outcome = 'SUCCESS' | 'PAYERROR' | 'CANCELLED';
type Plan = 'enough' | keyof typeof refusals;

/** WeChat's message to a payer whose payment fails. */
const refusals = {
  balance: () => say('零钱余额不足，请更换支付方式', 'Your balance is too low; choose another way to pay'),
  bank: () => say('银行拒绝了这笔支付', 'The bank refused this payment'),
};

/** Asks how the payment ends, since the payer has no real balance here. */
function planRow(): { element: HTMLElement; plan(): Plan } {
  const select = el('select', 'paysheet-plan');
  select.setAttribute('aria-label', say('模拟结果', 'Simulated outcome'));
  const options: [Plan, string][] = [
    ['enough', say('支付成功', 'Succeeds')],
    ['balance', say('余额不足', 'Balance too low')],
    ['bank', say('银行拒绝', 'Refused by the bank')],
  ];
  for (const [value, text] of options) select.append(new Option(text, value));
  const label = el('span', 'paysheet-label', say('模拟结果', 'Simulated outcome'));
  return { element: el('label', 'paysheet-row', label, select), plan: () => select.value as Plan };
}

function showPaySheet(order: CashierOrder): Promise<Outcome> {
  return openMask<Outcome>('paysheet', undefined, (close) => {
    const cancelText = say('取消', 'Cancel');
    const dismiss = button('paysheet-close', '✕', () => close('CANCELLED'));
    dismiss.setAttribute('aria-label', cancelText);
    const { element: planned, plan } = planRow();
    const problem = el('div', 'paysheet-problem');
    problem.setAttribute('role', 'alert');
    const pay = button('paysheet-pay', say('支付', 'Pay'), () => {
      // WeChat keeps the cashier open so that the payer can choose another way to pay; only the payer closes it.
      if (plan() === 'balance') problem.textContent = refusals.balance();
      else {
        pay.disabled = true;
        pay.textContent = say('支付中…', 'Paying…');
        close(plan() === 'bank' ? 'PAYERROR' : 'SUCCESS');
      }
    });
    return [
      el(
        'div',
        'paysheet-head',
        dismiss,
        el('span', '', say('微信支付', 'WeChat Pay')),
        el('span', 'paysheet-demo', say('模拟', 'Simulated')),
      ),
      el('div', 'paysheet-payee', order.description || say('商户订单', 'Order')),
      el('div', 'paysheet-amount', el('small', '', '¥'), yuan(order.amountFen)),
      row(
        say('付款方式', 'Paid from'),
        say('零钱（模拟，不会扣款）', 'Balance (simulated; nothing is charged)'),
      ),
      row(say('订单号', 'Order no.'), order.outTradeNo),
      planned,
      problem,
      pay,
      button('paysheet-cancel', cancelText, () => close('CANCELLED')),
    ];
  });
}

export const payment = { requestPayment: api('requestPayment', requestPayment) };
