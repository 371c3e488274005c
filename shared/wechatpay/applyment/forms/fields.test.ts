import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import * as f from './fields.ts';
import { media } from './sensitive.ts';

/** The keys of the messages about `value`. */
function errorsOf(schema: z.ZodMiniType, value: unknown): string[] {
  return (z.safeParse(schema, value).error?.issues ?? []).map(({ message }) => message);
}

const chars = (count: number, character = 'a') => character.repeat(count);

type Field = readonly [name: string, schema: z.ZodMiniType, key: string, good: string[], bad: string[]];

/**
 * From the parameter tables of pay.weixin.qq.com/doc/v3/partner/4012713017 and
 * pay.weixin.qq.com/docs/partner/apis/contracted-merchant-application/applyment/submit.html. Where a page gives no form (an
 * openid, an AppID, a media_id, a telephone number), the widest that can be right.
 */
const fields: readonly Field[] = [
  ['a text of at most 5 characters', f.text(5), 'length', ['a', chars(5), chars(5, '😀')], ['', chars(6)]],
  ['a text of at least 2', f.text(5, 2), 'length', ['ab'], ['a']],
  ['a text', f.text(5), 'trim', ['a b'], [' a', 'a ', '\u00a0a']],
  ['a text', f.text(5), 'printable', ['a-b'], ['a\nb', 'a\tb', 'a\u0000b', 'a\u2028b', 'a\u2029b']],
  ['a text of bytes', f.textBytes(64), 'bytes', [`${chars(21, '店')}a`, chars(64)], [`${chars(21, '店')}ab`]],
  ['a name of 2 to 100', f.personName(), 'length', ['张三', chars(100)], ['张', chars(101)]],
  ['a name', f.personName(), 'trim', ['古丽·努尔'], [' 张三', '张三 ']],
  ['a name', f.personName(), 'printable', ['Anna Li'], ['张\n三']],
  ['a name', f.personName(), 'letters', ['张3'], ['123', '--']],
  ['a legal person', f.legalPersonName(64), 'length', ['张', chars(64)], [chars(65)]],
  ['a legal person', f.legalPersonName(64), 'trim', ['张三'], ['张三 ']],
  ['a legal person', f.legalPersonName(64), 'printable', ['张三'], ['张\n三']],
  ['a legal person', f.legalPersonName(64), 'letters', ['张3'], ['12']],
  ['an account holder', f.accountName(), 'length', ['张三', chars(128)], ['张', chars(129)]],
  ['an account holder', f.accountName(), 'trim', ['某某（北京）公司'], ['张三 ']],
  ['an account holder', f.accountName(), 'printable', ['张三'], ['张\n三']],
  ['an account holder', f.accountName(), 'letters', ['360'.concat('公司')], ['360']],
  ['an address of 4 to 128', f.homeAddress(), 'length', ['南山区1', chars(128)], ['南山区', chars(129)]],
  ['an address', f.homeAddress(), 'trim', ['南山区1号'], ['南山区1号 ']],
  ['an address', f.homeAddress(), 'printable', ['南山区1号'], ['南山区\n1号']],
  ['an address', f.homeAddress(), 'letters', ['南山区1号'], ['1234-5']],
  [
    'an encrypted text of 214 bytes',
    f.homeAddress(),
    'tooLongToEncrypt',
    [`${chars(71, '王')}a`],
    [`${chars(71, '王')}ab`],
  ],
  ['an ID number', f.mainlandIdNumber(), 'idNumber', ['11010519491231002X'], ['110105194912310021', '']],
  ['a document number of 4 to 30', f.documentNumber(), 'length', ['A123', chars(30)], ['A12', chars(31)]],
  [
    'a document number',
    f.documentNumber(),
    'docNumber',
    ['AB-12'],
    ['A12 3', ' A123', 'A123 ', 'A_123', '证1234'],
  ],
  [
    'a mobile number',
    f.mobilePhone(),
    'mobilePhone',
    ['13800138000'],
    ['1380013800', '138001380000', '23800138000', '+13800138000', ''],
  ],
  [
    'an e-mail address',
    f.email(),
    'email',
    ['a@b.cn', 'a.b+c@mail.example.com'],
    ['a@b', '@b.cn', 'a@.', 'a b@c.cn', 'a@b.cn c', ' a@b.cn', 'a@b.c@'],
  ],
  [
    'an e-mail address of at most 128',
    f.email(),
    'length',
    [`${chars(123)}@b.cn`],
    [`${chars(124)}@b.cn`, 'a@'],
  ],
  [
    'an account number',
    f.accountNumber(),
    'accountNumber',
    ['12345678', chars(30, '6')],
    ['1234567', chars(31, '6'), '6222-0000-1', ' 12345678'],
  ],
  [
    'an openid',
    f.encryptedOpenid(),
    'openid',
    ['oT-_99', chars(64)],
    ['oT-99', chars(65), 'oT 9999', 'oT9999 '],
  ],
  [
    'a first day',
    f.dateBegin(),
    'date',
    ['1900-01-01', '2024-02-29'],
    ['1899-12-31', '2023-02-29', '长期', ''],
  ],
  ['a last day', f.dateEnd(), 'dateOrLongTerm', ['长期', '2024-02-29'], ['2023-02-29', '永久', '']],
  [
    'the number of a licence',
    f.licenceNumber(),
    'licenceNumber',
    ['91440300MA5FXT0K2M'],
    ['91440300MA5FXT0K2', '91440300MA5FXT0K2M1', '91440300ma5fxt0k2m', '9144-300MA5FXT0K2M'],
  ],
  [
    'the code of a city or district',
    f.areaCode(),
    'digits',
    ['440300', '440305001001'],
    ['44030', '4403050010012', '44030a', 'a440300', '440300a'],
  ],
  [
    'the number of a branch',
    f.branchId(),
    'digits',
    ['402713354941'],
    ['40271335494', '4027133549411', '40271335494a'],
  ],
  [
    'an AppID',
    f.appid(),
    'appid',
    ['wx1234567890123456', chars(256)],
    ['', chars(257), 'wx 123', 'wx-123', 'wx123 '],
  ],
  [
    'a URL',
    f.url(30),
    'url',
    ['https://a.example.com/b?c=d', 'http://a.cn', 'HTTPS://SHOP.CN'],
    ['a.example.com', 'ftp://a.example.com', 'https://a', 'https:///a.cn', 'xhttps://a.cn', 'https://a.cn b'],
  ],
  ['a URL of at most 30', f.url(30), 'length', [`https://a.cn/${chars(17)}`], [`https://a.cn/${chars(18)}`]],
  [
    'a rate',
    f.ratePercent(),
    'rate',
    ['0', '0.6', '0.38', '10', '99.99'],
    ['0.001', '100', '-1', '.6', '0.', '1%', 'x1', '0,6'],
  ],
  ['a media_id', media(), 'mediaId', ['jTpGmxUX3FBWVQ5-_A+/==', chars(256)], ['', 'a b', 'a\n', ' a', '图']],
];

