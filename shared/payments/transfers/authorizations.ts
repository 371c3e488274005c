/**
 * 免确认收款授权: a person agrees once, then transfers of that scene need no confirmation. There is one document per
 * person and scene; its number is stored before the application and stays the same until the request has ended, however
 * often it is asked for. https://pay.weixin.qq.com/doc/v3/merchant/4015901167 (发起免确认收款授权),
 * /4014399423 (商户单号查询授权结果), /4014399371 (用户授权后转账)
 */

import { createHash } from 'node:crypto';
import type { TransferAuthorizationView } from '../../contract/index.ts';
import type { Account } from '../../core/account.ts';
import { CommerceError, explainWechatpayError, isRefusal } from '../../core/errors.ts';
import { changeVersioned, type Versioned } from '../../core/versioned.ts';
import { WechatpayError } from '../../wechatpay/errors.ts';
import { isForLater } from '../failed-call.ts';
import {
  type AuthorizationStatus,
  applyForAuthorization,
  authorizationRequest,
  queryAuthorization,
} from './authorization-wire.ts';
import type { TransferPorts } from './ports.ts';

export const authorizationsCollection = 'transfer_authorizations';

/** WeChat Pay closes a request that nobody answered for 24 hours, and forgets it 30 days later. */
const answeredWithinMs = 24 * 3600_000;
const unknownCodes: ReadonlySet<string> = new Set(['NOT_FOUND', 'RESOURCE_NOT_EXISTS']);

/** `_id` is derived from the merchant number, the person and the scene. */
export interface AuthorizationRecord extends Versioned {
  readonly appid: string;
  readonly mchid: string;
  readonly openid: string;
  readonly sceneId: string;
  /** How often the person was asked; each time has its own number. */
  readonly round: number;
  /** out_authorization_no. */
  readonly number: string;
  /**
   * - REQUESTED: stored; WeChat Pay has not answered yet
   * - WAIT_USER_CONFIRM, TAKING_EFFECT, CLOSED: WeChat Pay's state
   * - REFUSED: WeChat Pay refused the application and does not know its number
   */
  readonly state: 'REQUESTED' | 'WAIT_USER_CONFIRM' | 'TAKING_EFFECT' | 'CLOSED' | 'REFUSED';
  /** The body of the application: each retry sends the same bytes. */
  readonly body: string;
  readonly operatorOpenid: string | null;
  readonly createdAtMs: number;
  /** When WeChat Pay last answered about it. */
  readonly askedAtMs: number;
  /** What wx.requestMerchantTransfer opens the request with; null unless it waits. */
  readonly packageInfo: string | null;
  /** WeChat Pay's number, once the person agreed. */
  readonly authorizationId: string | null;
  readonly authorizedAtMs: number | null;
  readonly closedAtMs: number | null;
  readonly closeReason: string | null;
}

type Changes = Partial<Omit<AuthorizationRecord, '_id' | 'version'>>;
type StatusPorts = Pick<TransferPorts, 'clock' | 'documents' | 'log'>;

export interface AuthorizationDetails {
  readonly openid: string;
  readonly sceneId: string;
  readonly displayName: string;
  readonly perception?: string;
}

/**
 * Asks a person for the authorisation. One that waits or is in force is returned as it is; one that ended is requested
 * again under another number.
 * @throws CommerceError WECHATPAY_REFUSED, OUTCOME_UNKNOWN (the same call goes on with the same number), CONFIG_INVALID
 */
export async function askForAuthorization(
  ports: TransferPorts,
  account: Account,
  operatorOpenid: string | null,
  details: AuthorizationDetails,
): Promise<AuthorizationRecord> {
  const _id = documentId(account.mchid, details);
  const fresh: AuthorizationRecord = {
    _id,
    version: 1,
    ...build(ports, account, operatorOpenid, details, 1),
  };
  const known = await ports.documents.insertIfAbsent(authorizationsCollection, fresh);
  const current = await refreshAuthorization(ports, known ?? fresh);
  if (!hasEnded(current) || !known) return requireAccepted(current);
  const { doc } = await change(ports, current, (now) =>
    hasEnded(now) ? build(ports, account, operatorOpenid, details, now.round + 1) : undefined,
  );
  return requireAccepted(await refreshAuthorization(ports, doc));
}

/** @returns undefined when the person was never asked for this scene */
export function loadAuthorization(
  { documents }: Pick<TransferPorts, 'documents'>,
  { mchid }: Pick<Account, 'mchid'>,
  of: Pick<AuthorizationDetails, 'openid' | 'sceneId'>,
): Promise<AuthorizationRecord | undefined> {
  return documents.get<AuthorizationRecord>(authorizationsCollection, documentId(mchid, of));
}

