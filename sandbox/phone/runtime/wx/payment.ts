/** wx.requestPayment: asks the simulator's cashier, as WeChat would check, then shows the pay sheet. */
import { button, el } from '../chrome/dom.ts';
import { openMask } from '../chrome/sheet.ts';
import { currentUser, tellParent } from '../users.ts';
import { api, WxError } from './api.ts';

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
  const choice = await showPaySheet(order);
  if (choice === 'cancel') {
    tellParent({ type: 'payment', outTradeNo: order.outTradeNo, outcome: 'cancel' });
    throw new WxError('cancel');
  }
  const answer = await post(`/_sandbox/orders/${encodeURIComponent(order.outTradeNo)}/pay`, {
    openid: currentUser.openid,
  });
  if (!answer.ok) throw new WxError(`(detail) ${reasonOf(answer.body)}`);
  tellParent({ type: 'payment', outTradeNo: order.outTradeNo, outcome: 'ok' });
}

async function openCashier(parameters: object): Promise<CashierOrder> {
  const { ok, body } = await post('/_sandbox/cashier', parameters);
  const order = (body.order ?? body) as Record<string, unknown>;
  const { outTradeNo } = order;
  if (!ok || body.ok === false || typeof outTradeNo !== 'string') {
    const reason = reasonOf(body);
    await showRefusal(reason);
    throw new WxError(`(detail) ${reason}`);
  }
  const orders = Array.isArray(order.orders) ? (order.orders as Record<string, unknown>[]) : [];
  const descriptions = orders.map(({ description }) => String(description ?? '')).filter(Boolean);
  return { outTradeNo, amountFen: Number(order.totalFen ?? 0), description: descriptions.join('、') };
}

function reasonOf(body: Record<string, unknown>): string {
  return String(body.message ?? body.error ?? '支付验证签名失败');
}

async function post(path: string, body: object): Promise<{ ok: boolean; body: Record<string, unknown> }> {
  try {
    const response = await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    return { ok: response.ok, body: text ? (JSON.parse(text) as Record<string, unknown>) : {} };
  } catch {
    throw new WxError('(detail) 网络异常，请稍后再试');
  }
}

const yuan = (fen: number) => (fen / 100).toFixed(2);

function showPaySheet(order: CashierOrder): Promise<'pay' | 'cancel'> {
  return openMask<'pay' | 'cancel'>('paysheet', undefined, (close) => {
    const dismiss = button('paysheet-close', '✕', () => close('cancel'));
    dismiss.setAttribute('aria-label', '取消');
    const pay = button('paysheet-pay', '支付', () => {
      pay.disabled = true;
      pay.textContent = '支付中…';
      setTimeout(() => close('pay'), 350);
    });
    return [
      el('div', 'paysheet-head', dismiss, el('span', '', '微信支付'), el('span', 'paysheet-demo', '模拟')),
      el('div', 'paysheet-payee', order.description || '商户订单'),
      el('div', 'paysheet-amount', el('small', '', '¥'), yuan(order.amountFen)),
      row('付款方式', '零钱（模拟，不会扣款）'),
      row('订单号', order.outTradeNo),
      pay,
      button('paysheet-cancel', '取消', () => close('cancel')),
    ];
  });
}

function row(label: string, value: string): HTMLElement {
  return el('div', 'paysheet-row', el('span', 'paysheet-label', label), el('span', 'paysheet-value', value));
}

function showRefusal(reason: string): Promise<boolean> {
  return openMask<boolean>('modal', undefined, (close) => [
    el('div', 'modal-title', '支付失败'),
    el('div', 'modal-content', reason),
    el(
      'div',
      'modal-buttons',
      button('modal-confirm', '确定', () => close(true)),
    ),
  ]);
}

export const payment = { requestPayment: api('requestPayment', requestPayment) };
