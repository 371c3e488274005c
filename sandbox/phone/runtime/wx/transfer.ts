/**
 * wx.requestMerchantTransfer: the person who receives a transfer confirms it. Its `ok` means that the page was shown,
 * not that the money arrived: https://pay.weixin.qq.com/doc/v3/merchant/4015930512 (the same call for authorisations).
 */
import { button, el } from '../chrome/dom.ts';
import { openMask } from '../chrome/sheet.ts';
import { say } from '../language.ts';
import { currentUser } from '../users.ts';
import { api, WxError } from './api.ts';
import { post, reasonOf, row, showRefusal, yuan } from './wechat-pay.ts';

interface TransferOptions {
  readonly mchId: string;
  readonly appId?: string;
  readonly package: string;
}

interface ShownTransfer {
  readonly outBillNo: string;
  readonly amountFen: number;
  readonly remark: string;
}

interface ShownAuthorization {
  readonly out_authorization_no: string;
  readonly user_display_name: string;
  readonly transfer_scene_id: string;
}

type Opened = { readonly transfer: ShownTransfer } | { readonly authorization: ShownAuthorization };

type Choice = 'SUCCESS' | 'FAIL' | 'LATER';

async function requestMerchantTransfer(options: TransferOptions): Promise<void> {
  const { mchId, appId, package: packageInfo } = options;
  const opened = await open({ mchId, appId, package: packageInfo });
  if ('authorization' in opened) return authorize(opened.authorization);
  const { transfer } = opened;
  const choice = await showSheet(transfer);
  if (choice === 'LATER') throw new WxError('cancel');
  const { ok, body } = await post(`/_sandbox/transfers/${encodeURIComponent(transfer.outBillNo)}/confirm`, {
    openid: currentUser.openid,
    result: choice,
    ...(choice === 'FAIL' && { failReason: 'PAYEE_ACCOUNT_ABNORMAL' }),
  });
  if (!ok) await refuse(reasonOf(body, unknown()));
}

async function authorize(authorization: ShownAuthorization): Promise<void> {
  const agrees = await showAuthorization(authorization);
  if (!agrees) throw new WxError('cancel');
  const number = encodeURIComponent(authorization.out_authorization_no);
  const { ok, body } = await post(`/_sandbox/transfer-authorizations/${number}/decide`, {
    openid: currentUser.openid,
    agrees: true,
  });
  if (!ok) await refuse(reasonOf(body, unknown()));
}

async function open(parameters: object): Promise<Opened> {
  const { ok, body } = await post('/_sandbox/transfers/open', parameters);
  return ok ? (body as unknown as Opened) : refuse(reasonOf(body, unknown()));
}

async function refuse(reason: string): Promise<never> {
  const text = reason.replace(/^requestMerchantTransfer:fail\s*/, '');
  await showRefusal(say('暂时无法收款', 'The transfer cannot be received now'), text);
  throw new WxError(text);
}

const unknown = () => say('没有这笔转账', 'The transfer does not exist');

/** Leaving the page is no answer: the request stays pending. */
function showAuthorization(authorization: ShownAuthorization): Promise<boolean> {
  return openMask<boolean>('paysheet', undefined, (close) => {
    const later = say('暂不授权', 'Not now');
    const dismiss = button('paysheet-close', '✕', () => close(false));
    dismiss.setAttribute('aria-label', later);
    return [
      el(
        'div',
        'paysheet-head',
        dismiss,
        el('span', '', say('免确认收款授权', 'Receive without confirming')),
        el('span', 'paysheet-demo', say('模拟', 'Simulated')),
      ),
      row(say('开通账号', 'Account'), authorization.user_display_name),
      row(say('转账场景', 'Scene'), authorization.transfer_scene_id),
      row(say('商户授权单号', 'Authorisation no.'), authorization.out_authorization_no),
      button('paysheet-pay', say('同意授权', 'Authorise'), () => close(true)),
      button('paysheet-cancel', later, () => close(false)),
    ];
  });
}

function showSheet(transfer: ShownTransfer): Promise<Choice> {
  return openMask<Choice>('paysheet', undefined, (close) => {
    const later = say('暂不收款', 'Not now');
    const dismiss = button('paysheet-close', '✕', () => close('LATER'));
    dismiss.setAttribute('aria-label', later);
    const { element: planned, plan } = planRow();
    const receive = button('paysheet-pay', say('确认收款', 'Receive'), () => {
      receive.disabled = true;
      close(plan());
    });
    return [
      el(
        'div',
        'paysheet-head',
        dismiss,
        el('span', '', say('商家转账', 'Merchant transfer')),
        el('span', 'paysheet-demo', say('模拟', 'Simulated')),
      ),
      el('div', 'paysheet-payee', transfer.remark),
      el('div', 'paysheet-amount', el('small', '', '¥'), yuan(transfer.amountFen)),
      row(say('收款至', 'Received in'), say('零钱（模拟，没有真钱）', 'Balance (simulated; no real money)')),
      row(say('商户单号', 'Transfer no.'), transfer.outBillNo),
      planned,
      receive,
      button('paysheet-cancel', later, () => close('LATER')),
    ];
  });
}

/** Asks how it ends: whether the account can receive is not known here. */
function planRow(): { element: HTMLElement; plan(): 'SUCCESS' | 'FAIL' } {
  const name = say('模拟结果', 'Simulated outcome');
  const select = el('select', 'paysheet-plan');
  select.setAttribute('aria-label', name);
  select.append(
    new Option(say('收款成功', 'Received'), 'SUCCESS'),
    new Option(say('账户异常，转账失败', 'Fails: abnormal account'), 'FAIL'),
  );
  const label = el('span', 'paysheet-label', name);
  const plan = () => (select.value === 'FAIL' ? 'FAIL' : 'SUCCESS');
  return { element: el('label', 'paysheet-row', label, select), plan };
}

export const transfer = { requestMerchantTransfer: api('requestMerchantTransfer', requestMerchantTransfer) };