/** Requests to all persons, the newest first. */
export function latestAuthorizations({
  documents,
}: Pick<TransferPorts, 'documents'>): Promise<AuthorizationRecord[]> {
  return documents.find<AuthorizationRecord>(authorizationsCollection, {
    where: {},
    orderBy: { field: 'createdAtMs', direction: 'desc' },
    limit: 100,
  });
}

/** Every request to a person; at most one of each scene. */
export function listAuthorizations(
  { documents }: Pick<TransferPorts, 'documents'>,
  openid: string,
): Promise<AuthorizationRecord[]> {
  return documents.find<AuthorizationRecord>(authorizationsCollection, { where: { openid }, limit: 100 });
}

/**
 * The authorisation in force, as WeChat Pay says at this moment: the person may have revoked it since the last query.
 * @throws CommerceError TRANSFER_NOT_AUTHORIZED; OUTCOME_UNKNOWN when WeChat Pay does not answer
 */
export async function requireAuthorization(
  ports: TransferPorts,
  account: Account,
  of: Pick<AuthorizationDetails, 'openid' | 'sceneId'>,
): Promise<string> {
  const known = await loadAuthorization(ports, account, of);
  const current = known && (await refreshAuthorization(ports, known));
  if (current?.state === 'TAKING_EFFECT' && current.authorizationId !== null) return current.authorizationId;
  throw new CommerceError('TRANSFER_NOT_AUTHORIZED');
}

/**
 * Takes the next step: applies while it is unknown whether the request arrived, otherwise queries it.
 * @throws CommerceError OUTCOME_UNKNOWN, BUSY, CONFIG_INVALID, WECHATPAY_REFUSED
 */
export async function refreshAuthorization(
  ports: TransferPorts,
  known: AuthorizationRecord,
): Promise<AuthorizationRecord> {
  if (hasEnded(known)) return known;
  const account = accountOf(ports, known);
  try {
    if (known.state === 'REQUESTED') return await apply(ports, account, known);
    const asked = await ask(ports, account, known);
    // Only the answer to the application is certain to have the package.
    const lacksPackage = asked.state === 'WAIT_USER_CONFIRM' && asked.packageInfo === null;
    return lacksPackage ? await apply(ports, account, asked) : asked;
  } catch (error) {
    throw explainWechatpayError(error);
  }
}

export function viewAuthorization(
  record: AuthorizationRecord,
  forReceiver: boolean,
): TransferAuthorizationView {
  const { state, packageInfo, mchid, appid, authorizedAtMs, closedAtMs, closeReason } = record;
  const opens = forReceiver && state === 'WAIT_USER_CONFIRM' && packageInfo !== null;
  return {
    authorizationNo: record.number,
    sceneId: record.sceneId,
    state: state === 'REQUESTED' ? 'WAITING' : state,
    createdAtMs: record.createdAtMs,
    ...(authorizedAtMs !== null && { authorizedAtMs }),
    ...(closedAtMs !== null && { closedAtMs }),
    ...(closeReason !== null && { closeReason }),
    ...(!forReceiver && { openid: record.openid }),
    ...(opens && { confirmation: { mchId: mchid, appId: appid, package: packageInfo } }),
  };
}

function hasEnded({ state }: Pick<AuthorizationRecord, 'state'>): boolean {
  return state === 'CLOSED' || state === 'REFUSED';
}

function requireAccepted(record: AuthorizationRecord): AuthorizationRecord {
  if (record.state !== 'REFUSED') return record;
  const code = record.closeReason ?? '';
  throw new CommerceError('WECHATPAY_REFUSED', {
    wechatPay: { code },
    texts: {
      zh: `微信支付没有接受这个授权请求（${code}）。请检查转账场景和展示名称后重新发起。`,
      en: `WeChat Pay did not accept the request for an authorisation (${code}). Check the scene and the display name, then ask again.`,
    },
  });
}

function build(
  ports: TransferPorts,
  account: Account,
  operatorOpenid: string | null,
  details: AuthorizationDetails,
  round: number,
): Omit<AuthorizationRecord, '_id' | 'version'> {
  const notifyUrl = ports.notifyUrl();
  if (notifyUrl === undefined) throw new CommerceError('CONFIG_INVALID', { texts: notifyTexts });
  const { mchid, appid } = account;
  const { openid, sceneId } = details;
  const number = digest('authorization-no', mchid, openid, sceneId, round);
  return {
    appid,
    mchid,
    openid,
    sceneId,
    round,
    number,
    state: 'REQUESTED',
    body: authorizationRequest(appid, number, details, notifyUrl),
    operatorOpenid,
    createdAtMs: ports.clock.nowMs(),
    askedAtMs: 0,
    packageInfo: null,
    authorizationId: null,
    authorizedAtMs: null,
    closedAtMs: null,
    closeReason: null,
  };
}

function documentId(mchid: string, { openid, sceneId }: Pick<AuthorizationDetails, 'openid' | 'sceneId'>) {
  return digest('authorization', mchid, openid, sceneId);
}

