/** Receivers of shares, who must be added at WeChat Pay before anything is shared with them. */
import type { ReceiverType, ShareProfitAnswers, ShareReceiver } from '../../contract/index.ts';
import type { Account, AccountKind } from '../../core/account.ts';
import { CommerceError, unlessRefused } from '../../core/errors.ts';
import { fieldError } from '../../core/messages.ts';
import type { Document, Documents } from '../../core/ports.ts';
import { type SellerRecord, sellersCollection } from '../../merchants/sellers.ts';
import { familyOf } from './families.ts';
import type { NewReceiver } from './family.ts';
import type { SharingPorts } from './ports.ts';

const sharingReceiversCollection = 'sharing_receivers';

/** One that was added. The name is sent to WeChat Pay and not kept. */
interface ReceiverRecord extends Document, ShareReceiver {
  /** The mchid that shares with it. */
  readonly owner: string;
  readonly relation: string;
  readonly addedBy: string | null;
  readonly addedAtMs: number;
}

/** Whose money is shared. */
export interface Payee {
  readonly kind: AccountKind;
  /** Null for the shop's own goods. */
  readonly sellerId: string | null;
  readonly subMchid: string | null;
}

/** @throws CommerceError SELLER_NOT_READY */
export async function payeeOf(documents: Documents, sellerId: string | null): Promise<Payee> {
  if (sellerId === null) return { kind: 'direct', sellerId, subMchid: null };
  const seller = await documents.get<SellerRecord>(sellersCollection, sellerId);
  if (!seller?.subMchid) throw new CommerceError('SELLER_NOT_READY');
  return { kind: seller.account, sellerId, subMchid: seller.subMchid };
}

/** A platform's receivers serve all its sub-merchants; all others have receivers of their own. */
function ownerOf(account: Account, { kind, subMchid }: Payee): string {
  return kind === 'ecommerce' ? account.mchid : (subMchid ?? account.mchid);
}

/** @throws CommerceError BAD_REQUEST; WechatpayError */
export async function addReceiver(
  { clock, documents }: SharingPorts,
  account: Account,
  payee: Payee,
  receiver: NewReceiver,
  addedBy: string | null,
): Promise<ShareProfitAnswers['addReceiver']> {
  checkNew(account, receiver);
  await familyOf(account.kind).addReceiver(account, payee.subMchid, receiver);
  const { type, account: to, relation } = receiver;
  const owner = ownerOf(account, payee);
  const record: ReceiverRecord = {
    _id: receiverId(owner, receiver),
    ...{ owner, type, account: to, relation, addedBy, addedAtMs: clock.nowMs() },
  };
  const known = await documents.insertIfAbsent(sharingReceiversCollection, record);
  if (known) await documents.update(sharingReceiversCollection, record._id, {}, { relation });
  return { receiver: { type, account: to } };
}

/**
 * One that WeChat Pay does not have is deleted here too: its answer to an earlier attempt may have been lost.
 * @throws WechatpayError
 */
export async function deleteReceiver(
  { documents }: SharingPorts,
  account: Account,
  payee: Payee,
  { type, account: to }: ShareReceiver,
): Promise<ShareProfitAnswers['deleteReceiver']> {
  const receiver = { type, account: to };
  await unlessRefused(missing, () =>
    familyOf(account.kind).deleteReceiver(account, payee.subMchid, receiver),
  );
  await documents.remove(sharingReceiversCollection, receiverId(ownerOf(account, payee), receiver));
  return { receiver };
}

/** With the advice to see whether the receiver exists: wiki/doc/apiv3/apis/chapter8_1_9. */
const missing: ReadonlySet<string> = new Set(['INVALID_REQUEST']);

/** A platform is a receiver of its own sub-merchants from the start. */
export async function listReceivers(
  { documents }: SharingPorts,
  account: Account,
  payee: Payee,
): Promise<ShareProfitAnswers['receivers']> {
  const where = { owner: ownerOf(account, payee) };
  const found = await documents.find<ReceiverRecord>(sharingReceiversCollection, { where, limit: 1000 });
  const added = found.map(({ type, account: to, relation }) => ({ type, account: to, relation }));
  const itself = { type: 'MERCHANT_ID', account: account.mchid, relation: 'PLATFORM' } as const;
  return {
    receivers: account.kind === 'ecommerce' ? [itself, ...added] : added,
    types: typesOf(account),
    relations: familyOf(account.kind).relations,
  };
}

/** PERSONAL_SUB_OPENID is an openid of the sub-merchants' own mini-program: sub_appid is required with it. */
function typesOf({ kind, subAppid }: Account): readonly ReceiverType[] {
  const types = familyOf(kind).receiverTypes;
  return subAppid === undefined ? types.filter((type) => type !== 'PERSONAL_SUB_OPENID') : types;
}

/** @throws CommerceError RECEIVER_NOT_ADDED with each of them */
export async function requireAdded(
  { documents }: SharingPorts,
  account: Account,
  payee: Payee,
  receivers: readonly ShareReceiver[],
): Promise<void> {
  const owner = ownerOf(account, payee);
  // A platform already is a receiver for its own sub-merchants.
  const named = receivers.filter((each) => account.kind !== 'ecommerce' || each.account !== account.mchid);
  if (named.length === 0) return;
  const ids = named.map((receiver) => receiverId(owner, receiver));
  const where = { _id: { in: ids } };
  const found = await documents.find<ReceiverRecord>(sharingReceiversCollection, { where, limit: 100 });
  const known = new Set(found.map(({ _id }) => _id));
  const missing = named.filter((receiver) => !known.has(receiverId(owner, receiver)));
  if (missing.length === 0) return;
  const fields = missing.map(({ type, account: to }) =>
    fieldError('receivers', {
      zh: `接收方 ${to}（${type}）尚未添加，请先添加。`,
      en: `The receiver ${to} (${type}) has not been added. Add it first.`,
    }),
  );
  throw new CommerceError('RECEIVER_NOT_ADDED', { fields });
}

function checkNew(account: Account, { type, name, relation, customRelation }: NewReceiver): void {
  const { relations } = familyOf(account.kind);
  const receiverTypes = typesOf(account);
  const fields = [
    !receiverTypes.includes(type) &&
      fieldError('type', {
        zh: `此类账户的接收方类型应为 ${receiverTypes.join('、')}。`,
        en: `One of ${receiverTypes.join(', ')} is expected for this kind of account.`,
      }),
    !relations.includes(relation) &&
      fieldError('relation', {
        zh: `关系类型应为 ${relations.join('、')}。`,
        en: `One of ${relations.join(', ')} is expected.`,
      }),
    type === 'MERCHANT_ID' &&
      !name &&
      fieldError('name', {
        zh: '接收方为商户时，须填写商户全称。',
        en: 'A merchant receiver needs the full name of the merchant.',
      }),
    relation === 'CUSTOM' &&
      !customRelation &&
      fieldError('customRelation', {
        zh: '自定义关系须填写名称，最多 10 个字。',
        en: 'A custom relation needs a name of at most 10 characters.',
      }),
  ].filter((problem) => problem !== false);
  if (fields.length > 0) throw new CommerceError('BAD_REQUEST', { fields });
}

function receiverId(owner: string, { type, account }: ShareReceiver): string {
  return `${owner}:${type}:${account}`;
}
