/** How a complaint is named on the operators' pages. */
import type { ComplaintView } from '../../shared/contract/index.ts';
import { fill, texts } from '../i18n/index';
import { dateTime } from '../utils/time';

const t = texts({
  asking: ['正在查询', 'Being looked up'],
  PENDING: ['待回复', 'To be answered'],
  PROCESSING: ['处理中', 'In progress'],
  PROCESSED: ['已完成', 'Done'],
  answerBy: ['请在 {time} 前首次回复', 'First answer by {time}'],
  finishBy: ['请在 {time} 前处理完成', 'To be done by {time}'],
  late: ['已超时：{time}', 'Overdue since {time}'],
  again: ['第 {times} 次投诉', 'Complained {times} times'],
  waits: ['用户有新留言', 'The payer has written'],
  atOnce: ['用户正在等待即时回复', 'The payer waits for an answer now'],
  platform: ['微信支付客服已介入（平台协助）', "WeChat Pay's customer service has stepped in"],
  refund: ['申请退款', 'Asks for a refund'],
});

export interface ComplaintLine {
  readonly complaintId: string;
  readonly state: string;
  readonly tone: 'good' | 'wait' | 'bad';
  readonly problem: string;
  readonly outTradeNo: string;
  readonly amountFen: number;
  /** The next deadline; empty when nothing is due. */
  readonly due: string;
  readonly overdue: boolean;
  readonly note: string;
  readonly at: string;
}

export function complaintLine(complaint: ComplaintView): ComplaintLine {
  const { state, overdue, times, payerWaits, problemType, complainedAtMs } = complaint;
  const atOnce = complaint.needsImmediateService && state !== 'PROCESSED';
  return {
    complaintId: complaint.complaintId,
    state: state ? t[state] : t.asking,
    tone: state === 'PROCESSED' ? 'good' : overdue || state === 'PENDING' ? 'bad' : 'wait',
    problem: problemType === 'REFUND' ? t.refund : (complaint.problem ?? ''),
    outTradeNo: complaint.outTradeNo ?? '',
    amountFen: complaint.amountFen ?? 0,
    due: dueOf(complaint),
    overdue,
    note: [
      atOnce ? t.atOnce : '',
      complaint.inPlatformService ? t.platform : '',
      times > 1 ? fill(t.again, { times }) : '',
      payerWaits ? t.waits : '',
    ]
      .filter(Boolean)
      .join(' · '),
    at: complainedAtMs === undefined ? '' : dateTime(complainedAtMs),
  };
}

function dueOf({ answerByMs, finishByMs, overdue }: ComplaintView): string {
  const due = answerByMs ?? finishByMs;
  if (due === undefined) return '';
  const text = overdue ? t.late : answerByMs === undefined ? t.finishBy : t.answerBy;
  return fill(text, { time: dateTime(due) });
}
