/**
 * One withdrawal, one step further. Each step is stored before the next one begins and is safe to repeat, so an instance
 * may die anywhere and the next one goes on from there.
 *
 * ```
 * REQUESTED ──slot──▶ RESERVED ──withdraw──▶ PROCESSING ──query, callback──▶ SUCCESS ──bank──▶ REFUND
 *     │ another one       │ refused, and unknown there   └──▶ FAIL | CLOSE
 *     └──▶ REFUSED ◀──────┘
 * ```
 * An unknown outcome stays RESERVED: the same number with the same parameters goes out again, but only while WeChat Pay
 * still knows the number (6 days): after that the same request would take the money out once more, so it only asks.
 * https://pay.weixin.qq.com/wiki/doc/apiv3/apis/chapter7_8_2.shtml
 */
import type { Account } from '../../core/account.ts';
import { findDue, workThroughDue } from '../../core/due.ts';
import { CommerceError, isRefusal } from '../../core/errors.ts';
import type { Documents, HasTime } from '../../core/ports.ts';
import { WechatpayError } from '../../wechatpay/errors.ts';
import { failureOf, isForLater, leaseMs, postponed } from '../failed-call.ts';
import { applyWithdrawalStatus } from './apply-status.ts';
import type { WithdrawalPorts } from './ports.ts';
import { changeWithdrawal, type WithdrawalRecord, withdrawalsCollection } from './records.ts';
import { leaveSlot, takeSlot } from './slot.ts';
import { queryWithdrawal, requestWithdrawal, withdrawalParameters } from './wire.ts';

const retryDelaysMs = [1, 1, 5, 15, 60].map((minutes) => minutes * 60_000);
/** A day before WeChat Pay forgets a number, whatever the clocks say. */
const resentWithinMs = 5 * 24 * 3600_000;

/** WeChat Pay knows no withdrawal of this number. */
const unknownCodes: ReadonlySet<string> = new Set(['RESOURCE_NOT_EXISTS', 'ORDER_NOT_EXIST', 'NOT_FOUND']);

const unfinishedText = '还有一笔提现未完成 · Another withdrawal of this merchant is not finished.';

/** Does what is due for a withdrawal. @returns it as it is afterwards. @throws CommerceError CONFIG_INVALID */
export async function workOnWithdrawal(
  ports: WithdrawalPorts,
  known: WithdrawalRecord,
): Promise<WithdrawalRecord> {
  const withdrawal = known.state === 'REQUESTED' ? await reserve(ports, known) : known;
  const nowMs = ports.clock.nowMs();
  if (withdrawal.nextAtMs === null || withdrawal.nextAtMs > nowMs) return withdrawal;
  const account = accountOf(ports, withdrawal);
  const { doc, changed } = await changeWithdrawal(ports.documents, withdrawal, (current) => {
    if (current.state !== withdrawal.state || current.nextAtMs === null || current.nextAtMs > nowMs)
      return undefined;
    if (current.state !== 'RESERVED') return { nextAtMs: nowMs + leaseMs };
    const parameters =
      current.parameters ?? withdrawalParameters(current, ports.notifyUrlOf(current.account));
    return { nextAtMs: nowMs + leaseMs, parameters, sentAtMs: current.sentAtMs ?? nowMs };
  });
  if (!changed) return doc;
  const mayBeSent = doc.state === 'RESERVED' && nowMs - (doc.sentAtMs ?? nowMs) < resentWithinMs;
  return mayBeSent ? send(ports, account, doc) : ask(ports, account, doc);
}

async function reserve(ports: WithdrawalPorts, known: WithdrawalRecord): Promise<WithdrawalRecord> {
  const holder = await takeSlot(ports.documents, known.ownerMchid, known._id);
  const nowMs = ports.clock.nowMs();
  const { doc } = await changeWithdrawal(ports.documents, known, ({ state }) => {
    if (state !== 'REQUESTED') return undefined;
    if (holder === known._id) return { state: 'RESERVED', nextAtMs: nowMs };
    const failure = { code: 'UNFINISHED', message: unfinishedText };
    return { state: 'REFUSED', failure, nextAtMs: null, endedAtMs: nowMs };
  });
  return doc;
}

