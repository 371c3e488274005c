/**
 * Receiving a transfer: `wx.requestMerchantTransfer` shows WeChat's page; what it reports is a hint, and only
 * receiveTransfer decides that the money arrived. https://pay.weixin.qq.com/doc/v3/merchant/4012716434
 */
import type {
  TransferAuthorizationView,
  TransferConfirmation,
  TransferView,
} from '../../shared/contract/index.ts';
import { type Pair, say } from '../i18n/index';
import type { Api } from './api';
import type { Tone } from './orders';

const states: Readonly<Record<TransferView['state'], { readonly text: Pair; readonly tone: Tone }>> = {
  WAITING: { text: ['等待微信支付受理', 'Waiting for WeChat Pay'], tone: 'wait' },
  CHECKING: { text: ['正在核实', 'Being checked'], tone: 'wait' },
  ACCEPTED: { text: ['已受理', 'Accepted'], tone: 'wait' },
  PROCESSING: { text: ['处理中', 'In progress'], tone: 'wait' },
  WAIT_USER_CONFIRM: { text: ['待收款人确认', 'To be confirmed'], tone: 'wait' },
  TRANSFERING: { text: ['转账中', 'On its way'], tone: 'wait' },
  CANCELING: { text: ['撤销中', 'Being cancelled'], tone: 'wait' },
  SUCCESS: { text: ['已到账', 'Received'], tone: 'good' },
  FAIL: { text: ['转账失败', 'Failed'], tone: 'bad' },
  CANCELLED: { text: ['已撤销', 'Cancelled'], tone: 'plain' },
  REFUSED: { text: ['未受理', 'Refused'], tone: 'bad' },
};

/** WeChat Pay's fail_reason, of those that a person can do something about. */
const reasons: Readonly<Record<string, Pair>> = {
  OVERDUE_CLOSE: ['24 小时内未确认收款', 'Not confirmed within 24 hours'],
  NAME_NOT_CORRECT: ['收款人姓名与实名不一致', 'The name is not the one of the account'],
  ACCOUNT_FROZEN: ['收款账户被冻结', 'The account is frozen'],
  REAL_NAME_CHECK_FAIL: ['收款人未完成实名认证', 'The account has no verified name'],
  PAYEE_ACCOUNT_ABNORMAL: ['收款账户异常', 'The account cannot receive'],
};

export function transferState({ state }: Pick<TransferView, 'state'>): { text: string; tone: Tone } {
  const { text, tone } = states[state];
  return { text: say(text), tone };
}

export function failText({ failReason }: Pick<TransferView, 'failReason'>): string {
  if (failReason === undefined || failReason === 'MCH_CANCEL') return '';
  const known = reasons[failReason];
  return known ? say(known) : failReason;
}

const authorizationStates: Readonly<
  Record<TransferAuthorizationView['state'], { readonly text: Pair; readonly tone: Tone }>
> = {
  WAITING: { text: ['等待微信支付受理', 'Waiting for WeChat Pay'], tone: 'wait' },
  WAIT_USER_CONFIRM: { text: ['待您授权', 'For you to authorise'], tone: 'wait' },
  TAKING_EFFECT: { text: ['已授权', 'Authorised'], tone: 'good' },
  CLOSED: { text: ['已结束', 'Ended'], tone: 'plain' },
  REFUSED: { text: ['未受理', 'Refused'], tone: 'plain' },
};

export function authorizationState({ state }: Pick<TransferAuthorizationView, 'state'>): {
  text: string;
  tone: Tone;
} {
  const { text, tone } = authorizationStates[state];
  return { text: say(text), tone };
}

export function hasEnded({ state }: Pick<TransferView, 'state'>): boolean {
  return state === 'SUCCESS' || state === 'FAIL' || state === 'CANCELLED' || state === 'REFUSED';
}

export interface ReceiveTools {
  readonly api: Pick<Api, 'receiveTransfer'>;
  /** Rejects with `{errMsg}`. */
  readonly requestMerchantTransfer: (confirmation: TransferConfirmation) => Promise<unknown>;
  readonly sleep: (ms: number) => Promise<void>;
}

