/** A day of payments and refunds with differences planted in it, and what a comparison must find. */
import fc from 'fast-check';
import { recordMovement } from '../../ledger/ledger.ts';
import type { Difference } from '../records.ts';
import {
  type BillShop,
  billShop,
  type FlowLine,
  fundFlowText,
  noonMs,
  owner,
  type TradeLine,
  tradeBillText,
} from './bill-shop.ts';

const paymentPlants = [
  'none',
  'not-recorded',
  'not-billed',
  'trade-amount',
  'trade-order',
  'trade-missing',
  'flow-missing',
  'flow-amount',
  'fee-missing',
  'fee-amount',
  'trade-twice',
  'flow-twice',
] as const;
const refundPlants = [
  'none',
  'not-recorded',
  'not-billed',
  'trade-amount',
  'trade-missing',
  'flow-missing',
  'fee-amount',
  'trade-twice',
] as const;

interface Payment {
  readonly fen: number;
  readonly feeFen: number;
  readonly plant: (typeof paymentPlants)[number];
}

interface Refund {
  readonly fen: number;
  readonly feeFen: number;
  /** As one line with the fee in its note, or as two. */
  readonly joined: boolean;
  readonly plant: (typeof refundPlants)[number];
}

export interface GeneratedDay {
  readonly payments: readonly Payment[];
  readonly refunds: readonly Refund[];
  readonly strangeLines: number;
}

const fen = fc.integer({ min: 100, max: 1_000_000 });
const feeFen = fc.integer({ min: 0, max: 99 });
/** Most are as they should be. */
const planted = <T>(plants: readonly [T, ...T[]]) =>
  fc.oneof(
    { weight: 4, arbitrary: fc.constant(plants[0]) },
    { weight: 3, arbitrary: fc.constantFrom(...plants) },
  );

export const generatedDay: fc.Arbitrary<GeneratedDay> = fc.record({
  payments: fc.array(fc.record({ fen, feeFen, plant: planted(paymentPlants) }), { maxLength: 30 }),
  refunds: fc.array(fc.record({ fen, feeFen, joined: fc.boolean(), plant: planted(refundPlants) }), {
    maxLength: 12,
  }),
  strangeLines: fc.integer({ min: 0, max: 1 }),
});

/** The shop with its records and bills, and the differences as `KIND MOVEMENT reference`. */
export async function shopOfDay(day: GeneratedDay): Promise<{ shop: BillShop; expected: string[] }> {
  const trade: TradeLine[] = [];
  const flow: FlowLine[] = [];
  const expected: string[] = [];
  const expect = (kind: Difference['kind'], movement: string, reference: string) =>
    void expected.push(`${kind} ${movement} ${reference}`);
  const shop = billShop('', '');
  for (const [index, payment] of day.payments.entries()) {
    await addPayment(shop, payment, index, { trade, flow, expect });
  }
  for (const [index, refund] of day.refunds.entries())
    addRefund(shop, refund, index, { trade, flow, expect });
  for (let line = 0; line < day.strangeLines; line++) {
    flow.push({ businessNo: `9${line}`, voucherNo: `X${line}`, type: '没有人见过', fen: 7 });
    expect('UNKNOWN_TYPE', 'BILL', '没有人见过');
  }
  const none = { refused: 'NO_STATEMENT_EXIST' };
  // A day without any movement has no bill.
  shop.trade = trade.length > 0 ? tradeBillText(trade) : none;
  shop.flow = flow.length > 0 ? fundFlowText(flow) : none;
  return { shop, expected: expected.sort() };
}

interface Into {
  readonly trade: TradeLine[];
  readonly flow: FlowLine[];
  readonly expect: (kind: Difference['kind'], movement: string, reference: string) => void;
}

