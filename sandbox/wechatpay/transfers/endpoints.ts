import { type ApiContext, checkFields, type Endpoint, type Fields } from '../context.ts';
import { ApiProblem } from '../http/problem.ts';
import { rfc3339 } from '../state/time.ts';
import { acceptTransfer } from './accept.ts';
import {
  applyAuthorization,
  closeAuthorization,
  queryAuthorization,
  requireAuthorization,
} from './authorizations.ts';
import { cancelTask, expiryTask, publish, stepMs } from './end.ts';
import { refuse, type TransferRequest } from './rules.ts';
import { authorizedTransfer, confirmedTransfer, outBillNoParam, transferBillNoParam } from './schemas.ts';
import { TransferStore } from './transfer-store.ts';
import type { Transfer } from './types.ts';
import { acceptedView, transferView } from './views.ts';

/** A transfer can be asked about for 30 days (beside doc/v3/merchant/4012716434). */
const queriedForMs = 30 * 86_400_000;

interface AuthorizedRequest extends TransferRequest {
  authorization_id?: string;
  out_authorization_no?: string;
}

function read(context: ApiContext, fields: Fields): AuthorizedRequest {
  return checkFields(fields, context.body, {
    location: 'body',
    decrypt: context.decrypt,
  }) as unknown as AuthorizedRequest;
}

function applyWithAuthorization(context: ApiContext) {
  const request = read(context, authorizedTransfer);
  const { openid } = requireAuthorization(context, request, request.transfer_scene_id);
  return transferView(context, acceptTransfer(context, { ...request, openid }, true));
}

function find(context: ApiContext, by: 'out_bill_no' | 'transfer_bill_no'): Transfer {
  const rule = by === 'out_bill_no' ? outBillNoParam : transferBillNoParam;
  const number = String(checkFields(rule, context.params, { location: 'uri_template' })[by]);
  const store = new TransferStore(context.state);
  const { merchant, nowMs } = context;
  const found = by === 'out_bill_no' ? store.byNo(merchant.mchid, number) : store.byId(number);
  const own = found?.mchid === merchant.mchid;
  if (found && own && nowMs - found.createdAtMs <= queriedForMs) return found;
  throw new ApiProblem(404, 'NOT_FOUND', '记录不存在', {
    explanation: own
      ? { en: 'transfers are found for 30 days', zh: '转账单只能查询 30 天内的' }
      : { en: 'no transfer of this merchant has that number', zh: '该商户没有此单号的转账单' },
  });
}

/** Only while nobody has confirmed; cancelling takes a moment. */
function cancel(context: ApiContext) {
  const transfer = find(context, 'out_bill_no');
  const { outBillNo, transferBillNo } = transfer;
  if (transfer.state === 'WAIT_USER_CONFIRM') {
    transfer.state = 'CANCELING';
    transfer.updatedAtMs = context.nowMs;
    context.due.cancel(expiryTask, transferBillNo);
    context.due.schedule(cancelTask, transferBillNo, context.nowMs + stepMs);
    publish(context, transfer, 'canceling');
  } else if (transfer.state !== 'CANCELING' && transfer.state !== 'CANCELLED') {
    throw refuse('当前转账单状态不支持撤销', {
      en: `the transfer is ${transfer.state}`,
      zh: `转账单状态为 ${transfer.state}`,
    });
  }
  return {
    out_bill_no: outBillNo,
    transfer_bill_no: transferBillNo,
    state: transfer.state,
    update_time: rfc3339(transfer.updatedAtMs),
  };
}

const bills = '/v3/fund-app/mch-transfer/transfer-bills';
const authorizations = '/v3/fund-app/mch-transfer/user-confirm-authorization';
const roles = ['direct'] as const;

/** 商家转账: doc/v3/merchant/4012716434 and the pages beside it. */
export const transferEndpoints: readonly Endpoint[] = [
  {
    name: '发起转账',
    method: 'POST',
    path: bills,
    bodyKind: 'json',
    roles,
    handle: (context) => ({
      body: acceptedView(acceptTransfer(context, read(context, confirmedTransfer), false)),
    }),
  },
  {
    name: '用户授权后转账',
    method: 'POST',
    path: `${bills}/transfer`,
    bodyKind: 'json',
    roles,
    handle: (context) => ({ body: applyWithAuthorization(context) }),
  },
  {
    name: '商户单号查询转账单',
    method: 'GET',
    path: `${bills}/out-bill-no/{out_bill_no}`,
    bodyKind: 'none',
    roles,
    handle: (context) => ({ body: transferView(context, find(context, 'out_bill_no')) }),
  },
  {
    name: '微信单号查询转账单',
    method: 'GET',
    path: `${bills}/transfer-bill-no/{transfer_bill_no}`,
    bodyKind: 'none',
    roles,
    handle: (context) => ({ body: transferView(context, find(context, 'transfer_bill_no')) }),
  },
  {
    name: '撤销转账',
    method: 'POST',
    path: `${bills}/out-bill-no/{out_bill_no}/cancel`,
    bodyKind: 'optional-json',
    roles,
    handle: (context) => ({ body: cancel(context) }),
  },
  {
    name: '申请免确认收款授权',
    method: 'POST',
    path: authorizations,
    bodyKind: 'json',
    roles,
    handle: (context) => ({ body: applyAuthorization(context) }),
  },
  {
    name: '商户单号查询免确认收款授权',
    method: 'GET',
    path: `${authorizations}/out-authorization-no/{out_authorization_no}`,
    bodyKind: 'none',
    roles,
    handle: (context) => ({ body: queryAuthorization(context) }),
  },
  {
    name: '解除免确认收款授权',
    method: 'POST',
    path: `${authorizations}/out-authorization-no/{out_authorization_no}/close`,
    bodyKind: 'optional-json',
    roles,
    handle: (context) => ({ body: closeAuthorization(context) }),
  },
];
