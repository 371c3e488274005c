import { type ControlContext, ControlProblem, type ControlRoute } from '../context.ts';
import { decideAuthorization } from '../transfers/authorizations.ts';
import { endTransfer } from '../transfers/end.ts';
import { authorizationsOf, TransferStore } from '../transfers/transfer-store.ts';
import type { Authorization, Transfer } from '../transfers/types.ts';
import { authorizationView, transferControlView } from '../transfers/views.ts';
import { pageOf } from './page.ts';
import { badRequest, notFound, objectBody } from './read.ts';

function find(context: ControlContext): Transfer {
  const transfer = new TransferStore(context.state).find(context.params.out_bill_no!);
  if (!transfer) throw notFound(`transfer ${context.params.out_bill_no}`);
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
    );
  }
  const authorization = [...authorizationsOf(context.state).peek()].find(
    ({ packageInfo, mchid, appid }) =>
      packageInfo === given.package && mchid === given.mchId && appid === given.appId,
  );
  if (authorization) {
    requireWaiting(authorization, 'authorization');
    return { authorization: authorizationView(authorization) };
  }
  const transfer = new TransferStore(context.state).byPackage(String(given.package));
  if (!transfer || transfer.mchid !== given.mchId || transfer.appid !== given.appId) {
    const message = 'requestMerchantTransfer:fail no transfer has that package, mchId and appId';
    throw new ControlProblem(400, 'TRANSFER_UNKNOWN', message);
  }
  requireWaiting(transfer);
  return { transfer: transferControlView(transfer) };
}

function requireWaiting({ state }: Pick<Transfer | Authorization, 'state'>, name = 'transfer'): void {
  if (state === 'WAIT_USER_CONFIRM') return;
  throw new ControlProblem(409, 'WRONG_STATE', `The ${name} is ${state}; only a waiting one is confirmed.`);
}

/** The payee confirms, or WeChat Pay finds a reason why the payee cannot receive the money. */
function confirm(context: ControlContext) {
  const { openid, result = 'SUCCESS', failReason = 'PAYEE_ACCOUNT_ABNORMAL' } = objectBody(context);
  if (result !== 'SUCCESS' && result !== 'FAIL') throw badRequest('"result" must be SUCCESS or FAIL.');
  if (typeof failReason !== 'string') throw badRequest('"failReason" must be a text.');
  const transfer = find(context);
  // One that the payee authorised before waits for nobody, and may still fail.
  if (result === 'SUCCESS' || transfer.state !== 'ACCEPTED') requireWaiting(transfer);
  if (openid !== undefined && openid !== transfer.openid) {
    const message = 'The transfer is for somebody else. 仅收款用户本人可确认收款。';
    throw new ControlProblem(409, 'OPENID_MISMATCH', message);
  }
  endTransfer(context, transfer, result, result === 'FAIL' ? failReason : undefined);
  return { transfer: transferControlView(transfer) };
}

function decide(context: ControlContext) {
  const { agrees = true, openid } = objectBody(context);
  if (typeof agrees !== 'boolean') throw badRequest('"agrees" must be true or false.');
  const number = context.params.out_authorization_no;
  const found = [...authorizationsOf(context.state).values()].findLast(
    ({ outAuthorizationNo }) => outAuthorizationNo === number,
  );
  if (!found) throw notFound(`authorization ${number}`);
  if (openid !== undefined && openid !== found.openid) {
    const message = 'The request is for somebody else. 仅本人可授权。';
    throw new ControlProblem(409, 'OPENID_MISMATCH', message);
  }
  if (!decideAuthorization(context, found, agrees)) {
    throw new ControlProblem(409, 'WRONG_STATE', `The authorization is ${found.state}.`);
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
