/** transferMoney: what operators do. */
import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import type { TransferMoneyAnswers, TransferMoneyRequest } from '../../contract/index.ts';
import type { Account } from '../../core/account.ts';
import { CommerceError, explainWechatpayError } from '../../core/errors.ts';
import { documentId, parseInput, requestToken, text, whole } from '../../core/input.ts';
import {
  type AuthorizationRecord,
  askForAuthorization,
  latestAuthorizations,
  loadAuthorization,
  refreshAuthorization,
  requireAuthorization,
  viewAuthorization,
} from './authorizations.ts';
import { checkAuthorize, checkTransfer, minTransferFen, nameFromFen } from './check-request.ts';
import { dayOf } from './daily-limit.ts';
import { listTransfers } from './list.ts';
import type { TransferPorts } from './ports.ts';
import {
  changeTransfer,
  hasEnded,
  loadTransfer,
  type TransferRecord,
  transfersCollection,
} from './records.ts';
import { findScene } from './scenes.ts';
import { viewForOperator } from './view.ts';
import { type TransferDetails, transferRequest } from './wire.ts';
import { refreshTransfer, workOnTransfer } from './work.ts';

const maxTransferFen = 1_000_000_000;
const outBillNo = text(/^[0-9a-zA-Z]{1,32}$/);
const openid = text(/^[A-Za-z0-9_-]{6,64}$/);
const sceneId = text(/^\d{4,8}$/);
/** Without line breaks and other control characters. */
const line = (most: number) => text(new RegExp(`^[^\\p{Cc}]{1,${most}}$`, 'u'));

const schema = z.discriminatedUnion('action', [
  z.strictObject({
    action: z.literal('transfer'),
    requestToken,
    openid,
    amountFen: whole(minTransferFen, maxTransferFen, 'amount'),
    remark: line(32),
    sceneId,
    reports: z.record(line(15), line(32)),
    userName: z.optional(line(50)),
    perception: z.optional(line(32)),
    withoutConfirmation: z.optional(z.boolean()),
  }),
  z.strictObject({
    action: z.literal('authorize'),
    openid,
    sceneId,
    displayName: line(32),
    perception: z.optional(line(32)),
  }),
  z.strictObject({ action: z.literal('authorization'), openid, sceneId }),
  z.strictObject({ action: z.literal('authorizations') }),
  z.strictObject({ action: z.literal('query'), outBillNo }),
  z.strictObject({ action: z.literal('cancel'), outBillNo }),
  z.strictObject({
    action: z.literal('list'),
    openid: z.optional(openid),
    before: z.optional(documentId),
  }),
  z.strictObject({ action: z.literal('scenes') }),
]);

type Answer = TransferMoneyAnswers[keyof TransferMoneyAnswers];
type Transfer = Extract<TransferMoneyRequest, { action: 'transfer' }>;
type Authorize = Extract<TransferMoneyRequest, { action: 'authorize' }>;

/**
 * @param operator openid of who acts; undefined for another function of the shop
 * @throws CommerceError TRANSFER_SCENE, TRANSFER_LIMIT, TRANSFER_NOT_FOUND, TRANSFER_STATE, TRANSFER_NOT_AUTHORIZED,
 * TOKEN_REUSED, BAD_REQUEST,
 * CONFIG_INVALID without a merchant number of one's own
 */
export async function transferMoney(
  ports: TransferPorts,
  operator: string | undefined,
  event: unknown,
): Promise<Answer> {
  const request = parseInput(schema, event) as TransferMoneyRequest;
  switch (request.action) {
    case 'transfer':
      return { transfer: viewForOperator(await transfer(ports, operator ?? null, request)) };
    case 'query':
      return { transfer: viewForOperator(await query(ports, request.outBillNo)) };
    case 'cancel':
      return { transfer: viewForOperator(await cancel(ports, request.outBillNo)) };
    case 'authorize':
      return { authorization: viewAuthorization(await authorize(ports, operator ?? null, request), false) };
    case 'authorization':
      return { authorization: viewAuthorization(await authorization(ports, request), false) };
    case 'authorizations': {
      const found = await latestAuthorizations(ports);
      return { authorizations: found.map((each) => viewAuthorization(each, false)) };
    }
    case 'list': {
      const { transfers, ...page } = await listTransfers(ports, request.openid, request.before);
      return { transfers: transfers.map(viewForOperator), ...page };
    }
    case 'scenes':
      return scenesOf(ports);
  }
}

async function transfer(
  ports: TransferPorts,
  operatorOpenid: string | null,
  request: Transfer,
): Promise<TransferRecord> {
  checkTransfer(request, ports.scenes());
  const account = requireAccount(ports);
  const number = transferNumber(account.mchid, request.requestToken);
  const known = await loadTransfer(ports.documents, number);
  const stored = known ?? (await store(ports, account, operatorOpenid, number, request));
  // The same token was used for another transfer: this one needs a token of its own.
  if (!isSame(stored, request)) throw new CommerceError('TOKEN_REUSED', { texts: tokenTexts });
  const worked = await workNow(ports, stored);
  if (worked.state === 'REFUSED') throw refusedError(worked);
  return worked;
}

function authorize(
  ports: TransferPorts,
  operatorOpenid: string | null,
  { action: _action, ...details }: Authorize,
): Promise<AuthorizationRecord> {
  checkAuthorize({ action: 'authorize', ...details }, ports.scenes());
  return askForAuthorization(ports, requireAccount(ports), operatorOpenid, details);
}

async function authorization(
  ports: TransferPorts,
  of: { readonly openid: string; readonly sceneId: string },
): Promise<AuthorizationRecord> {
  const known = await loadAuthorization(ports, requireAccount(ports), of);
  if (!known) throw new CommerceError('TRANSFER_NOT_AUTHORIZED');
  return refreshAuthorization(ports, known);
}

