/** manageShop: what operators see of the whole shop, and the few things that they can change. */
import * as z from 'zod/mini';
import type { ManagedSeller, ManageShopAnswers, ManageShopRequest } from '../../contract/index.ts';
import { CommerceError } from '../../core/errors.ts';
import { documentId, parseInput, text } from '../../core/input.ts';
import { listSellers, setFrozen } from '../../merchants/freeze.ts';
import type { SellerRecord } from '../../merchants/sellers.ts';
import { listAnomalies, resolveAnomaly } from '../orders/anomalies.ts';
import { viewAnomaly } from './anomaly-view.ts';
import { billDays, differencesOfDay } from './bill-days.ts';
import { listOrders, type ManagementPorts, searchOrders } from './find-orders.ts';
import { orderStory } from './order-story.ts';

const note = text(/^[^\p{Cc}]{1,200}$/u);

const schema = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('access') }),
  z.strictObject({
    action: z.literal('orders'),
    state: z.optional(z.enum(['paid', 'unpaid', 'refunded', 'closed'])),
    cursor: z.optional(documentId),
  }),
  z.strictObject({ action: z.literal('search'), text: documentId }),
  z.strictObject({ action: z.literal('story'), outTradeNo: documentId }),
  z.strictObject({ action: z.literal('anomalies'), all: z.optional(z.boolean()) }),
  z.strictObject({ action: z.literal('resolveAnomaly'), anomalyId: documentId, note }),
  z.strictObject({ action: z.literal('days') }),
  z.strictObject({ action: z.literal('differences'), date: text(/^\d{4}-\d\d-\d\d$/) }),
  z.strictObject({ action: z.literal('sellers') }),
  z.strictObject({
    action: z.literal('freezeSeller'),
    sellerId: documentId,
    frozen: z.boolean(),
    note,
  }),
]);

type Answer = ManageShopAnswers[keyof ManageShopAnswers];

/** The answer for anyone else. @throws CommerceError NOT_ALLOWED for everything but `access` */
export function answerAccess(event: unknown): ManageShopAnswers['access'] {
  if (Object(event).action !== 'access') throw new CommerceError('NOT_ALLOWED');
  return { operator: false };
}

/** For operators. @throws CommerceError BAD_REQUEST, ORDER_NOT_FOUND, SELLER_NOT_FOUND */
export async function manageShop(ports: ManagementPorts, event: unknown): Promise<Answer> {
  const request = parseInput(schema, event) as ManageShopRequest;
  switch (request.action) {
    case 'access':
      return { operator: true };
    case 'orders':
      return listOrders(ports, request.state, request.cursor);
    case 'search':
      return { orders: await searchOrders(ports, request.text) };
    case 'story':
      return { story: await orderStory(ports, request.outTradeNo) };
    case 'anomalies':
      return anomalies(ports, request.all === true);
    case 'resolveAnomaly':
      await resolveAnomaly(ports.documents, request.anomalyId, request.note, ports.clock.nowMs());
      return anomalies(ports, false);
    case 'days':
      return { days: await billDays(ports.documents) };
    case 'differences':
      return { differences: await differencesOfDay(ports.documents, request.date) };
    case 'sellers':
      return sellers(ports);
    case 'freezeSeller':
      return freeze(ports, request);
  }
}

async function anomalies(
  { documents }: ManagementPorts,
  all: boolean,
): Promise<ManageShopAnswers['anomalies']> {
  return { anomalies: (await listAnomalies(documents, all)).map(viewAnomaly) };
}

async function sellers({ documents }: ManagementPorts): Promise<ManageShopAnswers['sellers']> {
  return { sellers: (await listSellers(documents)).map(viewSeller) };
}

async function freeze(
  ports: ManagementPorts,
  { sellerId, frozen, note }: Extract<ManageShopRequest, { action: 'freezeSeller' }>,
): Promise<ManageShopAnswers['freezeSeller']> {
  const outcome = await setFrozen(ports.documents, sellerId, frozen, note, ports.clock.nowMs());
  if (!outcome) throw new CommerceError('SELLER_NOT_FOUND');
  return sellers(ports);
}

function viewSeller(seller: SellerRecord): ManagedSeller {
  const { _id, name, state, subMchid, frozenByOperatorAtMs, freezeNote } = seller;
  return {
    sellerId: _id,
    name,
    state,
    subMchid,
    ...(frozenByOperatorAtMs && { frozenByOperatorAtMs }),
    ...(freezeNote && { freezeNote }),
  };
}