describe.each(fields)('%s', (_, schema, key, good, bad) => {
  it.each(good)('may be %j', (value) => {
    expect(errorsOf(schema, value)).toEqual([]);
  });

  it.each(bad)(`may not be %j (${key})`, (value) => {
    expect(errorsOf(schema, value)).toContain(key);
  });
});

describe('a value that is too long', () => {
  /** As long as an event of callFunction may be. */
  const hostileLength = 100_000;

  it.each([
    ['a URL', f.url(1024), `http://${'.'.repeat(hostileLength)} `],
    ['an e-mail address', f.email(), `a@${'.'.repeat(hostileLength)} `],
    ['an e-mail address of at signs', f.email(), `${'a.'.repeat(hostileLength / 2)}@ `],
  ])('for %s would keep a pattern busy, and is refused by its length alone', (_, schema, value) => {
    // CPU time, whatever else the machine does.
    const before = process.cpuUsage();
    expect(z.safeParse(schema, value).success).toBe(false);
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(1000);
  });
});

it('is a media_id as long as the page allows: 256 characters, 255 or 512 where it says so', () => {
  for (const [schema, max] of [
    [media(), 256],
    [media('image', 255), 255],
    [media('image', 512), 512],
  ] as const) {
    expect(z.safeParse(schema, chars(max)).success).toBe(true);
    expect(z.safeParse(schema, chars(max + 1)).error?.issues).toMatchObject([{ code: 'too_big' }]);
  }
});

it('is a list of at least one and at most so many', () => {
  const list = f.listOf(z.string(), 2);
  expect([[], ['a'], ['a', 'b'], ['a', 'b', 'c']].map((value) => z.safeParse(list, value).success)).toEqual([
    false,
    true,
    true,
    false,
  ]);
});

/** The 开户银行 row of the pages: seventeen banks by name, and 其他银行 for every other. */
it('is one of seventeen banks, or another', () => {
  for (const bank of ['工商银行', '邮政储蓄银行', '宁波银行', '其他银行'])
    expect(errorsOf(f.accountBank(), bank)).toEqual([]);
  expect(z.safeParse(f.accountBank(), '火星银行').success).toBe(false);
});
