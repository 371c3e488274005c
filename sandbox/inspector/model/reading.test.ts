import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesAround, firstDifferentByte, partingOf } from './bytes.ts';
import { changesOf } from './changes.ts';
import { isPersonal, masked, withoutPersonal } from './personal.ts';

describe('the parting of two messages', () => {
  it('puts both together again, and differs right where it says', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (expected, received) => {
        const { start, end, ...middle } = partingOf(expected, received);
        expect(start + middle.expected + end).toBe(expected);
        expect(start + middle.received + end).toBe(received);
        expect(middle.expected === middle.received).toBe(expected === received);
      }),
    );
  });

  it('finds nothing between two that are equal', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(partingOf(text, text)).toMatchObject({ expected: '', received: '' });
      }),
    );
  });

  it('counts bytes of UTF-8, as a signature does', () => {
    expect(firstDifferentByte('茶A', '茶B')).toBe(3);
    expect(firstDifferentByte('a\n', 'a')).toBe(1);
    expect(firstDifferentByte('same', 'same')).toBeUndefined();
  });

  it('shows bytes with signs for what cannot be seen', () => {
    expect(bytesAround('a \n', 1).map(({ hex, shown }) => `${hex}${shown}`)).toEqual(['61a', '20␣', '0a↵']);
  });
});

describe('the changes of a document', () => {
  it('are the changed fields only, by path, without bookkeeping', () => {
    const before = {
      _id: 'A',
      state: 'CREATED',
      version: 1,
      request: { prepayId: null, path: '/v3' },
      items: [1],
    };
    const after = {
      _id: 'A',
      state: 'NOTPAY',
      version: 2,
      request: { prepayId: 'wx1', path: '/v3' },
      items: [1],
    };
    expect(changesOf(before, after)).toEqual([
      { path: 'state', before: 'CREATED', after: 'NOTPAY' },
      { path: 'request.prepayId', before: null, after: 'wx1' },
    ]);
  });

  it('are all fields of a new document', () => {
    expect(changesOf(undefined, { _id: 'A', n: 1 }).map(({ path }) => path)).toEqual(['_id', 'n']);
  });
});

describe('personal data', () => {
  it.each([
    'id_card_name',
    'account_number',
    'mobile_phone',
    'openid',
    'openId',
    'sp_openid',
    'business_license_number',
  ])('counts %s in', (field) => expect(isPersonal(field)).toBe(true));
  it.each(['merchant_shortname', 'account_bank', 'out_trade_no', 'bank_name', 'description', 'sub_mchid'])(
    'leaves %s out',
    (field) => expect(isPersonal(field)).toBe(false),
  );

  it('is masked wherever it stands, and nothing else is touched', () => {
    const value = {
      payer: { openid: 'oSandboxUser1' },
      amount: { total: 1 },
      list: [{ account_name: '张三丰' }],
    };
    expect(withoutPersonal(value)).toEqual({
      payer: { openid: 'o＊＊＊＊＊＊1' },
      amount: { total: 1 },
      list: [{ account_name: '张＊丰' }],
    });
  });

  it('never shows more than the first and last character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 3 }), (text) => {
        expect(masked(text).replaceAll('＊', '').length).toBeLessThanOrEqual(
          [...text][0]!.length + [...text].at(-1)!.length,
        );
      }),
    );
    expect(masked('张三')).toBe('＊＊');
  });
});
