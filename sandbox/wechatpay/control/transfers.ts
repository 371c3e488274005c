import type { Text } from '../../text.ts';
import { type ControlContext, ControlProblem, type ControlRoute } from '../context.ts';
import { decideAuthorization } from '../transfers/authorizations.ts';
import { endTransfer } from '../transfers/end.ts';
import { authorizationsOf, TransferStore } from '../transfers/transfer-store.ts';
import type { Authorization, Transfer } from '../transfers/types.ts';
import { authorizationView, transferControlView } from '../transfers/views.ts';
import { pageOf } from './page.ts';
import { flag, notFound, objectBody, oneOf, text, wrongState } from './read.ts';

function find(context: ControlContext): Transfer {
  const transfer = new TransferStore(context.state).find(context.params.out_bill_no!);
  if (!transfer)
    throw notFound(`transfer ${context.params.out_bill_no}`, `转账 ${context.params.out_bill_no}`);
  return transfer;
}

/** What wx.requestMerchantTransfer checks before it shows the payee the confirmation or the authorisation request. */
function open(context: ControlContext) {
  const given = objectBody(context);
  for (const name of ['mchId', 'appId', 'package']) {
    if (typeof given[name] === 'string' && given[name] !== '') continue;
    throw new ControlProblem(
      400,
      'BAD_PARAMETER',
      `requestMerchantTransfer:fail parameter.${name} is missing`,
      `缺少参数 ${name}`,
    );
  }
  const authorization = [...authorizationsOf(context.state).peek()].find(
    ({ packageInfo, mchid, appid }) =>
      packageInfo === given.package && mchid === given.mchId && appid === given.appId,
  );
  if (authorization) {
    requireWaiting(authorization, { en: 'authorization', zh: '授权' });
    return { authorization: authorizationView(authorization) };
  }
  const transfer = new TransferStore(context.state).byPackage(String(given.package));
  if (!transfer || transfer.mchid !== given.mchId || transfer.appid !== given.appId) {
    throw new ControlProblem(
      400,
      'TRANSFER_UNKNOWN',
      'requestMerchantTransfer:fail no transfer has that package, mchId and appId',
      '没有 package、mchId、appId 都相符的转账',
    );
  }
  requireWaiting(transfer);
  return { transfer: transferControlView(transfer) };
}

function requireWaiting(
  { state }: Pick<Transfer | Authorization, 'state'>,
  what: Text = { en: 'transfer', zh: '转账' },
): void {
  if (state === 'WAIT_USER_CONFIRM') return;
  throw wrongState(
    `The ${what.en} is ${state}; only a waiting one is confirmed.`,
    `${what.zh}状态为 ${state}，只有待确认的可以确认。`,
  );
}

/** The payee confirms, or WeChat Pay finds a reason why the payee cannot receive the money. */
function confirm(context: ControlContext) {
  const { openid, result = 'SUCCESS', failReason = 'PAYEE_ACCOUNT_ABNORMAL' } = objectBody(context);
  const wanted = oneOf(result, 'result', ['SUCCESS', 'FAIL'] as const);
  const reason = text(failReason, 'failReason');
  const transfer = find(context);
  // One that the payee authorised before waits for nobody, and may still fail.
  if (wanted === 'SUCCESS' || transfer.state !== 'ACCEPTED') requireWaiting(transfer);
  if (openid !== undefined && openid !== transfer.openid) {
    const [en, zh] = ['The transfer is for somebody else.', '仅收款用户本人可确认收款。'] as const;
    throw new ControlProblem(409, 'OPENID_MISMATCH', en, zh);
  }
  endTransfer(context, transfer, wanted, wanted === 'FAIL' ? reason : undefined);
  return { transfer: transferControlView(transfer) };
}

function decide(context: ControlContext) {
  const { agrees = true, openid } = objectBody(context);
  const wanted = flag(agrees, 'agrees');
  const number = context.params.out_authorization_no;
  const found = [...authorizationsOf(context.state).values()].findLast(
    ({ outAuthorizationNo }) => outAuthorizationNo === number,
  );
  if (!found) throw notFound(`authorization ${number}`, `授权 ${number}`);
  if (openid !== undefined && openid !== found.openid) {
    const [en, zh] = ['The request is for somebody else.', '仅本人可授权。'] as const;
    throw new ControlProblem(409, 'OPENID_MISMATCH', en, zh);
  }
  if (!decideAuthorization(context, found, wanted)) {
    throw wrongState(`The authorization is ${found.state}.`, `授权状态为 ${found.state}。`);
  }
  return { authorization: authorizationView(found) };
}

/** Transfers to people, and what the payee does. */
export const transferRoutes: readonly ControlRoute[] = [
  {
    method: 'GET',
    path: '/_sandbox/transfers',
    handle: (context) => {
      const { entries, ...page } = pageOf([...new TransferStore(context.state).all()], context.query);
      return { transfers: entries.map(transferControlView), ...page };
    },
  },
  {
    method: 'GET',
    path: '/_sandbox/transfers/{out_bill_no}',
    handle: (context) => ({ transfer: transferControlView(find(context)) }),
  },
  { method: 'POST', path: '/_sandbox/transfers/open', handle: open },
  { method: 'POST', path: '/_sandbox/transfers/{out_bill_no}/confirm', handle: confirm },
  { method: 'POST', path: '/_sandbox/transfer-authorizations/{out_authorization_no}/decide', handle: decide },
];
