/**
 * One transfer, one step further: count it under the day's limits, send it, ask about it. Each step is stored before the
 * next one begins and is safe to repeat, so an instance may die anywhere and the next one goes on from there.
 *
 * ```
 * REQUESTED ──count──▶ RESERVED ──apply──▶ WAIT_USER_CONFIRM ──query, callback──▶ SUCCESS | FAIL | CANCELLED
 *     │ no room            │ refused            (or ACCEPTED, PROCESSING, TRANSFERING, CANCELING)
 *     └──▶ REFUSED ◀── CHECKING
 *             asked by its number some minutes later: unknown there
 * ```
 * An unknown outcome stays RESERVED: the same bytes go out again, never another number. WeChat Pay's pages warn that a
 * request which was answered with an error may still be under way, so a refusal counts only once a query says so.
 */
import type { Account } from '../../core/account.ts';
import { workThroughDue } from '../../core/due.ts';
import { CommerceError, isRefusal } from '../../core/errors.ts';
import type { HasTime } from '../../core/ports.ts';
import { WechatpayError } from '../../wechatpay/errors.ts';
import { type Failure, failureOf, isForLater, isUnfunded, leaseMs, postponed } from '../failed-call.ts';
import { applyTransferStatus } from './apply-status.ts';
import { countTransfer, type LimitRefusal, uncountTransfer } from './daily-limit.ts';
import type { TransferPorts } from './ports.ts';
import { changeTransfer, type TransferChanges, type TransferRecord, transfersCollection } from './records.ts';
import { applyForTransfer, cancelTransfer, queryTransfer } from './wire.ts';

/** WeChat Pay knows no transfer of this number. */
const unknownCodes: ReadonlySet<string> = new Set(['NOT_FOUND', 'RESOURCE_NOT_EXISTS']);

const limitTexts: Readonly<Record<LimitRefusal, string>> = {
  DAILY_LIMIT: '超过当日转账总额 · Exceeds the total that the shop may transfer in a day.',
  PERSON_LIMIT: '超过向同一用户当日转账的总额 · Exceeds the total that one user may receive in a day.',
  TOO_MANY: '超过当日转账笔数 · Exceeds the number of transfers in a day.',
};

/** Does what is due for a transfer. @returns it as it is afterwards. @throws CommerceError CONFIG_INVALID, BUSY */
export async function workOnTransfer(ports: TransferPorts, known: TransferRecord): Promise<TransferRecord> {
  const counted = known.state === 'REQUESTED' ? await count(ports, known) : known;
  const nowMs = ports.clock.nowMs();
  if (counted.nextAtMs === null || counted.nextAtMs > nowMs) return counted;
  const account = accountOf(ports, counted);
  const { doc, changed } = await changeTransfer(ports.documents, counted, (current) =>
    current.nextAtMs === null || current.nextAtMs > nowMs || current.state !== counted.state
      ? undefined
      : { nextAtMs: nowMs + leaseMs },
  );
  return changed ? step(ports, account, doc) : doc;
}

/** Works on every transfer whose turn has come, until the time is up. @returns how many were worked on */
export async function workOnDueTransfers(ports: TransferPorts, hasTime: HasTime): Promise<number> {
  let worked = 0;
  const queue = { collection: transfersCollection, field: 'nextAtMs', where: {} } as const;
  const run = { concurrency: ports.policy.checkConcurrency, retryMs: 10 * 60_000, hasTime };
  await workThroughDue<TransferRecord>(ports, queue, run, async (transfer) => {
    await workOnTransfer(ports, transfer);
    worked++;
  });
  return worked;
}

/**
 * Asks WeChat Pay now, unless it was asked a moment ago: for a person who looks at the transfer.
 * @throws WechatpayError, CommerceError CONFIG_INVALID
 */
export async function refreshTransfer(ports: TransferPorts, known: TransferRecord): Promise<TransferRecord> {
  const nowMs = ports.clock.nowMs();
  const isFresh = (transfer: TransferRecord) => nowMs - transfer.askedAtMs < ports.policy.minQueryIntervalMs;
  if (known.nextAtMs === null || known.state === 'REQUESTED' || isFresh(known)) return known;
  const account = accountOf(ports, known);
  const { doc, changed } = await changeTransfer(ports.documents, known, (current) =>
    isFresh(current) ? undefined : { askedAtMs: nowMs },
  );
  if (!changed) return doc;
  try {
    return await applyTransferStatus(ports, doc, await queryTransfer(account, doc._id), 'query');
  } catch (error) {
    // Not known yet, or no longer known: the timer finds out which.
    if (isRefusal(error, unknownCodes)) return doc;
    throw error;
  }
}

function accountOf({ accounts }: TransferPorts, { mchid, appid }: TransferRecord): Account {
  const account = accounts.find('direct');
  if (account?.mchid === mchid && account.appid === appid) return account;
  throw new CommerceError('CONFIG_INVALID');
}