async function addPayment(shop: BillShop, { fen, feeFen, plant }: Payment, no: number, into: Into) {
  const [transactionId, outTradeNo] = [`42${no}`, `T${no}`];
  if (plant !== 'not-recorded') {
    const movement = { kind: 'PAYMENT', amountFen: fen, reference: transactionId, atMs: noonMs } as const;
    await recordMovement(shop.documents, { outTradeNo, ...owner }, movement);
  }
  if (plant === 'not-recorded') into.expect('NOT_RECORDED', 'PAYMENT', transactionId);
  if (plant === 'not-billed') return void into.expect('NOT_BILLED', 'PAYMENT', transactionId);
  if (plant === 'trade-missing') into.expect('NOT_BILLED', 'PAYMENT', transactionId);
  else {
    into.trade.push({
      transactionId,
      outTradeNo: plant === 'trade-order' ? `OTHER${no}` : outTradeNo,
      fen: plant === 'trade-amount' ? fen + 1 : fen,
      feeFen,
    });
  }
  if (plant === 'trade-twice') {
    into.trade.push(into.trade.at(-1)!);
    into.expect('BILLED_TWICE', 'PAYMENT', transactionId);
  }
  if (plant === 'trade-amount') into.expect('OTHER_AMOUNT', 'PAYMENT', transactionId);
  if (plant === 'trade-order') {
    into.expect('OTHER_ORDER', 'PAYMENT', transactionId);
  }
  const numbers = { businessNo: transactionId, voucherNo: outTradeNo };
  if (plant === 'flow-missing') into.expect('NOT_BILLED', 'PAYMENT', transactionId);
  else into.flow.push({ ...numbers, type: '交易', fen: plant === 'flow-amount' ? fen + 3 : fen });
  if (plant === 'flow-twice') {
    into.flow.push(into.flow.at(-1)!);
    into.expect('BILLED_TWICE', 'PAYMENT', transactionId);
  }
  if (plant === 'flow-amount') into.expect('OTHER_AMOUNT', 'PAYMENT', transactionId);
  if (feeFen === 0) return;
  if (plant === 'fee-missing') return void into.expect('NOT_BILLED', 'FEE', transactionId);
  into.flow.push({
    ...numbers,
    type: '扣除交易手续费',
    fen: -(plant === 'fee-amount' ? feeFen + 1 : feeFen),
  });
  if (plant === 'fee-amount') into.expect('OTHER_AMOUNT', 'FEE', transactionId);
}

function addRefund(shop: BillShop, { fen, feeFen, joined, plant }: Refund, no: number, into: Into): void {
  const [refund, outTradeNo, transactionId] = [`R${no}`, `P${no}`, `43${no}`];
  if (plant !== 'not-recorded') {
    const stored = { ...owner, outTradeNo, amountFen: fen, acceptedAtMs: noonMs, state: 'PROCESSING' };
    shop.documents.put('refunds', { _id: refund, ...stored } as never);
  } else into.expect('NOT_RECORDED', 'REFUND', refund);
  if (plant === 'not-billed') return void into.expect('NOT_BILLED', 'REFUND', refund);
  if (plant === 'trade-missing') into.expect('NOT_BILLED', 'REFUND', refund);
  else
    into.trade.push({
      refund,
      transactionId,
      outTradeNo,
      fen: plant === 'trade-amount' ? fen + 1 : fen,
      feeFen,
    });
  if (plant === 'trade-twice') {
    into.trade.push(into.trade.at(-1)!);
    into.expect('BILLED_TWICE', 'REFUND', refund);
  }
  if (plant === 'trade-amount') into.expect('OTHER_AMOUNT', 'REFUND', refund);
  const numbers = { businessNo: `50${no}`, voucherNo: refund };
  if (plant === 'flow-missing') {
    into.expect('NOT_BILLED', 'REFUND', refund);
    // The fee is in the same line, or in another line that is present.
    if (joined && feeFen > 0) into.expect('NOT_BILLED', 'FEE_RETURN', refund);
    else if (feeFen > 0) into.flow.push({ ...numbers, type: '退还交易手续费', fen: feeFen });
    return;
  }
  const billedFeeFen = plant === 'fee-amount' && feeFen > 0 ? feeFen + 1 : feeFen;
  if (billedFeeFen !== feeFen) into.expect('OTHER_AMOUNT', 'FEE_RETURN', refund);
  if (joined) {
    const note = `退款总金额${(fen / 100).toFixed(2)}元;含手续费${(billedFeeFen / 100).toFixed(2)}元`;
    into.flow.push({ ...numbers, type: '退款', fen: billedFeeFen - fen, note });
    return;
  }
  into.flow.push({ ...numbers, type: '退款', fen: -fen, note: '缺货' });
  if (feeFen > 0) into.flow.push({ ...numbers, type: '退还交易手续费', fen: billedFeeFen });
}
