/** What instances of the functions do to the sharing of one order, and what is to be seen of it on both sides. */
import type { OrderMoneyView } from '../../sandbox/wechatpay/control/order-money.ts';
import type { ShareProfitRequest } from '../../shared/contract/index.ts';
import type { LedgerEntry } from '../../shared/payments/ledger/ledger.ts';
import { workOnDueRefunds } from '../../shared/payments/refunds/find.ts';
import type { RefundPorts } from '../../shared/payments/refunds/ports.ts';
import { refundOrder } from '../../shared/payments/refunds/refund-order.ts';
import { shareProfit } from '../../shared/payments/sharing/share-profit.ts';
import { workOnDueSharings } from '../../shared/payments/sharing/work.ts';
import type { RefundShop } from '../payments/refund-shop.ts';
import { sharingOf } from '../payments/sharing-shop.ts';
import { refundsSeen, tokenOf } from './refund-instances.ts';
import type { SharingSeen } from './sharing-model.ts';

export const act = (ports: RefundPorts, request: ShareProfitRequest) =>
  shareProfit(ports, 'oOperator', request);

/** As an operator asks for it who has seen, and accepts, what receivers will not return. */
export async function refund(
  ports: RefundPorts,
  outTradeNo: string,
  name: string,
  { amountFen, keepShares }: { readonly amountFen: number; readonly keepShares: boolean },
): Promise<unknown> {
  const preview = await refundOrder(ports, 'oOperator', { action: 'preview', outTradeNo, amountFen });
  const { lossFen } = preview as { lossFen: number };
  return refundOrder(ports, 'oOperator', {
    ...{ action: 'refund', outTradeNo, requestToken: tokenOf(name), amountFen },
    ...(keepShares && { keepShares }),
    ...(lossFen > 0 && { acceptedLossFen: lossFen }),
  });
}

export async function runTimer(ports: RefundPorts): Promise<void> {
  await workOnDueSharings(ports, ['direct', 'partner', 'ecommerce'], () => true);
  await workOnDueRefunds(ports, () => true);
}

interface Moved {
  readonly kind: string;
  readonly outNo: string;
  readonly to: string;
  readonly amountFen: number;
}

/** Both sides, as they are now. */
export async function sharingSeen(shop: RefundShop, outTradeNo: string): Promise<SharingSeen> {
  const { requests, returns } = await sharingOf(outTradeNo);
  const entries = (await shop.sandbox.control('GET', '/ledger?limit=2000')).json.entries as Moved[];
  const of = (kind: string) => entries.filter((each) => each.kind === kind);
  const money = (await shop.sandbox.control('GET', `/orders/${outTradeNo}/money`)).json;
  const [{ parts, sources }] = money.orders as [OrderMoneyView];
  const sumOf = (all: readonly { readonly amountFen: number }[]) =>
    all.reduce((sum, { amountFen }) => sum + amountFen, 0);
  const ledger = shop.documents.all<LedgerEntry>('ledger');
  const booked = (kind: string) =>
    new Map(
      ledger
        .filter((each) => each.kind === kind)
        .map(({ reference, amountFen }) => [reference, Math.abs(amountFen)]),
    );
  const refunds = [...(await refundsSeen(shop))].filter(([, { there }]) => there && there !== 'CLOSED');
  return {
    requests: new Map(requests.map((each) => [each.outOrderNo, each])),
    returns: new Map(returns.map((each) => [each.outReturnNo, each])),
    shared: new Map(
      of('share').map(({ outNo, to, amountFen }) => [`${outNo}/${to.slice(to.indexOf(' ') + 1)}`, amountFen]),
    ),
    returned: new Map(of('share-return').map(({ outNo, amountFen }) => [outNo, amountFen])),
    bookedShares: booked('SHARE'),
    bookedReturns: booked('SHARE_RETURN'),
    refunds: new Set(refunds.map(([no]) => no)),
    partsFen: sumOf(parts),
    sourcesFen: sumOf(sources),
  };
}

/** Fen by kind in our ledger and in that of WeChat Pay, which must be the same in the end. */
export async function ledgersOf(shop: RefundShop): Promise<{ ours: object; theirs: object }> {
  const entries = (await shop.sandbox.control('GET', '/ledger?limit=2000')).json.entries as Moved[];
  const booked = shop.documents.all<LedgerEntry>('ledger');
  const ours = (kind: string) =>
    booked.filter((each) => each.kind === kind).reduce((sum, { amountFen }) => sum + Math.abs(amountFen), 0);
  const theirs = (kind: string) =>
    entries.filter((each) => each.kind === kind).reduce((sum, { amountFen }) => sum + amountFen, 0);
  return {
    ours: { shared: ours('SHARE'), returned: ours('SHARE_RETURN'), refunded: ours('REFUND') },
    theirs: { shared: theirs('share'), returned: theirs('share-return'), refunded: theirs('refund-paid') },
  };
}