async function count(ports: TransferPorts, known: TransferRecord): Promise<TransferRecord> {
  const refusal = await countTransfer(ports, known);
  const { doc } = await changeTransfer(ports.documents, known, (current) => {
    if (current.state !== 'REQUESTED') return undefined;
    return refusal === undefined
      ? { state: 'RESERVED' }
      : refused(ports, { code: refusal, message: limitTexts[refusal] });
  });
  return doc;
}

function step(ports: TransferPorts, account: Account, transfer: TransferRecord): Promise<TransferRecord> {
  switch (transfer.state) {
    case 'RESERVED':
      // An earlier attempt may have arrived: it counts as cancelled only if WeChat Pay does not know it.
      return transfer.cancelRequested ? ask(ports, account, transfer) : send(ports, account, transfer);
    case 'PROCESSING':
      // "如余额不足，可充值后原单重试": the same request again, which is answered with the state.
      return send(ports, account, transfer);
    case 'WAIT_USER_CONFIRM':
      if (transfer.cancelRequested) return cancel(ports, account, transfer);
      // Only the answer to the application has the package.
      return transfer.packageInfo === null ? send(ports, account, transfer) : ask(ports, account, transfer);
    default:
      return ask(ports, account, transfer);
  }
}

async function send(
  ports: TransferPorts,
  account: Account,
  transfer: TransferRecord,
): Promise<TransferRecord> {
  if (transfer.request === null) return ask(ports, account, transfer);
  try {
    const status = await applyForTransfer(account, transfer.request);
    return await applyTransferStatus(ports, transfer, status, 'query');
  } catch (error) {
    if (!(error instanceof WechatpayError)) throw error;
    if (isForLater(error) || isUnfunded(error)) return later(ports, transfer, error);
    if (transfer.state !== 'RESERVED') return ask(ports, account, transfer);
    return toBeChecked(ports, transfer, error);
  }
}

async function ask(
  ports: TransferPorts,
  account: Account,
  transfer: TransferRecord,
): Promise<TransferRecord> {
  try {
    const status = await queryTransfer(account, transfer._id);
    return await applyTransferStatus(ports, transfer, status, 'query');
  } catch (error) {
    if (!(error instanceof WechatpayError)) throw error;
    if (!isRefusal(error, unknownCodes)) return later(ports, transfer, error);
    if (transfer.state === 'RESERVED') return toBeChecked(ports, transfer, cancelled);
    if (transfer.state === 'CHECKING') return conclude(ports, transfer);
    // WeChat Pay knew it before; transfers can be queried for 30 days only.
    ports.log.error('transfer.lost', { outBillNo: transfer._id, state: transfer.state });
    return later(ports, transfer, error);
  }
}

async function cancel(
  ports: TransferPorts,
  account: Account,
  transfer: TransferRecord,
): Promise<TransferRecord> {
  try {
    const status = await cancelTransfer(account, transfer._id);
    return await applyTransferStatus(ports, transfer, status, 'query');
  } catch (error) {
    if (!(error instanceof WechatpayError)) throw error;
    // Confirmed meanwhile, or failed: its state says which.
    return error.kind === 'refused' ? ask(ports, account, transfer) : later(ports, transfer, error);
  }
}

const cancelled = {
  code: 'CANCELLED',
  message:
    '已撤销，正在向微信支付确认未受理 · Cancelled; confirming with WeChat Pay that it was not accepted.',
};

async function toBeChecked(
  ports: TransferPorts,
  transfer: TransferRecord,
  refusal: Failure,
): Promise<TransferRecord> {
  ports.log.warn('transfer.refused', { outBillNo: transfer._id, code: refusal.code });
  const nextAtMs = ports.clock.nowMs() + ports.policy.transferRefusalCheckMs;
  const failure = failureOf(refusal);
  const { doc } = await changeTransfer(ports.documents, transfer, (current) =>
    current.state === 'RESERVED' ? { state: 'CHECKING', failure, nextAtMs, attempts: 0 } : undefined,
  );
  return doc;
}

/** WeChat Pay refused it and, some minutes later, has no transfer of this number: nothing happened. */
async function conclude(ports: TransferPorts, transfer: TransferRecord): Promise<TransferRecord> {
  await uncountTransfer(ports, transfer);
  const { doc } = await changeTransfer(ports.documents, transfer, (current) => {
    if (current.state !== 'CHECKING') return undefined;
    const ended = refused(ports, current.failure);
    return current.cancelRequested ? { ...ended, state: 'CANCELLED' } : ended;
  });
  return doc;
}

function refused({ clock }: TransferPorts, failure: TransferRecord['failure']): TransferChanges {
  return { state: 'REFUSED', failure, nextAtMs: null, endedAtMs: clock.nowMs(), request: null };
}

async function later(
  ports: TransferPorts,
  transfer: TransferRecord,
  error: WechatpayError,
): Promise<TransferRecord> {
  const delaysMs = ports.policy.transferRetryDelaysMs;
  const numbers = { outBillNo: transfer._id };
  const retry = { event: 'transfer.later', numbers, delaysMs, waitsForFunds: true };
  const { doc } = await changeTransfer(ports.documents, transfer, postponed(ports, retry, transfer, error));
  return doc;
}
