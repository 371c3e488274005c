import { describe, expect, it } from 'vitest';
import type { ShipmentRecord } from './records.ts';
import { isKnownThere, queryShipping, remindOfReceipt, uploadShipping } from './wire.ts';

const parcel = { company: 'ZTO', trackingNo: '75', itemDesc: '龙井' };
const shipment = (changes: Partial<ShipmentRecord> = {}): ShipmentRecord => ({
  ...{ _id: 'T1', version: 1, paymentNo: 'T1', combined: false, mchid: '19', openid: 'oPayer' },
  ...{ transactionId: '42', logistics: 'express', parcels: [parcel], moreToCome: false, state: 'WAITING' },
  ...{ reshipped: false, uncertain: false, uploadedAtMs: Date.UTC(2026, 0, 2, 3, 4, 5, 6), attempts: 0 },
  ...{ nextAtMs: null, createdAtMs: 0, operatorOpenid: null, shippedAtMs: null, receivedAtMs: null },
  ...{ settledAtMs: null, remindOfMs: null, remindedAtMs: null, message: null, askedAtMs: 0, failure: null },
  ...changes,
});

function weixin(answer: object = {}) {
  const calls: unknown[][] = [];
  const call = async (...of: unknown[]) => {
    calls.push(of);
    return answer;
  };
  return { calls, api: { call } as never };
}

async function uploaded(changes: Partial<ShipmentRecord>) {
  const { calls, api } = weixin();
  await uploadShipping(api, shipment(changes));
  return calls;
}

describe('a shipment that is reported to WeChat', () => {
  const whole = {
    order_key: { order_number_type: 2, transaction_id: '42' },
    ...{ logistics_type: 1, delivery_mode: 1 },
    shipping_list: [{ tracking_no: '75', express_company: 'ZTO', item_desc: '龙井' }],
    ...{ upload_time: '2026-01-02T11:04:05.006+08:00', payer: { openid: 'oPayer' } },
  };

  it('has the fields of its page', async () => {
    expect(await uploaded({})).toEqual([['uploadShippingInfo', whole]]);
  });

  it('has no member for what it lacks', async () => {
    const bare = await uploaded({ logistics: 'pickup', parcels: [{ itemDesc: '茶' }] });
    const body = { ...whole, logistics_type: 4, shipping_list: [{ item_desc: '茶' }] };
    expect(bare).toStrictEqual([['uploadShippingInfo', body]]);
  });

  it.each([
    ['express', 1],
    ['local', 2],
    ['virtual', 3],
    ['pickup', 4],
  ] as const)('goes by %s as %d', async (logistics, logistics_type) => {
    expect(await uploaded({ logistics })).toEqual([['uploadShippingInfo', { ...whole, logistics_type }]]);
  });

  it.each([
    ['several, of which this is the last', { parcels: [parcel, parcel] }, true],
    ['several, of which more will come', { moreToCome: true }, false],
  ])('in %s is one of several parcels', async (_, changes, is_all_delivered) => {
    expect(await uploaded(changes)).toMatchObject([
      ['uploadShippingInfo', { delivery_mode: 2, is_all_delivered }],
    ]);
  });

  it.each([
    [{ receiverContact: '189****1234' }, { contact: { receiver_contact: '189****1234' } }],
    [{ consignorContact: '021-****1234' }, { contact: { consignor_contact: '021-****1234' } }],
  ])('names no courier, number or contact that it has not: %j', async (contact, expected) => {
    expect(await uploaded({ parcels: [{ itemDesc: '茶', ...contact }] })).toMatchObject([
      ['uploadShippingInfo', { shipping_list: [expected] }],
    ]);
    const [[, { shipping_list }]] = (await uploaded({ parcels: [{ itemDesc: '茶' }] })) as [
      [string, { shipping_list: object[] }],
    ];
    expect(shipping_list).toEqual([{ item_desc: '茶' }]);
  });

  it('of a part of a combined payment names both by our numbers', async () => {
    const { order_key: _key, upload_time, payer, ...what } = whole;
    const key = (out_trade_no: string) => ({ order_number_type: 1, mchid: '19', out_trade_no });
    expect(await uploaded({ combined: true, paymentNo: 'P1' })).toEqual([
      [
        'uploadCombinedShippingInfo',
        { order_key: key('P1'), sub_orders: [{ ...what, order_key: key('T1') }], upload_time, payer },
      ],
    ]);
  });

  it('is asked about, and reminded of, by its transaction', async () => {
    const { calls, api } = weixin();
    await queryShipping(api, { transactionId: '42' });
    await remindOfReceipt(api, '42', 1999);
    expect(calls).toEqual([
      ['getOrder', { transaction_id: '42' }],
      ['notifyConfirmReceive', { transaction_id: '42', received_time: 1 }],
    ]);
  });
});

