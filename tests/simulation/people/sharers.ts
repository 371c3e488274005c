/** Operators who share the money of orders: by rule, by hand, back again, and what is left of it. */
import type { ShareOrder, ShareReturn } from '../../../sandbox/wechatpay/sharing/types.ts';
import type { LedgerEntry } from '../../../shared/payments/ledger/ledger.ts';
import { loadSharing, type SharingRecord } from '../../../shared/payments/sharing/records.ts';
import { between, pick, type Random } from '../random.ts';
import type { Shop } from '../shop.ts';
import type { Books, Theirs } from '../theirs.ts';
import { later, some } from './buyers.ts';
import { type Action, type Kind, operator, sum } from './kind.ts';
import type { Visit } from './visits.ts';

export const sharers: Kind = {
  name: 'sharers',
  chance: 0.4,

  plan: (random, { visits, busyMs }) => [
    ...rules(random),
    ...visits.flatMap((visit) => {
      const then = (chance: number, what: string, act: Action['act']) =>
        some(random, chance, () => ({
          atMs: later(random, visit, busyMs),
          what: `${what} (visit ${visit.plan.number})`,
          act,
        }));
      return [
        ...then(0.3, 'share by hand', (shop) => shareByHand(shop, visit)),
        ...then(0.4, 'take a share back', (shop) => takeBack(shop, visit)),
        ...then(0.3, 'free the rest', async (shop) => {
          for (const { _id: outTradeNo } of visit.orders(shop))
            await shop.call('shareProfit', operator, { outTradeNo, action: 'free' });
        }),
      ];
    }),
  ],

  check: checkSharing,

  count: ({ memory }) => {
    const sharings = memory.all<SharingRecord>('sharings');
    const requests = sharings.flatMap((sharing) => sharing.requests);
    return {
      'orders shared': sharings.filter((each) => each.requests.some(({ kind }) => kind === 'SHARE')).length,
      'shares taken back': sharings.flatMap(({ returns }) => returns).length,
      'rests freed': requests.filter(({ kind }) => kind !== 'SHARE').length,
    };
  },
};

function rules(random: Random): Action[] {
  return [true, false].flatMap((own) => {
    if (random() < 0.3) return [];
    const [permille, freeAfterDays] = [between(random, 1, 300), pick(random, [0, 0, 1])];
    const what = `share ${permille} of ${own ? 'own' : "sellers'"} orders, free after ${freeAfterDays} days`;
    return [{ atMs: 0, what, act: (shop) => setRule(shop, own, permille, freeAfterDays) }];
  });
}

/** A merchant of another account than the one that shares. */
function receiverOf({ credentials, providerKind }: Shop, own: boolean) {
  return credentials[own ? providerKind : 'direct'];
}

async function setRule(shop: Shop, own: boolean, permille: number, freeAfterDays: number): Promise<void> {
  const { mchid: account, name } = receiverOf(shop, own);
  const to = { type: 'MERCHANT_ID', account } as const;
  const relation = !own && shop.providerKind === 'ecommerce' ? 'DISTRIBUTOR' : 'PARTNER';
  const receivers = [{ ...to, part: { permille }, description: '佣金' }];
  const rule = { productId: null, receivers, after: 'PAYMENT', days: 0, freeAfterDays, onFailure: 'HOLD' };
  for (const sellerId of own ? [null] : shop.sellers) {
    await until(shop, { action: 'addReceiver', sellerId, relation, ...to, name });
    await until(shop, { action: 'setRule', sellerId, ...rule });
  }
}

/** An operator sees whether it is set. */
async function until(shop: Shop, request: object): Promise<void> {
  for (let tries = 0; tries < 5; tries++)
    if ((await shop.call('shareProfit', operator, request)) !== undefined) return;
}

