/** The sharing of an order, as its page shows it. */
import type { SharingView } from '../../../../shared/contract/index.ts';
import { fill } from '../../../i18n/index';
import type { Tone } from '../../../services/orders';
import { yuan } from '../../../utils/money';
import { dateTime } from '../../../utils/time';
import { t } from './texts';

const names = t as Readonly<Record<string, string>>;

const tones: Readonly<Record<string, Tone>> = {
  ...{ SUCCESS: 'good', FINISHED: 'good', SHARED: 'good' },
  ...{ FAILED: 'bad', REFUSED: 'bad', CLOSED: 'bad' },
  ...{ PENDING: 'wait', PROCESSING: 'wait', SHARING: 'wait' },
};

export interface ReceiverRow {
  readonly key: string;
  readonly account: string;
  readonly amountFen: number;
  readonly state: string;
  readonly tone: Tone;
  readonly note: string;
  readonly outOrderNo: string;
  /** What a merchant can still give back of it. */
  readonly leftFen: number;
}

export interface RequestCard {
  readonly outOrderNo: string;
  readonly what: string;
  readonly state: string;
  readonly tone: Tone;
  readonly failure: string;
  readonly receivers: readonly ReceiverRow[];
}

export interface MoneyCard {
  readonly amountFen: number;
  readonly state: string;
  readonly tone: Tone;
  readonly note: string;
}

const tagOf = (state: string) => ({ state: names[state] ?? state, tone: tones[state] ?? ('plain' as const) });
const failureText = (failure?: { readonly code: string; readonly message: string }) =>
  failure ? `${failure.code} ${failure.message}` : '';

export function headOf({ state, nextAtMs, frozenUntilMs, failure }: SharingView) {
  const until = fill(t.until, { time: dateTime(frozenUntilMs) });
  const when = nextAtMs ? fill(t.next, { time: dateTime(nextAtMs) }) : until;
  return { ...tagOf(state), when: state === 'FREED' ? '' : when, failure: failureText(failure) };
}

export function requestCards({ requests }: SharingView): RequestCard[] {
  return requests.map(({ outOrderNo, kind, by, state, receivers, failure }) => ({
    outOrderNo,
    what: names[`${kind} ${by}`] ?? kind,
    ...tagOf(state),
    failure: failureText(failure),
    receivers: receivers.map((each) => receiverRow(outOrderNo, each)),
  }));
}

function receiverRow(
  outOrderNo: string,
  receiver: SharingView['requests'][number]['receivers'][number],
): ReceiverRow {
  const { type, account, amountFen, returnedFen, result, failReason = '' } = receiver;
  const gaveBack = returnedFen > 0 ? fill(t.gaveBack, { amount: yuan(returnedFen) }) : '';
  return {
    key: `${type}/${account}`,
    account,
    amountFen,
    ...tagOf(result),
    note: [failReason, gaveBack].filter(Boolean).join(' · '),
    outOrderNo,
    leftFen: type === 'MERCHANT_ID' && result === 'SUCCESS' ? amountFen - returnedFen : 0,
  };
}

export function returnCards({ returns }: SharingView) {
  return returns.map(({ outReturnNo, mchid, amountFen, state, outRefundNo, failReason = '' }) => ({
    outReturnNo,
    mchid,
    amountFen,
    ...tagOf(state),
    note: [outRefundNo ? fill(t.forRefund, { no: outRefundNo }) : '', failReason].filter(Boolean).join(' · '),
  }));
}

export function subsidyCard({ subsidy }: SharingView): MoneyCard | null {
  if (!subsidy) return null;
  const { amountFen, state, returnedFen, failure } = subsidy;
  const gaveBack = returnedFen > 0 ? fill(t.gaveBack, { amount: yuan(returnedFen) }) : '';
  return { amountFen, ...tagOf(state), note: [gaveBack, failureText(failure)].filter(Boolean).join(' · ') };
}

export function afterSalesCard({ afterSales }: SharingView): MoneyCard | null {
  if (!afterSales) return null;
  const { amountFen, state, outRefundNo, failure } = afterSales;
  const of = fill(t.forRefund, { no: outRefundNo });
  return { amountFen, ...tagOf(state), note: [of, failureText(failure)].filter(Boolean).join(' · ') };
}

/** Which buttons the page has. */
export function actsOf(sharing: SharingView, refunds: number) {
  const { account, state, subsidy, afterSales, requests } = sharing;
  const isPlatform = account === 'ecommerce';
  const isShared = requests.some((each) => each.state !== 'REFUSED');
  return {
    isPlatform,
    canShare: state !== 'FREED',
    canRetry: state === 'FAILED',
    canSubsidise: isPlatform && state !== 'FREED' && !isShared && (!subsidy || subsidy.state === 'FAILED'),
    canReturnSubsidy: subsidy?.state === 'SUCCESS' && refunds > 0,
    canCancelSubsidy: isPlatform && !subsidy && refunds > 0,
    canCharge: isPlatform && refunds > 0 && (!afterSales || afterSales.state === 'FAILED'),
  };
}