function requireAccount({ accounts }: TransferPorts): Account {
  const account = accounts.find('direct');
  if (!account) throw new CommerceError('CONFIG_INVALID', { texts: accountTexts });
  return account;
}

/** out_bill_no: the same request token is the same transfer. 32 characters of [0-9a-f]. */
function transferNumber(mchid: string, token: string): string {
  return createHash('sha256')
    .update(JSON.stringify(['transfer', mchid, token]))
    .digest('hex')
    .slice(0, 32);
}

/** @returns what is stored under the number, which may be an earlier one */
async function store(
  ports: TransferPorts,
  account: Account,
  operatorOpenid: string | null,
  number: string,
  details: Transfer,
): Promise<TransferRecord> {
  const nowMs = ports.clock.nowMs();
  const { openid, amountFen, remark, sceneId } = details;
  const authorizationId = details.withoutConfirmation
    ? await requireAuthorization(ports, account, details)
    : null;
  const record: TransferRecord = {
    _id: number,
    version: 1,
    appid: account.appid,
    mchid: account.mchid,
    openid,
    amountFen,
    remark,
    sceneId,
    state: 'REQUESTED',
    operatorOpenid,
    request: await requestFor(ports, account, number, {
      ...details,
      ...(authorizationId !== null && { authorizationId }),
    }),
    authorizationId,
    day: dayOf(nowMs),
    cancelRequested: false,
    attempts: 0,
    nextAtMs: nowMs,
    askedAtMs: 0,
    transferBillNo: null,
    packageInfo: null,
    createdAtMs: nowMs,
    expiresAtMs: null,
    endedAtMs: null,
    failReason: null,
    failure: null,
    listKey: `${String(nowMs).padStart(14, '0')}-${number}`,
  };
  return (await ports.documents.insertIfAbsent(transfersCollection, record)) ?? record;
}

async function requestFor(
  ports: TransferPorts,
  account: Account,
  outBillNo: string,
  details: Omit<TransferDetails, 'outBillNo'>,
) {
  try {
    return await transferRequest(account, { outBillNo, ...details }, ports.notifyUrl());
  } catch (error) {
    throw explainWechatpayError(error);
  }
}

function isSame(stored: TransferRecord, request: Transfer): boolean {
  const { openid, amountFen, sceneId, remark, withoutConfirmation = false } = request;
  return (
    (stored.authorizationId != null) === withoutConfirmation &&
    stored.openid === openid &&
    stored.amountFen === amountFen &&
    stored.sceneId === sceneId &&
    stored.remark === remark
  );
}

/** With many operators at once the timer does what cannot be done now. */
async function workNow(ports: TransferPorts, stored: TransferRecord): Promise<TransferRecord> {
  try {
    return await workOnTransfer(ports, stored);
  } catch (error) {
    if (!(error instanceof CommerceError) || error.code !== 'BUSY') throw error;
    return (await loadTransfer(ports.documents, stored._id)) ?? stored;
  }
}

function refusedError({ failure }: TransferRecord): CommerceError {
  const { code = '', message = '' } = failure ?? {};
  if (code === 'DAILY_LIMIT' || code === 'PERSON_LIMIT' || code === 'TOO_MANY') {
    const [zh = '', en = ''] = message.split(' · ');
    return new CommerceError('TRANSFER_LIMIT', { texts: { zh, en } });
  }
  return new CommerceError('WECHATPAY_REFUSED', {
    wechatPay: { code },
    texts: {
      zh: `微信支付没有接受这笔转账（${code}）。${message}`,
      en: `WeChat Pay did not accept the transfer (${code}). ${message}`,
    },
  });
}

async function query(ports: TransferPorts, number: string): Promise<TransferRecord> {
  const stored = await find(ports, number);
  try {
    return await refreshTransfer(ports, stored);
  } catch (error) {
    throw explainWechatpayError(error);
  }
}

/**
 * The cancellation is stored first, so that it is carried out even if this instance dies or WeChat Pay does not answer.
 */
async function cancel(ports: TransferPorts, number: string): Promise<TransferRecord> {
  const stored = await find(ports, number);
  const nowMs = ports.clock.nowMs();
  const { doc } = await changeTransfer(ports.documents, stored, (current) =>
    hasEnded(current) ? undefined : { cancelRequested: true, nextAtMs: nowMs },
  );
  const worked = await workNow(ports, doc);
  if (hasEnded(worked) && worked.state !== 'CANCELLED') throw new CommerceError('TRANSFER_STATE');
  return worked;
}

async function find(ports: TransferPorts, number: string): Promise<TransferRecord> {
  const stored = await loadTransfer(ports.documents, number);
  if (!stored) throw new CommerceError('TRANSFER_NOT_FOUND');
  return stored;
}

function scenesOf({ scenes, policy }: TransferPorts): TransferMoneyAnswers['scenes'] {
  const { transferDailyFen: dailyFen, transferDailyPersonFen: dailyPersonFen } = policy;
  return {
    scenes: scenes().flatMap((sceneId) => {
      const scene = findScene(sceneId);
      return scene ? [{ sceneId, ...scene }] : [];
    }),
    limits: { minFen: minTransferFen, nameFromFen, dailyFen, dailyPersonFen },
  };
}

const accountTexts = {
  zh: '商家转账需要直连商户号（WECHATPAY_DIRECT_…）。',
  en: 'Transfers need a direct merchant number (WECHATPAY_DIRECT_…).',
};
const tokenTexts = {
  zh: '此请求标识已用于另一笔转账，请重新发起。',
  en: 'This request token was used for another transfer. Use a new token for a new transfer.',
};