async function shareByHand(shop: Shop, visit: Visit): Promise<void> {
  for (const { _id: outTradeNo, amountFen, account } of visit.orders(shop)) {
    const { mchid } = receiverOf(shop, account === 'direct');
    const receiver = { type: 'MERCHANT_ID', account: mchid, description: '佣金' };
    const receivers = [{ ...receiver, amountFen: Math.max(1, Math.floor(amountFen / 9)) }];
    const requestToken = shop.token('share');
    await shop.call('shareProfit', operator, { action: 'share', outTradeNo, requestToken, receivers });
  }
}

async function takeBack(shop: Shop, visit: Visit): Promise<void> {
  for (const { _id: outTradeNo } of visit.orders(shop)) {
    const sharing = await loadSharing(shop.memory, outTradeNo);
    const request = sharing?.requests.find(({ kind, state }) => kind === 'SHARE' && state === 'FINISHED');
    const share = request?.receivers.find(({ result }) => result === 'SUCCESS');
    if (!request || !share) continue;
    await shop.call('shareProfit', operator, {
      action: 'return',
      outTradeNo,
      requestToken: shop.token('return'),
      outOrderNo: request.outOrderNo,
      mchid: share.account,
      amountFen: Math.ceil(share.amountFen / 2),
    });
  }
}

/** Shares, returns and the rest are the payment; each of them is in our ledger as it is there. */
function checkSharing({ memory, nowMs }: Books, theirs: Theirs): string[] {
  const found: string[] = [];
  const ledger = memory.all<LedgerEntry>('ledger');
  const shares = theirs.slot<ShareOrder>('share_orders');
  const returns = theirs.slot<ShareReturn>('share_returns');
  for (const sharing of memory.all<SharingRecord>('sharings')) {
    const { _id, state, requests, nextAtMs, failure, amountFen } = sharing;
    const sumOf = (...kinds: LedgerEntry['kind'][]) =>
      sum(ledger.filter(({ outTradeNo, kind }) => outTradeNo === _id && kinds.includes(kind)));
    const own = shares.filter(({ transactionId }) => transactionId === sharing.transactionId);
    const sharedFen = sum(own.flatMap((each) => each.shares.filter(({ result }) => result === 'SUCCESS')));
    const numbers = new Set(own.map(({ orderId }) => orderId));
    const returnedFen = sum(
      returns.filter(({ orderId, result }) => numbers.has(orderId) && result === 'SUCCESS'),
    );
    if (sumOf('SHARE') !== 0 - sharedFen)
      found.push(`${_id}: shared ${sharedFen} fen, in our ledger ${sumOf('SHARE')}`);
    if (sumOf('SHARE_RETURN') !== returnedFen)
      found.push(`${_id}: ${returnedFen} fen of shares returned, in our ledger ${sumOf('SHARE_RETURN')}`);
    const most = (amountFen + (sharing.subsidy?.amountFen ?? 0)) * 0.3;
    if (sharedFen > most) found.push(`${_id}: ${sharedFen} fen shared of ${amountFen}`);
    const frozenFen = theirs.orders.get(_id)?.order.money?.frozenFen ?? 0;
    if (state === 'FREED' && frozenFen > 0) found.push(`${_id}: freed here, and ${frozenFen} fen are frozen`);
    const restFen = sumOf(
      ...(['PAYMENT', 'REFUND', 'SHARE', 'SHARE_RETURN', 'SUBSIDY', 'SUBSIDY_RETURN'] as const),
    );
    if (restFen < 0) found.push(`${_id}: ${restFen} fen are left of it`);
    for (const { outOrderNo } of own)
      if (!requests.some((each) => each.outOrderNo === outOrderNo))
        found.push(`${outOrderNo}: shared, and unknown here`);
    const overdue = nextAtMs !== null && nextAtMs < nowMs - 4 * 3_600_000;
    if (overdue) found.push(`${_id}: its sharing is ${state}, due and not worked on`);
    if (nextAtMs === null && state !== 'FREED' && !failure)
      found.push(`${_id}: its sharing stays ${state}, without a reason`);
  }
  return found;
}
