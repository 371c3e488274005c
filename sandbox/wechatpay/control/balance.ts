import { type ControlContext, ControlProblem, type ControlRoute } from '../context.ts';
import { accounts } from '../state/accounts.ts';
import { badRequest, integer, notFound, objectBody } from './read.ts';

const largestFen = 1_000_000_000_000;

function requireMchid({ state, params }: ControlContext): string {
  const mchid = params.mchid!;
  if (state.merchants.has(mchid) || state.subMerchants.has(mchid)) return mchid;
  throw notFound(`merchant ${mchid}`, `商户 ${mchid}`);
}

function balanceOf({ state }: ControlContext, mchid: string) {
  return {
    mchid,
    availableFen: state.ledger.balanceFen(accounts.available(mchid)),
    frozenFen: state.ledger.balanceFen(accounts.frozen(mchid)),
  };
}

/** null gives nothing, as in every control call. */
function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/**
 * Tops up from the merchant's bank account, or pays out to it: this lets a test reach NOT_ENOUGH and recover from it.
 */
function move(context: ControlContext) {
  const mchid = requireMchid(context);
  const { addFen, takeFen } = objectBody(context);
  const adding = isGiven(addFen);
  if (adding === isGiven(takeFen))
    throw badRequest('Give either "addFen" or "takeFen".', '"addFen" 与 "takeFen" 须提供其中一个。');
  const amountFen = integer(adding ? addFen : takeFen, adding ? 'addFen' : 'takeFen', 1, largestFen, 0);
  const { state, clock, bus } = context;
  const { availableFen } = balanceOf(context, mchid);
  if (!adding && amountFen > availableFen) {
    const [en, zh] = [`Only ${availableFen} fen are available.`, `可用余额只有 ${availableFen} 分。`];
    throw new ControlProblem(409, 'NOT_ENOUGH', en, zh);
  }
  const [bank, available] = [accounts.bank(mchid), accounts.available(mchid)];
  state.ledger.move({
    atMs: clock.now(),
    kind: adding ? 'top-up' : 'pay-out',
    ref: state.random.digits(28),
    outNo: '',
    from: adding ? bank : available,
    to: adding ? available : bank,
    amountFen,
    reason: adding ? 'top-up' : 'pay-out',
  });
  const balance = balanceOf(context, mchid);
  bus.publish('balance', balance);
  return balance;
}

export const balanceRoutes: readonly ControlRoute[] = [
  {
    method: 'GET',
    path: '/_sandbox/merchants/{mchid}/balance',
    handle: (context) => balanceOf(context, requireMchid(context)),
  },
  { method: 'POST', path: '/_sandbox/merchants/{mchid}/balance', handle: move },
];
