/**
 * An account's day: its bills one after the other, its differences, its summary. Doing it again changes nothing.
 *
 * The trade bill comes first: it provides the fees, and shows which accounts have fund flow bills.
 */
import type { Account, AccountKind } from '../../core/account.ts';
import { workThroughDue } from '../../core/due.ts';
import { CommerceError } from '../../core/errors.ts';
import { delayAfter } from '../../core/policy.ts';
import type { Documents, HasTime } from '../../core/ports.ts';
import { changeVersioned } from '../../core/versioned.ts';
import { WechatpayError } from '../../wechatpay/errors.ts';
import type { Failure } from '../failed-call.ts';
import type { OrderPorts } from '../orders/ports.ts';
import { dayMs } from './bill-date.ts';
import { dayQueue, newDay } from './days.ts';
import { differencesOf } from './differences.ts';
import { addSums } from './movement.ts';
import {
  type BillDay,
  type BillRecord,
  type BillState,
  type BillType,
  billDaysCollection,
  billsCollection,
} from './records.ts';
import { runBill } from './run-bill.ts';

/** Delay until the next attempt when a bill is not ready or cannot be used. */
const retryDelaysMs = [15, 15, 15, 15, 15, 15, 60, 360].map((minutes) => minutes * 60_000);
/** After this, a day whose bill still cannot be used is left to a person. */
const givenUpAfterMs = 7 * dayMs;
/** Delay after a network or database failure, and while the account is not configured. */
const failedRetryMs = 10 * 60_000;

/** Works on every day whose turn has come, until the time is up. @returns the days as they are afterwards */
export async function workOnDueDays(
  ports: OrderPorts,
  kinds: readonly AccountKind[],
  hasTime: HasTime,
): Promise<BillDay[]> {
  const days: BillDay[] = [];
  const queue = dayQueue(kinds);
  const run = { concurrency: 1, retryMs: failedRetryMs, hasTime };
  await workThroughDue<BillDay>(ports, queue, run, async (day) => {
    const account = ports.accounts.find(day.account);
    if (account?.mchid !== day.mchid) throw new CommerceError('CONFIG_INVALID');
    days.push(await reconcileDay(ports, account, day.date, hasTime));
  });
  return days;
}

/**
 * A bill that WeChat Pay refuses does not keep the others from being compared.
 * @returns the day as it is afterwards @throws WechatpayError without a usable answer
 */
export async function reconcileDay(
  ports: OrderPorts,
  account: Account,
  date: string,
  hasTime: HasTime,
): Promise<BillDay> {
  const fresh = newDay(ports, account, date);
  const day = (await ports.documents.insertIfAbsent(billDaysCollection, fresh)) ?? fresh;
  const bills: BillRecord[] = [];
  const refusals: WechatpayError[] = [];
  let worked = false;
  let outOfTime = false;
  const work = async (type: BillType, subMchid: string | null = null) => {
    const bill = await loadBill(ports.documents, day, type, subMchid);
    if (hasEnded(bill)) bills.push(bill);
    else if (worked && !hasTime()) outOfTime = true;
    else {
      worked = true;
      try {
        bills.push(await runBill(ports, account, bill, hasTime));
      } catch (error) {
        if (!(error instanceof WechatpayError) || error.kind !== 'refused') throw error;
        refusals.push(error);
      }
    }
  };
  await work('trade');
  const [trade] = bills;
  if (trade && hasEnded(trade)) {
    await work('fundflow');
    if (account.kind === 'ecommerce') await work('fundflow-subs');
    if (account.kind === 'partner') {
      for (const subMchid of trade.subMchids) await work('fundflow-sub', subMchid);
    }
    if (account.kind !== 'direct') await work('withdrawals');
  }
  const state = outOfTime ? 'RUNNING' : stateOf(bills);
  const [refusal] = refusals;
  if (!refusal || state === 'RUNNING') return summarise(ports, day, bills, state);
  if (!isGivenUp(ports, day)) throw refusal;
  return summarise(ports, day, bills, 'FAILED', { code: refusal.code, message: refusal.message });
}

async function loadBill(
  documents: Documents,
  { _id, date, mchid }: BillDay,
  type: BillType,
  subMchid: string | null,
): Promise<BillRecord> {
  const fresh: BillRecord = {
    _id: `${_id}:${type}${subMchid === null ? '' : `-${subMchid}`}`,
    version: 1,
    date,
    mchid,
    type,
    subMchid,
    state: 'WAITING',
    progress: null,
    sums: null,
    subMchids: [],
    failure: null,
    startedAtMs: 0,
    leaseUntilMs: 0,
  };
  return (await documents.insertIfAbsent(billsCollection, fresh)) ?? fresh;
}

function hasEnded({ state }: Pick<BillRecord, 'state'>): boolean {
  return state === 'DONE' || state === 'EMPTY' || state === 'NOT_ALLOWED';
}

/** The day's document: what its bills are together, and how many differences are open. */
async function summarise(
  ports: OrderPorts,
  day: BillDay,
  bills: readonly BillRecord[],
  state: BillState,
  refusal: Failure | null = null,
): Promise<BillDay> {
  const { clock, documents, log } = ports;
  const nowMs = clock.nowMs();
  let [differences, settled] = [0, 0];
  for await (const { state } of differencesOf(documents, day.date, day.mchid)) {
    if (state === 'OPEN') differences++;
    else settled++;
  }
  const flows = bills.filter(({ type, sums }) => type.startsWith('fundflow') && sums !== null);
  const { doc } = await changeVersioned(documents, billDaysCollection, day, (current) => {
    const again = state === 'WAITING' || state === 'FAILED';
    const delayMs = delayAfter(retryDelaysMs, current.attempts);
    return {
      state,
      sums: bills[0]?.sums ?? null,
      flow: flows.length > 0 ? addSums(flows.map(({ sums }) => sums!)) : null,
      differences,
      settled,
      failure: refusal ?? bills.find(({ failure }) => failure !== null)?.failure ?? null,
      checkedAtMs: nowMs,
      attempts: again ? current.attempts + 1 : 0,
      nextAtMs: state === 'RUNNING' ? nowMs : again && !isGivenUp(ports, day) ? nowMs + delayMs : null,
    };
  });
  const level = differences > 0 || state === 'FAILED' ? 'error' : 'info';
  log[level]('bill.day', { date: day.date, mchid: day.mchid, state, differences, settled });
  return doc;
}

function isGivenUp({ clock }: OrderPorts, { date }: BillDay): boolean {
  return clock.nowMs() - Date.parse(`${date}T00:00:00+08:00`) > givenUpAfterMs;
}

function stateOf(bills: readonly BillRecord[]): BillState {
  const has = (wanted: BillState) => bills.some(({ state }) => state === wanted);
  if (has('RUNNING')) return 'RUNNING';
  if (has('FAILED')) return 'FAILED';
  if (has('WAITING')) return 'WAITING';
  return has('DONE') ? 'DONE' : 'EMPTY';
}
