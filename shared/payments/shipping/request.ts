/** What operators send to shipOrder, and what is wrong with it before WeChat is asked. */
import * as z from 'zod/mini';
import type { FieldError, ShipOrderRequest } from '../../contract/index.ts';
import { CommerceError } from '../../core/errors.ts';
import { documentId, parseInput, text } from '../../core/input.ts';
import { fieldError, type Text } from '../../core/messages.ts';

/** 189****1234, 021-****1234, 0**2-***1234: not the full number, with the last four digits visible. */
const maskedContact = text(/^(?=.{5,64}$)[0-9*+-]*\*[0-9*+-]*\d{4}(-\d{1,6})?$/, 'maskedContact');
const most = (characters: number) => z.string().check(z.minLength(1), z.maxLength(characters));

const parcel = z.strictObject({
  company: z.optional(text(/^[A-Za-z0-9_-]{1,128}$/)),
  trackingNo: z.optional(text(/^[A-Za-z0-9_-]{1,128}$/)),
  itemDesc: most(120),
  receiverContact: z.optional(maskedContact),
  consignorContact: z.optional(maskedContact),
});

const schema = z.discriminatedUnion('action', [
  z.strictObject({
    action: z.literal('ship'),
    outTradeNo: documentId,
    logistics: z.enum(['express', 'local', 'virtual', 'pickup']),
    parcels: z.array(parcel).check(z.minLength(1, 'parcels'), z.maxLength(15, 'parcels')),
    moreToCome: z.optional(z.boolean()),
  }),
  z.strictObject({ action: z.literal('query'), outTradeNo: documentId }),
  z.strictObject({
    action: z.literal('remind'),
    outTradeNo: documentId,
    deliveredAtMs: z.int().check(z.positive()),
  }),
]);

type ShipRequest = Extract<ShipOrderRequest, { action: 'ship' }>;

/** @throws CommerceError BAD_REQUEST, SHIPMENT_INVALID with each field at fault */
export function parseShipOrder(event: unknown): ShipOrderRequest {
  const request = parseInput(schema, event) as ShipOrderRequest;
  if (request.action !== 'ship') return request;
  const fields = request.logistics === 'express' ? expressProblems(request) : otherProblems(request);
  if (fields.length > 0) throw new CommerceError('SHIPMENT_INVALID', { fields });
  return request;
}

function expressProblems({ parcels }: ShipRequest): FieldError[] {
  const seen = new Set<string>();
  return parcels.flatMap(({ company, trackingNo, receiverContact, consignorContact }, index) => {
    const at = (name: string, problem: Text) => fieldError(`parcels.${index}.${name}`, problem);
    const key = `${company}/${trackingNo}`;
    const repeated = trackingNo !== undefined && seen.has(key);
    seen.add(key);
    const sfNeeds = company === 'SF' && receiverContact === undefined && consignorContact === undefined;
    return [
      ...(company === undefined ? [at('company', texts.company)] : []),
      ...(trackingNo === undefined ? [at('trackingNo', texts.trackingNo)] : []),
      ...(repeated ? [at('trackingNo', texts.repeated)] : []),
      ...(sfNeeds ? [at('receiverContact', texts.contact)] : []),
    ];
  });
}

/** Only express shipments have several parcels and tracking numbers. */
function otherProblems({ parcels, moreToCome }: ShipRequest): FieldError[] {
  return [
    ...(parcels.length > 1 ? [fieldError('parcels', texts.one)] : []),
    ...(moreToCome ? [fieldError('moreToCome', texts.one)] : []),
    ...parcels.flatMap(({ trackingNo }, index) =>
      trackingNo === undefined ? [] : [fieldError(`parcels.${index}.trackingNo`, texts.noNumber)],
    ),
  ];
}

const texts = {
  company: {
    zh: '快递发货需填写快递公司编码，例如 SF、ZTO、YTO。',
    en: 'An express shipment needs the courier code, e.g. SF, ZTO, YTO.',
  },
  trackingNo: { zh: '快递发货需填写快递单号。', en: 'An express shipment needs the tracking number.' },
  repeated: { zh: '快递单号重复。', en: 'This tracking number appears twice.' },
  contact: {
    zh: '顺丰需填写打码后的收件人或寄件人电话，例如 189****1234。',
    en: 'SF needs the masked telephone number of the recipient or sender, e.g. 189****1234.',
  },
  one: {
    zh: '只有快递发货可以分成多个包裹。',
    en: 'Only express shipments can have several parcels.',
  },
  noNumber: {
    zh: '非快递发货没有快递单号。',
    en: 'Only express shipments have a tracking number.',
  },
} as const;
