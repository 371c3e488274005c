import { type ControlContext, ControlProblem, type ControlRoute } from '../context.ts';
import { accounts } from '../state/accounts.ts';
import { badRequest, integer, notFound, objectBody } from './read.ts';

const largestFen = 1_000_000_000_000;

function requireMchid({ kernel: { world }, params }: ControlContext): string {
  const mchid = params.mchid!;
  if (world.merchants.has(mchid) || world.subMerchants.has(mchid)) return mchid;
  throw notFound(`merchant ${mchid}`);
}

function balanceOf({ world }: ControlContext['kernel'], mchid: string) {
  return {
    mchid,
    availableFen: world.ledger.balanceFen(accounts.available(mchid)),
    frozenFen: world.ledger.balanceFen(accounts.frozen(mchid)),
  };
}

/** Tops up from the merchant's bank account, or pays out to it: how a test comes to NOT_ENOUGH and back. */
function move(context: ControlContext) {
  const mchid = requireMchid(context);
  const { addFen, takeFen } = objectBody(context);
  if ((addFen === undefined) === (takeFen === undefined))
    throw badRequest('Give either "addFen" or "takeFen".');
  const adding = addFen !== undefined;
  const amountFen = integer(adding ? addFen : takeFen, adding ? 'addFen' : 'takeFen', 1, largestFen, 0);
  const { world, clock, bus } = context.kernel;
  const { availableFen } = balanceOf(context.kernel, mchid);
  if (!adding && amountFen > availableFen) {
    throw new ControlProblem(409, 'NOT_ENOUGH', `Only ${availableFen} fen are available.`);
  }
  const [bank, available] = [accounts.bank(mchid), accounts.available(mchid)];
  world.ledger.move({
    atMs: clock.now(),
    kind: adding ? 'top-up' : 'pay-out',
    ref: world.random.digits(28),
    from: adding ? bank : available,
    to: adding ? available : bank,
    amountFen,
    reason: adding ? 'top-up' : 'pay-out',
  });
  const balance = balanceOf(context.kernel, mchid);
  bus.publish('balance', balance);
  return balance;
}

export const balanceRoutes: readonly ControlRoute[] = [
  {
    method: 'GET',
    path: '/_sandbox/merchants/{mchid}/balance',
    handle: (context) => balanceOf(context.kernel, requireMchid(context)),
  },
  { method: 'POST', path: '/_sandbox/merchants/{mchid}/balance', handle: move },
];
