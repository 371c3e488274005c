/** Differences as documents: each once, whatever run finds it and however often. */
import type { Clock, Documents } from '../../core/ports.ts';
import {
  type BillRecord,
  type Difference,
  type DifferenceRecord,
  differencesCollection,
  type Texts,
} from './records.ts';

interface DifferencePorts {
  readonly clock: Clock;
  readonly documents: Documents;
}

const pageSize = 500;

export async function recordDifference(
  { clock, documents }: DifferencePorts,
  { _id, date, mchid }: Pick<BillRecord, '_id' | 'date' | 'mchid'>,
  difference: Difference,
  state: 'OPEN' | 'REPAIRED' = 'OPEN',
): Promise<void> {
  const { kind, movement, reference } = difference;
  const nowMs = clock.nowMs();
  const record: DifferenceRecord = {
    _id: [date, mchid, kind, movement ?? 'BILL', reference].join(':'),
    date,
    mchid,
    bill: _id.slice(`${date}:${mchid}:`.length),
    ...difference,
    remedy: remedies[kind],
    state,
    foundAtMs: nowMs,
    seenAtMs: nowMs,
  };
  const known = await documents.insertIfAbsent(differencesCollection, record);
  // A difference that was repaired or settled and is found again is reopened, unless it was repaired again.
  if (!known || (known.state === state && known.seenAtMs === nowMs)) return;
  await documents.update(differencesCollection, record._id, {}, { ...difference, state, seenAtMs: nowMs });
}

/** Open differences of a bill that its comparison, which began at `startedAtMs`, did not find again. */
export async function settleOthers(
  { documents }: DifferencePorts,
  bill: Pick<BillRecord, '_id' | 'date' | 'mchid' | 'startedAtMs'>,
): Promise<void> {
  const name = bill._id.slice(`${bill.date}:${bill.mchid}:`.length);
  for await (const difference of differencesOf(documents, bill.date, bill.mchid)) {
    const stale = difference.bill === name && difference.seenAtMs < bill.startedAtMs;
    if (!stale || difference.state !== 'OPEN') continue;
    const same = { state: 'OPEN', seenAtMs: difference.seenAtMs };
    await documents.update(differencesCollection, difference._id, same, { state: 'SETTLED' });
  }
}

/** All differences of an account's day, in the order of their `_id`. */
export async function* differencesOf(
  documents: Documents,
  date: string,
  mchid: string,
): AsyncGenerator<DifferenceRecord> {
  let after = '';
  for (;;) {
    const page = await documents.find<DifferenceRecord>(differencesCollection, {
      where: { date, mchid, _id: { gt: after } },
      orderBy: { field: '_id', direction: 'asc' },
      limit: pageSize,
    });
    yield* page;
    const last = page.at(-1);
    if (!last || page.length < pageSize) return;
    after = last._id;
  }
}

const remedies: Readonly<Record<Difference['kind'], Texts>> = {
  NOT_RECORDED: {
    zh: '本系统没有这笔记录：请核对商户订单号；如果不是本系统的订单，就是同一商户号下其他系统的交易。',
    en: 'There is no such record here. Check the out_trade_no: if it is not an order of this shop, another system uses this merchant number.',
  },
  NOT_BILLED: {
    zh: '账单中没有这笔记录：用商户订单号查单并核对时间，仍不一致请带微信订单号联系微信支付。',
    en: 'The bill does not contain it. Query the order and compare the time; if it still differs, contact WeChat Pay with the transaction_id.',
  },
  OTHER_ORDER: {
    zh: '同一笔资金对应两个订单：核对微信订单号与商户订单号，查清前暂停发货与退款。',
    en: 'The same movement is recorded for two orders. Compare transaction_id and out_trade_no; do not deliver or refund until this is resolved.',
  },
  OTHER_AMOUNT: {
    zh: '金额不一致：核对订单金额与账单金额，查清前暂停该订单的退款。',
    en: 'The amounts differ. Compare the order with the bill; do not refund this order until this is resolved.',
  },
  BILLED_TWICE: {
    zh: '账单中同一笔资金出现了不止一行：在商户平台核对这笔交易的流水，确认没有重复扣款或重复退款，仍不明白请联系微信支付。',
    en: 'The bill has the same movement in more than one line. Look at it in the merchant platform, make sure that nothing was charged or refunded twice, and contact WeChat Pay if it remains unclear.',
  },
  UNKNOWN_TYPE: {
    zh: '账单中有本系统未识别的业务类型：在商户平台查看这些流水，确认不是订单资金。',
    en: 'The bill has a 业务类型 that this system does not know. Look at these lines in the merchant platform and make sure that they do not concern an order.',
  },
  NOT_CONFIRMED: {
    zh: '提现异常账单列出了这笔提现，但查询结果不是失败或退票：在商户平台核对这笔提现和余额，查清前不要再次提现。',
    en: 'The bill of failed withdrawals lists this one, but WeChat Pay says that it did not fail. Look at it and at the balance in the merchant platform; do not withdraw again until this is resolved.',
  },
  UNREADABLE: {
    zh: '账单文件无法使用，没有比对任何内容：会自动重新下载；持续失败请在商户平台下载同一天的账单核对，并联系微信支付。',
    en: 'The file cannot be used, and nothing in it was compared. It is downloaded again automatically; if it keeps failing, download the bill of the same day from the merchant platform and contact WeChat Pay.',
  },
};
