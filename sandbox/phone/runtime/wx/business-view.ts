/**
 * wx.openBusinessView: WeChat's confirmation of receipt. What the buyer does is reported to App.onShow, as a component
 * that is a mini-program of its own does it.
 * https://developers.weixin.qq.com/miniprogram/dev/platform-capabilities/business-capabilities/order-shipping/order-shipping-half.html
 */
import { button, el } from '../chrome/dom.ts';
import { openMask } from '../chrome/sheet.ts';
import { say } from '../language.ts';
import { currentUser } from '../users.ts';
import { api, WxError } from './api.ts';

const componentAppid = 'wx1183b055aeec94d1';

interface BusinessView {
  readonly businessType: string;
  readonly extraData?: Readonly<Record<string, unknown>>;
}

interface ReceiptOrder {
  readonly outTradeNo: string;
  readonly amountFen: number;
  readonly descriptions: readonly string[];
}

/** @param showApp calls App.onShow */
export function businessView(showApp: (options: object) => void) {
  const report = (extraData: object) =>
    showApp({ scene: 1038, referrerInfo: { appId: componentAppid, extraData } });

  async function openBusinessView({ businessType, extraData = {} }: BusinessView): Promise<void> {
    if (businessType !== 'weappOrderConfirm')
      throw new WxError(`businessType ${businessType} is not simulated`);
    const body = { ...extraData, openid: currentUser.openid };
    const opened = await post('open', body);
    // Observed on devices: an order that awaits no confirmation gives cancel, another user's order gives fail.
    if (!opened.ok) {
      const status = opened.body.error === 'NOT_TO_CONFIRM' ? 'cancel' : 'fail';
      report({ status, errormsg: String(opened.body.message ?? ''), req_extradata: extraData });
      return;
    }
    void confirm(opened.body.order as ReceiptOrder, body).then((status) =>
      report({ status, errormsg: '', req_extradata: extraData }),
    );
  }
  return { openBusinessView: api('openBusinessView', openBusinessView) };
}

async function confirm(order: ReceiptOrder, body: object): Promise<'success' | 'fail' | 'cancel'> {
  if (!(await showSheet(order))) return 'cancel';
  return (await post('confirm', body)).ok ? 'success' : 'fail';
}

function showSheet(order: ReceiptOrder): Promise<boolean> {
  return openMask<boolean>('paysheet', undefined, (close) => {
    const cancelText = say('暂不确认', 'Not yet');
    const dismiss = button('paysheet-close', '✕', () => close(false));
    dismiss.setAttribute('aria-label', cancelText);
    return [
      el(
        'div',
        'paysheet-head',
        dismiss,
        el('span', '', say('确认收货', 'Confirm receipt')),
        el('span', 'paysheet-demo', say('模拟', 'Simulated')),
      ),
      el('div', 'paysheet-payee', order.descriptions.join('、')),
      el('div', 'paysheet-amount', el('small', '', '¥'), (order.amountFen / 100).toFixed(2)),
      el(
        'div',
        'paysheet-row',
        el('span', 'paysheet-label', say('订单号', 'Order no.')),
        el('span', 'paysheet-value', order.outTradeNo),
      ),
      el('div', 'paysheet-row', say('确认后货款将结算给商家。', 'The money is then settled to the shop.')),
      button('paysheet-pay', say('确认收货', 'Confirm receipt'), () => close(true)),
      button('paysheet-cancel', cancelText, () => close(false)),
    ];
  });
}

async function post(step: 'open' | 'confirm', body: object) {
  try {
    const response = await fetch(`/_sandbox/receipts/${step}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return { ok: response.ok, body: (await response.json()) as Record<string, unknown> };
  } catch {
    return { ok: false, body: { message: say('网络异常', 'Network error') } as Record<string, unknown> };
  }
}
