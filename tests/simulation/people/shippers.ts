/** Operators who hand parcels to a courier, at times in two steps, at times another one than they said first. */
import type { Shipping } from '../../../sandbox/wechatpay/shipping/types.ts';
import type { ShipmentRecord } from '../../../shared/payments/shipping/records.ts';
import { between, pick, type Random } from '../random.ts';
import type { Shop } from '../shop.ts';
import type { Books, Theirs } from '../theirs.ts';
import { later, some } from './buyers.ts';
import { type Action, type Kind, operator } from './kind.ts';
import type { Visit } from './visits.ts';

export const shippers: Kind = {
  name: 'shippers',
  chance: 0.15,

  plan: (random, { visits, busyMs }) => visits.flatMap((visit) => parcelsOf(random, visit, busyMs)),

  check: checkShipments,

  count: ({ memory }, theirs) => {
    const shipments = memory.all<ShipmentRecord>('shipments');
    return {
      shipments: shipments.length,
      'parcels of a courier': shipments.filter(({ logistics }) => logistics === 'express').length,
      'shipped again': theirs.slot<Shipping>('shippings').filter(({ finishedCount }) => finishedCount > 1)
        .length,
    };
  },
};

function parcelsOf(random: Random, visit: Visit, busyMs: number): Action[] {
  const atMs = later(random, visit, busyMs);
  const first = between(random, 1_000, 9_999);
  const moreToCome = random() < 0.3;
  const of = `(visit ${visit.plan.number})`;
  const again = some(random, moreToCome ? 0.8 : 0.3, () => ({
    atMs: atMs + between(random, 1_000, pick(random, [20_000, 600_000])),
    what: `${moreToCome ? 'ship the rest' : 'ship again'} ${of}`,
    act: (shop) => ship(shop, visit, moreToCome ? [first, first + 1] : [first + 1], false),
  }));
  return [{ atMs, what: `ship ${of}`, act: (shop) => ship(shop, visit, [first], moreToCome) }, ...again];
}

async function ship(
  shop: Shop,
  visit: Visit,
  numbers: readonly number[],
  moreToCome: boolean,
): Promise<void> {
  const parcels = numbers.map((no) => ({ company: 'ZTO', trackingNo: `7300${no}`, itemDesc: '茶叶' }));
  for (const { _id: outTradeNo } of visit.orders(shop)) {
    const request = { action: 'ship', outTradeNo, logistics: 'express', parcels, moreToCome };
    await shop.call('shipOrder', operator, request);
  }
}

/** WeChat has the parcels that are stored, and was told of them once, or twice after a change. */
function checkShipments({ memory }: Books, theirs: Theirs): string[] {
  const found: string[] = [];
  const shipments = memory.all<ShipmentRecord>('shipments');
  const there = theirs.slot<Shipping>('shippings');
  for (const shipment of shipments) {
    const { _id, state, uncertain, reshipped, parcels, failure, transactionId } = shipment;
    const status = there.find((each) => each.transactionId === transactionId);
    if (uncertain) found.push(`${_id}: an upload of its parcels has an unknown outcome`);
    if (state === 'WAITING' && !failure) found.push(`${_id}: its shipment waits, without a reason`);
    if (state === 'WAITING' || state === 'REFUSED' || state === 'REFUNDED') continue;
    if (!status) found.push(`${_id}: shipped, and WeChat does not know it`);
    else if (numbersOf(status.parcels) !== numbersOf(parcels))
      found.push(`${_id}: the parcels ${numbersOf(parcels)}, and there ${numbersOf(status.parcels)}`);
    if (status && status.finishedCount > 1 && !reshipped)
      found.push(`${_id}: shipped ${status.finishedCount} times there, and here once`);
  }
  for (const { transactionId } of there)
    if (!shipments.some((each) => each.transactionId === transactionId))
      found.push(`${transactionId}: a shipment that is unknown here`);
  return found;
}

function numbersOf(parcels: readonly { readonly trackingNo?: string }[]): string {
  return parcels
    .map(({ trackingNo = '' }) => trackingNo)
    .sort()
    .join(' ');
}
