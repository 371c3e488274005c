/**
 * wx.requestMerchantTransfer: the person who receives a transfer confirms it. Its `ok` means that the page was shown,
 * not that the money came: https://pay.weixin.qq.com/doc/v3/merchant/4015930512 (the same call for authorisations).
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

type Choice = 'SUCCESS' | 'FAIL' | 'LATER';

async function requestMerchantTransfer(options: TransferOptions): Promise<void> {
  const { mchId, appId, package: packageInfo } = options;
  const transfer = await open({ mchId, appId, package: packageInfo });
  const choice = await showSheet(transfer);
  if (choice === 'LATER') throw new WxError('cancel');
  const { ok, body } = await post(`/_sandbox/transfers/${encodeURIComponent(transfer.outBillNo)}/confirm`, {
    openid: currentUser.openid,
    result: choice,
    ...(choice === 'FAIL' && { failReason: 'PAYEE_ACCOUNT_ABNORMAL' }),
  });
  if (!ok) await refuse(reasonOf(body, unknown()));
}

async function open(parameters: object): Promise<ShownTransfer> {
  const { ok, body } = await post('/_sandbox/transfers/open', parameters);
  const transfer = body.transfer as ShownTransfer | undefined;
  return ok && transfer ? transfer : refuse(reasonOf(body, unknown()));
}

async function refuse(reason: string): Promise<never> {
  const text = reason.replace(/^requestMerchantTransfer:fail\s*/, '');
  await showRefusal(say('暂时无法收款', 'It cannot be received now'), text);
  throw new WxError(text);
}

const unknown = () => say('没有这笔转账', 'There is no such transfer');

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
    new Option(say('账户异常，转账失败', 'Fails'), 'FAIL'),
  );
  const label = el('span', 'paysheet-label', name);
  const plan = () => (select.value === 'FAIL' ? 'FAIL' : 'SUCCESS');
  return { element: el('label', 'paysheet-row', label, select), plan };
}

export const transfer = { requestMerchantTransfer: api('requestMerchantTransfer', requestMerchantTransfer) };