describe('what WeChat says of a shipment', () => {
  const nothing = { orderState: 0, logisticsType: undefined, finished: false, parcels: [] };

  it.each([
    [{}, nothing],
    [{ order: null }, nothing],
    [
      {
        order: { order_state: '2', shipping: { logistics_type: '1', finish_shipping: 1, shipping_list: {} } },
      },
      nothing,
    ],
    [
      {
        order: {
          order_state: 2,
          shipping: {
            ...{ logistics_type: 1, finish_shipping: true },
            shipping_list: [
              { tracking_no: '75', express_company: 'ZTO', goods_desc: '龙井' },
              null,
              { tracking_no: 7 },
            ],
          },
        },
      },
      {
        ...{ orderState: 2, logisticsType: 1, finished: true },
        parcels: [
          { trackingNo: '75', company: 'ZTO', desc: '龙井' },
          { trackingNo: '', company: '', desc: '' },
          { trackingNo: '', company: '', desc: '' },
        ],
      },
    ],
  ])('%j is read with care', async (answer, status) => {
    expect(await queryShipping(weixin(answer).api, { transactionId: '42' })).toEqual(status);
  });

  const there = (changes: object = {}) => ({
    ...{ orderState: 2, logisticsType: 1, finished: true, ...changes },
    parcels: [{ trackingNo: '75', company: 'ZTO', desc: '别的' }],
  });
  const two = { parcels: [parcel, { ...parcel, trackingNo: '76' }] };
  it.each([
    ['as it is recorded', {}, there(), true],
    ['the same parcel twice', { parcels: [parcel, parcel] }, there(), true],
    ['in another way', {}, there({ logisticsType: 2 }), false],
    ['not as complete as recorded', {}, there({ finished: false }), false],
    ['complete, although more is to come', { moreToCome: true }, there(), false],
    ['with more to come, as recorded', { moreToCome: true }, there({ finished: false }), true],
    ['of another courier', { parcels: [{ ...parcel, company: 'SF' }] }, there(), false],
    ['with one parcel less', two, there(), false],
    [
      'with another second parcel',
      two,
      { ...there(), parcels: [...there().parcels, { trackingNo: '77', company: 'ZTO', desc: '' }] },
      false,
    ],
    [
      'with one parcel more',
      {},
      { ...there(), parcels: [...there().parcels, { trackingNo: '7', company: 'SF', desc: '' }] },
      false,
    ],
    [
      'by its description, without a courier',
      { logistics: 'local', parcels: [{ itemDesc: '别的' }] },
      there({ logisticsType: 2 }),
      true,
    ],
    [
      'by another description',
      { logistics: 'local', parcels: [{ itemDesc: '茶' }] },
      there({ logisticsType: 2 }),
      false,
    ],
  ] as [string, Partial<ShipmentRecord>, ReturnType<typeof there>, boolean][])(
    'is known there %s',
    (_, changes, status, known) => {
      expect(isKnownThere(shipment(changes), status)).toBe(known);
    },
  );
});