export type ReceiveOutcome =
  | { readonly name: 'ended'; readonly transfer: TransferView }
  /** The person left the page without confirming. */
  | { readonly name: 'later' }
  /** WeChat's page did not open; its error message. */
  | { readonly name: 'failed'; readonly message: string }
  /** Apparently confirmed, but the server does not know yet; shown neither as received nor as failed. */
  | { readonly name: 'unconfirmed' };

/** About half a minute in all. */
const pausesMs = [300, 700, 1000, 2000, 3000, 5000, 8000, 10_000];

/** Shows WeChat's page, then asks the server what became of it. Safe to call again. */
export async function receive(
  outBillNo: string,
  confirmation: TransferConfirmation,
  tools: ReceiveTools,
): Promise<ReceiveOutcome> {
  try {
    await tools.requestMerchantTransfer(confirmation);
  } catch (error) {
    // Query whatever was reported: it may have been confirmed on another phone, or just before.
    const answer = await tools.api.receiveTransfer({ action: 'query', outBillNo });
    if (answer.ok && hasEnded(answer.data.transfer)) return { name: 'ended', transfer: answer.data.transfer };
    return notOpened(error);
  }
  for (const pauseMs of pausesMs) {
    const answer = await tools.api.receiveTransfer({ action: 'query', outBillNo });
    if (answer.ok && hasEnded(answer.data.transfer)) return { name: 'ended', transfer: answer.data.transfer };
    await tools.sleep(pauseMs);
  }
  return { name: 'unconfirmed' };
}

export type AuthorizeOutcome =
  | { readonly name: 'answered'; readonly authorizations: readonly TransferAuthorizationView[] }
  | { readonly name: 'later' }
  | { readonly name: 'failed'; readonly message: string }
  | { readonly name: 'unconfirmed' };

/**
 * Shows WeChat's page for an authorisation, then asks the server: what the page reports decides nothing.
 * https://pay.weixin.qq.com/doc/v3/merchant/4015930512
 */
export async function authorize(
  authorizationNo: string,
  confirmation: TransferConfirmation,
  tools: ReceiveTools,
): Promise<AuthorizeOutcome> {
  const ask = async () => {
    const answer = await tools.api.receiveTransfer({ action: 'authorizations' });
    if (!answer.ok) return undefined;
    const { authorizations } = answer.data;
    const waits = authorizations.some(
      (each) => each.authorizationNo === authorizationNo && each.state === 'WAIT_USER_CONFIRM',
    );
    return waits ? undefined : authorizations;
  };
  try {
    await tools.requestMerchantTransfer(confirmation);
  } catch (error) {
    const authorizations = await ask();
    return authorizations ? { name: 'answered', authorizations } : notOpened(error);
  }
  for (const pauseMs of pausesMs) {
    const authorizations = await ask();
    if (authorizations) return { name: 'answered', authorizations };
    await tools.sleep(pauseMs);
  }
  return { name: 'unconfirmed' };
}

function notOpened(error: unknown): { name: 'later' } | { name: 'failed'; message: string } {
  const errMsg = String((error as { errMsg?: unknown }).errMsg ?? '');
  if (/fail[: ]*cancel/.test(errMsg)) return { name: 'later' };
  return { name: 'failed', message: errMsg.replace(/^requestMerchantTransfer:fail\s*/, '') };
}

interface WithMerchantTransfer {
  requestMerchantTransfer?(
    options: TransferConfirmation & { success: (result: unknown) => void; fail: (error: unknown) => void },
  ): void;
}

/** Since base library 3.3.0, with callbacks only; the published types do not have it yet. */
export function requestMerchantTransfer(confirmation: TransferConfirmation): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const { requestMerchantTransfer: request } = wx as unknown as WithMerchantTransfer;
    if (!request) {
      const errMsg = say([
        '微信版本过低，请更新后再收款',
        'This WeChat is too old. Update it, then receive the money',
      ]);
      reject({ errMsg });
      return;
    }
    request({ ...confirmation, success: resolve, fail: reject });
  });
}
