import { describe, expect, it } from 'vitest';
import type { CommerceError } from '../../core/errors.ts';
import { parseShipOrder } from './request.ts';

const parcel = { company: 'ZTO', trackingNo: '75', itemDesc: '龙井' };
const ship = (changes: object = {}) => ({
  ...{ action: 'ship', outTradeNo: 'T1', logistics: 'express', parcels: [parcel], ...changes },
});
const problems = (event: unknown): [string, string[]] | undefined => {
  try {
    parseShipOrder(event);
    return undefined;
  } catch (error) {
    const { code, fields } = error as CommerceError;
    return [code, (fields ?? []).map(({ path }) => path)];
  }
};

describe('what an operator ships', () => {
  it.each([
    ship(),
    ship({ moreToCome: true, parcels: [parcel, { ...parcel, trackingNo: '76' }] }),
    ship({ parcels: [parcel, { ...parcel, company: 'YTO' }] }),
    ship({ parcels: [{ ...parcel, company: 'SF', receiverContact: '189****1234' }] }),
    ship({ parcels: [{ ...parcel, company: 'SF', consignorContact: '021-****1234-1' }] }),
    ship({ parcels: [{ ...parcel, receiverContact: '021-****1234-12' }] }),
    ship({ parcels: [{ ...parcel, receiverContact: '0*12-1234' }] }),
    ship({ parcels: Array.from({ length: 15 }, (_, index) => ({ ...parcel, trackingNo: `${index}` })) }),
    ship({ logistics: 'local', parcels: [{ itemDesc: '茶' }] }),
    ship({ logistics: 'virtual', parcels: [{ itemDesc: '券' }], moreToCome: false }),
    { action: 'query', outTradeNo: 'T1' },
    { action: 'remind', outTradeNo: 'T1', deliveredAtMs: 1 },
  ])('is taken as it is: %j', (event) => {
    expect(parseShipOrder(event)).toEqual(event);
  });

  it.each([
    ['no courier', ship({ parcels: [{ trackingNo: '75', itemDesc: '茶' }] }), ['parcels.0.company']],
    ['no number', ship({ parcels: [{ company: 'ZTO', itemDesc: '茶' }] }), ['parcels.0.trackingNo']],
    [
      'neither',
      ship({ parcels: [{ itemDesc: '茶' }, { itemDesc: '茶' }] }),
      ['parcels.0.company', 'parcels.0.trackingNo', 'parcels.1.company', 'parcels.1.trackingNo'],
    ],
    ['one number twice', ship({ parcels: [parcel, parcel] }), ['parcels.1.trackingNo']],
    [
      'SF without a contact',
      ship({ parcels: [{ ...parcel, company: 'SF' }] }),
      ['parcels.0.receiverContact'],
    ],
    [
      'two parcels without a courier',
      ship({ logistics: 'local', parcels: [{ itemDesc: '茶' }, { itemDesc: '茶' }] }),
      ['parcels'],
    ],
    [
      'more to come without a courier',
      ship({ logistics: 'pickup', parcels: [{ itemDesc: '茶' }], moreToCome: true }),
      ['moreToCome'],
    ],
    [
      'a number without a courier',
      ship({ logistics: 'virtual', parcels: [{ itemDesc: '茶', trackingNo: '75' }] }),
      ['parcels.0.trackingNo'],
    ],
  ])('is refused with %s, and the field is named', (_, event, fields) => {
    expect(problems(event)).toEqual(['SHIPMENT_INVALID', fields]);
  });

  it.each([
    ['no parcels', ship({ parcels: [] })],
    ['sixteen', ship({ parcels: Array.from({ length: 16 }, () => parcel) })],
    ['no description', ship({ parcels: [{ ...parcel, itemDesc: '' }] })],
    ['a long description', ship({ parcels: [{ ...parcel, itemDesc: 'x'.repeat(121) }] })],
    ['a whole telephone number', ship({ parcels: [{ ...parcel, receiverContact: '18912341234' }] })],
    [
      'a contact without its last four digits',
      ship({ parcels: [{ ...parcel, receiverContact: '189****123*' }] }),
    ],
    ['a contact and more', ship({ parcels: [{ ...parcel, receiverContact: 'x189****1234' }] })],
    ['more after a contact', ship({ parcels: [{ ...parcel, receiverContact: '189****1234x' }] })],
    ['one digit of a contact', ship({ parcels: [{ ...parcel, receiverContact: '189*******1' }] })],
    ['a contact of 65', ship({ parcels: [{ ...parcel, receiverContact: `${'*'.repeat(61)}1234` }] })],
    ['more before a number', ship({ parcels: [{ ...parcel, trackingNo: ' 75' }] })],
    ['more after a number', ship({ parcels: [{ ...parcel, trackingNo: '75 ' }] })],
    ['a short contact', ship({ parcels: [{ ...parcel, receiverContact: '1234' }] })],
    ['a courier with blanks', ship({ parcels: [{ ...parcel, company: 'Z TO' }] })],
    ['an unknown way', ship({ logistics: 'drone' })],
    ['a reminder of no time', { action: 'remind', outTradeNo: 'T1', deliveredAtMs: 0 }],
    ['a reminder of a part of a ms', { action: 'remind', outTradeNo: 'T1', deliveredAtMs: 1.5 }],
  ])('is refused with %s', (_, event) => {
    expect(problems(event)?.[0]).toBe('BAD_REQUEST');
  });
});