function accountOf(ports: WithdrawalPorts, withdrawal: WithdrawalRecord): Account {
  const account = ports.accounts.find(withdrawal.account);
  if (account?.mchid === withdrawal.mchid) return account;
  throw new CommerceError('CONFIG_INVALID', {
    cause: new Error(`The withdrawal ${withdrawal._id} was made for the merchant ${withdrawal.mchid}.`),
  });
}

async function send(
  ports: WithdrawalPorts,
  account: Account,
  withdrawal: WithdrawalRecord,
): Promise<WithdrawalRecord> {
  try {
    return await applyWithdrawalStatus(ports, withdrawal, await requestWithdrawal(account, withdrawal));
  } catch (error) {
    if (!(error instanceof WechatpayError)) throw error;
    if (isForLater(error)) return later(ports, withdrawal, error);
    // A refusal of one attempt says nothing about an earlier one whose answer was lost.
    return ask(ports, account, withdrawal, error);
  }
}

/** @param refusal the previous attempt's refusal, if any: it counts once WeChat Pay has no such withdrawal */
async function ask(
  ports: WithdrawalPorts,
  account: Account,
  withdrawal: WithdrawalRecord,
  refusal?: WechatpayError,
): Promise<WithdrawalRecord> {
  try {
    return await applyWithdrawalStatus(ports, withdrawal, await queryWithdrawal(account, withdrawal));
  } catch (error) {
    if (!(error instanceof WechatpayError)) throw error;
    const unknown = isRefusal(error, unknownCodes) && withdrawal.state === 'RESERVED';
    return unknown ? refused(ports, withdrawal, refusal ?? error) : later(ports, withdrawal, error);
  }
}

async function refused(
  ports: WithdrawalPorts,
  withdrawal: WithdrawalRecord,
  refusal: WechatpayError,
): Promise<WithdrawalRecord> {
  await leaveSlot(ports.documents, withdrawal.ownerMchid, withdrawal._id);
  ports.log.warn('withdrawal.refused', { outRequestNo: withdrawal._id, code: refusal.code });
  const { doc } = await changeWithdrawal(ports.documents, withdrawal, ({ state }) =>
    state === 'RESERVED'
      ? {
          state: 'REFUSED',
          failure: failureOf(refusal),
          nextAtMs: null,
          endedAtMs: ports.clock.nowMs(),
        }
      : undefined,
  );
  return doc;
}

async function later(
  ports: WithdrawalPorts,
  withdrawal: WithdrawalRecord,
  error: WechatpayError,
): Promise<WithdrawalRecord> {
  const numbers = { outRequestNo: withdrawal._id };
  const retry = { event: 'withdrawal.later', numbers, delaysMs: retryDelaysMs, waitsForFunds: false };
  const change = postponed(ports, retry, withdrawal, error);
  const { doc } = await changeWithdrawal(ports.documents, withdrawal, change);
  return doc;
}

const queue = { collection: withdrawalsCollection, field: 'nextAtMs', where: {} } as const;
const retryMs = 10 * 60_000;

/** Works on every withdrawal whose turn has come, until the time is up. @returns how many were worked on */
export async function workOnDueWithdrawals(ports: WithdrawalPorts, hasTime: HasTime): Promise<number> {
  let worked = 0;
  const run = { concurrency: ports.policy.checkConcurrency, retryMs, hasTime };
  await workThroughDue<WithdrawalRecord>(ports, queue, run, async (withdrawal) => {
    await workOnWithdrawal(ports, withdrawal);
    worked++;
  });
  return worked;
}

export async function hasDueWithdrawals(ports: {
  readonly clock: WithdrawalPorts['clock'];
  readonly documents: Documents;
}): Promise<boolean> {
  return (await findDue(ports, queue, 1)).length > 0;
}
