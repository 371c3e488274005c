/** The forms of an order's sharing: their fields, and the request that each makes. */
import type {
  AfterSalesScene,
  RefundView,
  ShareProfitRequest,
  ShareReceiver,
} from '../../../../shared/contract/index.ts';
import { fill } from '../../../i18n/index';
import type { FieldView } from '../../../services/apply/view';
import { amountField, inputField, optionsField, selectField } from '../../../services/operator/fields';
import { parseYuan, yuan } from '../../../utils/money';
import { t } from './texts';

export type FormName = 'share' | 'returnShare' | 'subsidise' | 'returnSubsidy' | 'afterSales';
export type Answers = Readonly<Record<string, string>>;
type Errors = Readonly<Record<string, string>>;

/** What a form chooses from. */
export interface Choices {
  readonly outTradeNo: string;
  readonly requestToken: string;
  readonly receivers: readonly ShareReceiver[];
  readonly refunds: readonly RefundView[];
  /** The share that is to be returned, and what of it can be. */
  readonly returned?: { readonly outOrderNo: string; readonly mchid: string; readonly leftFen: number };
}

const scenes: readonly AfterSalesScene[] = ['RETURN_GOODS', 'REFUND_TICKET', 'CHANGE_TICKET'];
const keyOf = ({ type, account }: ShareReceiver) => `${type}/${account}`;

/** What a form begins with. */
export function beginForm(form: FormName, { receivers, refunds, returned }: Choices): Answers {
  const only = receivers.length === 1 && receivers[0] ? keyOf(receivers[0]) : '';
  const [refund, ...others] = refunds;
  return {
    ...(form === 'share' && { receiver: only, description: t.service }),
    ...(form === 'returnShare' && { amount: yuan(returned?.leftFen ?? 0).replaceAll(',', '') }),
    ...(form === 'afterSales' && { scene: 'RETURN_GOODS' }),
    ...(refund && others.length === 0 && { refund: refund.outRefundNo }),
  };
}

export function fieldsOf(
  form: FormName,
  answers: Answers,
  { receivers, refunds }: Choices,
  errors: Errors,
): FieldView[] {
  const error = (key: string) => ({ error: errors[key] ?? '' });
  const amount = amountField('amount', t.value, { value: answers.amount ?? '', ...error('amount') });
  const rows = refunds.map((each) => ({ value: each.outRefundNo, label: refundLabel(each) }));
  const refund = selectField('refund', t.refund, rows, answers.refund ?? '', error('refund'));
  switch (form) {
    case 'share': {
      const known = receivers.map((each) => ({ value: keyOf(each), label: each.account }));
      return [
        selectField('receiver', t.receiver, known, answers.receiver ?? '', {
          ...error('receiver'),
          ...(known.length === 0 && { help: t.noReceivers }),
        }),
        amount,
        inputField('description', t.description, {
          ...{ value: answers.description ?? '', maxLength: 80 },
          ...error('description'),
        }),
      ];
    }
    case 'returnShare':
    case 'subsidise':
      return [amount];
    case 'returnSubsidy':
      return [refund, amount];
    case 'afterSales': {
      const options = scenes.map((value) => ({ value, label: t[value] }));
      return [refund, amount, optionsField('scene', t.scene, options, answers.scene ?? '')];
    }
  }
}

function refundLabel({ amountFen, outRefundNo }: RefundView): string {
  return `¥${yuan(amountFen)} · ${outRefundNo}`;
}

type Request = Extract<ShareProfitRequest, { readonly outTradeNo: string; readonly amountFen: number }>;
type Share = Extract<ShareProfitRequest, { readonly action: 'share' }>;

/** @returns what the form asks for, or what is wrong with each field */
export function requestOf(
  form: FormName,
  answers: Answers,
  choices: Choices,
): { readonly request: Request | Share } | { readonly errors: Errors } {
  const amountFen = parseYuan(answers.amount ?? '') ?? 0;
  const errors = errorsOf(form, answers, amountFen, choices);
  if (Object.keys(errors).length > 0) return { errors };
  const { outTradeNo, requestToken, returned } = choices;
  const outRefundNo = answers.refund ?? '';
  switch (form) {
    case 'share': {
      const at = (answers.receiver ?? '').indexOf('/');
      const type = answers.receiver!.slice(0, at) as ShareReceiver['type'];
      const receiver = { type, account: answers.receiver!.slice(at + 1) };
      const description = (answers.description ?? '').trim();
      const receivers = [{ ...receiver, amountFen, description }];
      return { request: { action: 'share', outTradeNo, requestToken, receivers } };
    }
    case 'returnShare': {
      const { outOrderNo = '', mchid = '' } = returned ?? {};
      return { request: { action: 'return', outTradeNo, requestToken, outOrderNo, mchid, amountFen } };
    }
    case 'subsidise':
      return { request: { action: 'subsidise', outTradeNo, amountFen } };
    case 'returnSubsidy':
      return { request: { action: 'returnSubsidy', outTradeNo, outRefundNo, amountFen } };
    case 'afterSales': {
      const scene = answers.scene as AfterSalesScene;
      return { request: { action: 'chargeAfterSales', outTradeNo, outRefundNo, amountFen, scene } };
    }
  }
}

function errorsOf(
  form: FormName,
  answers: Answers,
  amountFen: number,
  { refunds, returned }: Choices,
): Errors {
  const errors: Record<string, string> = {};
  const refund = refunds.find(({ outRefundNo }) => outRefundNo === answers.refund);
  const mostFen =
    form === 'returnShare' ? returned?.leftFen : form === 'afterSales' ? refund?.amountFen : undefined;
  if (amountFen === 0) errors.amount = t.badAmount;
  else if (mostFen !== undefined && amountFen > mostFen)
    errors.amount = fill(t.tooMuch, { amount: yuan(mostFen) });
  if ((form === 'returnSubsidy' || form === 'afterSales') && !refund) errors.refund = t.chooseRefund;
  if (form === 'share' && !answers.receiver) errors.receiver = t.chooseReceiver;
  if (form === 'share' && !answers.description?.trim()) errors.description = t.required;
  return errors;
}
