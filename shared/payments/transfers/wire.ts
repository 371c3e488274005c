/**
 * Transfers in WeChat Pay's own fields, for merchants with a number of their own (普通商户).
 * https://pay.weixin.qq.com/doc/v3/merchant/4012716434 (发起转账), /4012716458 (撤销转账),
 * /4014399371 (用户授权后转账);
 * https://pay.weixin.qq.com/docs/merchant/apis/mch-trans/transfer-bill/get-transfer-bill-by-out-no.html (商户单号查询转账单)
 */
import type { Account } from '../../core/account.ts';
import { encryptOaep } from '../../wechatpay/crypto/ciphers.ts';
import type { RouteParameters } from '../../wechatpay/http/client-types.ts';
import type { TransferRecord, TransferState } from './records.ts';

const path = '/v3/fund-app/mch-transfer/transfer-bills';

type Parameters = RouteParameters<'POST /v3/fund-app/mch-transfer/transfer-bills'>;
type AuthorizedParameters = RouteParameters<'POST /v3/fund-app/mch-transfer/transfer-bills/transfer'>;

/** What WeChat Pay says about a transfer. */
export interface TransferStatus {
  readonly outBillNo: string;
  readonly transferBillNo: string;
  readonly state: string;
  /** Absent from the answer to the application and to a cancellation. */
  readonly amountFen?: number;
  readonly openid?: string;
  readonly packageInfo?: string;
  readonly failReason?: string;
  readonly acceptedAtMs?: number;
  readonly updatedAtMs?: number;
}

/** States that the pages list. One that no page lists is asked about again. */
const states: ReadonlySet<string> = new Set<TransferState>([
  'ACCEPTED',
  'PROCESSING',
  'WAIT_USER_CONFIRM',
  'TRANSFERING',
  'CANCELING',
  'SUCCESS',
  'FAIL',
  'CANCELLED',
]);

export function isState(state: string): state is TransferState {
  return states.has(state);
}

export interface TransferDetails {
  readonly outBillNo: string;
  readonly openid: string;
  readonly amountFen: number;
  readonly remark: string;
  readonly sceneId: string;
  readonly reports: Readonly<Record<string, string>>;
  readonly userName?: string;
  readonly perception?: string;
  /** For a person who need not confirm: it also identifies them. */
  readonly authorizationId?: string;
}

/**
 * The request as it is stored and sent each time, with the name encrypted for WeChat Pay.
 * @throws WechatpayError PLATFORM_KEY_MISSING, PLAINTEXT_TOO_LONG
 */
export async function transferRequest(
  { appid, client }: Account,
  details: TransferDetails,
  notifyUrl: string | undefined,
): Promise<NonNullable<TransferRecord['request']>> {
  const { userName, perception, authorizationId } = details;
  const name = userName === undefined ? undefined : await encryptName(client, userName);
  const common = {
    appid,
    out_bill_no: details.outBillNo,
    transfer_scene_id: details.sceneId,
    ...(name && { user_name: name.ciphertext }),
    transfer_amount: details.amountFen,
    transfer_remark: details.remark,
    ...(notifyUrl !== undefined && { notify_url: notifyUrl }),
    ...(perception !== undefined && { user_recv_perception: perception }),
    transfer_scene_report_infos: Object.entries(details.reports).map(([info_type, info_content]) => ({
      info_type,
      info_content,
    })),
  };
  const serial = name?.serial ?? null;
  if (authorizationId === undefined) {
    const body: Parameters = { ...common, openid: details.openid };
    return { path, body: JSON.stringify(body), serial };
  }
  const body: AuthorizedParameters = { ...common, authorization_id: authorizationId };
  return { path: `${path}/transfer`, body: JSON.stringify(body), serial };
}

async function encryptName({ platformKeys }: Account['client'], name: string) {
  const { serial, key } = await platformKeys.encryptionKey();
  return { ciphertext: encryptOaep(name, key), serial };
}

/** Applies for the transfer. Sending the same bytes again is the same transfer. @throws WechatpayError */
export async function applyForTransfer(
  { client }: Account,
  { path, body, serial }: NonNullable<TransferRecord['request']>,
): Promise<TransferStatus> {
  const answer = await client.send<WireTransfer>({
    method: 'POST',
    path,
    body,
    idempotent: true,
    ...(serial !== null && { encryptedWithSerial: serial }),
  });
  return statusOf(answer);
}

/** @throws WechatpayError, refused with NOT_FOUND when WeChat Pay knows no such transfer (of the last 30 days) */
export async function queryTransfer({ client }: Account, outBillNo: string): Promise<TransferStatus> {
  const route = 'GET /v3/fund-app/mch-transfer/transfer-bills/out-bill-no/{out_bill_no}';
  return statusOf(await client.request(route, { out_bill_no: outBillNo }));
}

/** Asks to cancel; CANCELING becomes CANCELLED by itself. @throws WechatpayError INVALID_REQUEST when it is too late */
export async function cancelTransfer({ client }: Account, outBillNo: string): Promise<TransferStatus> {
  const route = 'POST /v3/fund-app/mch-transfer/transfer-bills/out-bill-no/{out_bill_no}/cancel';
  return statusOf(await client.request(route, { out_bill_no: outBillNo }));
}

interface WireTransfer {
  readonly out_bill_no: string;
  readonly transfer_bill_no: string;
  readonly state: string;
  readonly transfer_amount?: number;
  readonly openid?: string;
  readonly package_info?: string;
  readonly fail_reason?: string;
  readonly create_time?: string;
  readonly update_time?: string;
}

/** @param wire an answer, or the resource of a callback */
export function statusOf(wire: WireTransfer): TransferStatus {
  return {
    outBillNo: wire.out_bill_no,
    transferBillNo: wire.transfer_bill_no,
    state: wire.state,
    ...(wire.transfer_amount !== undefined && { amountFen: wire.transfer_amount }),
    ...(wire.openid !== undefined && { openid: wire.openid }),
    ...(wire.package_info && { packageInfo: wire.package_info }),
    ...(wire.fail_reason && { failReason: wire.fail_reason }),
    ...(wire.create_time && { acceptedAtMs: Date.parse(wire.create_time) }),
    ...(wire.update_time && { updatedAtMs: Date.parse(wire.update_time) }),
  };
}