function digest(...parts: readonly (string | number)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}

function accountOf({ accounts }: TransferPorts, { mchid, appid }: AuthorizationRecord): Account {
  const account = accounts.find('direct');
  if (account?.mchid === mchid && account.appid === appid) return account;
  throw new CommerceError('CONFIG_INVALID');
}

async function apply(
  ports: TransferPorts,
  account: Account,
  known: AuthorizationRecord,
): Promise<AuthorizationRecord> {
  try {
    const { number, state, packageInfo } = await applyForAuthorization(account, known.body);
    if (number !== known.number) throw mismatch(ports, known);
    // It was answered meanwhile: only a query has the rest.
    if (state !== 'WAIT_USER_CONFIRM') return await ask(ports, account, known);
    return await set(ports, known, { state: 'WAIT_USER_CONFIRM', packageInfo });
  } catch (error) {
    const isFinal = error instanceof WechatpayError && !isForLater(error);
    if (!isFinal || known.state !== 'REQUESTED') throw error;
    return await ask(ports, account, known, error.code);
  }
}

/** @param refusedWith the code that the application was refused with, which counts when its number is not known */
async function ask(
  ports: TransferPorts,
  account: Account,
  known: AuthorizationRecord,
  refusedWith?: string,
): Promise<AuthorizationRecord> {
  try {
    return await recordAuthorization(ports, known, await queryAuthorization(account, known.number));
  } catch (error) {
    if (!isRefusal(error, unknownCodes)) throw error;
    if (refusedWith !== undefined) return set(ports, known, { state: 'REFUSED', closeReason: refusedWith });
    const nowMs = ports.clock.nowMs();
    if (nowMs - known.createdAtMs <= answeredWithinMs) throw error;
    return set(ports, known, {
      state: 'CLOSED',
      packageInfo: null,
      closedAtMs: nowMs,
      closeReason: 'NOT_FOUND',
    });
  }
}

/** Whether WeChat Pay speaks of the request that is recorded. */
export function isAuthorizationOf(known: AuthorizationRecord, status: AuthorizationStatus): boolean {
  return (
    status.number === known.number &&
    status.appid === known.appid &&
    status.openid === known.openid &&
    (status.sceneId === undefined || status.sceneId === known.sceneId)
  );
}

/** Records what WeChat Pay says about a request. @throws CommerceError TRANSFER_NOT_AUTHORIZED if it says something else */
export async function recordAuthorization(
  ports: StatusPorts,
  known: AuthorizationRecord,
  status: AuthorizationStatus,
): Promise<AuthorizationRecord> {
  if (!isAuthorizationOf(known, status)) throw mismatch(ports, known);
  const { state } = status;
  if (state !== 'WAIT_USER_CONFIRM' && state !== 'TAKING_EFFECT' && state !== 'CLOSED') {
    ports.log.warn('authorization.unknown_state', { authorizationNo: known.number, state });
    throw new CommerceError('TRANSFER_NOT_AUTHORIZED');
  }
  return set(ports, known, {
    state,
    packageInfo: state === 'WAIT_USER_CONFIRM' ? (status.packageInfo ?? known.packageInfo) : null,
    authorizationId: status.authorizationId ?? known.authorizationId,
    authorizedAtMs: status.authorizedAtMs ?? known.authorizedAtMs,
    closedAtMs: status.closedAtMs ?? null,
    closeReason: status.closeReason ?? null,
  });
}

function mismatch({ log }: StatusPorts, { number }: AuthorizationRecord): CommerceError {
  log.error('authorization.mismatch', { authorizationNo: number });
  return new CommerceError('TRANSFER_NOT_AUTHORIZED');
}

/** Ended requests stay ended, and those of another round are left unchanged. */
async function set(
  ports: StatusPorts,
  known: AuthorizationRecord,
  changes: Changes,
): Promise<AuthorizationRecord> {
  const askedAtMs = ports.clock.nowMs();
  const { doc, changed } = await change(ports, known, (current) =>
    hasEnded(current) || current.number !== known.number ? undefined : { ...changes, askedAtMs },
  );
  if (changed && doc.state !== known.state) {
    ports.log.info('authorization.state', { authorizationNo: doc.number, state: doc.state });
  }
  return doc;
}

function change(
  { documents }: Pick<TransferPorts, 'documents'>,
  known: AuthorizationRecord,
  by: (current: AuthorizationRecord) => Changes | undefined,
) {
  return changeVersioned(documents, authorizationsCollection, known, by);
}

const notifyTexts = {
  zh: '申请免确认收款授权须有回调地址（WECHATPAY_NOTIFY_URL）。',
  en: 'A request for an authorisation needs the address of the callbacks (WECHATPAY_NOTIFY_URL).',
};
