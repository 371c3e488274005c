import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { CommerceError } from './errors.ts';
import { documentId, parseInput, refuse, requestToken, whole } from './input.ts';
import { refusal } from './testing/expect-refusal.ts';

const line = z.strictObject({ productId: documentId, quantity: whole(1, 999, 'quantity') });
const schema = z.strictObject({ requestToken, items: z.optional(z.array(line)) });
const token = 'abcdefghijklmnop';
const fieldsOf = async (...refused: Parameters<typeof refusal>) =>
  (await refusal(...refused)).fields?.map(({ path }) => path);

/** Undefined when it was understood; anything but a refusal is thrown on. */
function refusalOf(parse: () => unknown): CommerceError | undefined {
  try {
    parse();
    return undefined;
  } catch (error) {
    if (error instanceof CommerceError) return error;
    throw error;
  }
}

describe('a request', () => {
  it('is returned as parsed', () => {
    const request = { requestToken: token, items: [{ productId: 'tea', quantity: 2 }] };
    expect(parseInput(schema, request)).toEqual(request);
  });

  it('is refused with each field at fault, in both languages', async () => {
    const { fields } = await refusal('BAD_REQUEST', () =>
      parseInput(schema, { requestToken: 'short', items: [{ productId: '', quantity: 1 }], colour: 1 }),
    );
    expect(fields?.map(({ path }) => path)).toEqual(['requestToken', 'items.0.productId', 'colour']);
    for (const { message, messageEn } of fields ?? []) {
      expect(message).toMatch(/\p{Script=Han}/u);
      expect(messageEn).toMatch(/^[\x20-\x7e]+$/);
    }
  });

  it('is refused with the error code of the field, if it has one', async () => {
    const items = [{ productId: '', quantity: 0 }];
    expect(
      await fieldsOf('QUANTITY_INVALID', () => parseInput(schema, { requestToken: token, items })),
    ).toEqual(['items.0.quantity']);
  });

  it.each(['amount', 'totalFee', 'price', 'openid', 'sub_mchid', 'appId', 'discount'])(
    'that says %s is told that the server decides it',
    async (key) => {
      const act = () => parseInput(schema, { requestToken: token, [key]: 1 });
      expect(await fieldsOf('AMOUNT_NOT_ACCEPTED', act)).toEqual([key]);
    },
  );

  it('in a part of a larger one names the whole path', async () => {
    expect(await fieldsOf('BAD_REQUEST', () => parseInput(line, null, 'items'))).toEqual(['items']);
    expect(await fieldsOf('BAD_REQUEST', () => parseInput(z.array(line), [1], 'items'))).toEqual(['items.0']);
  });

  it.each([
    ['malformed', 'BAD_REQUEST'],
    ['token', 'BAD_REQUEST'],
    ['id', 'BAD_REQUEST'],
    ['maskedContact', 'BAD_REQUEST'],
    ['shortText', 'BAD_REQUEST'],
    ['parcels', 'BAD_REQUEST'],
    ['items', 'BAD_REQUEST'],
    ['quantity', 'QUANTITY_INVALID'],
    ['amount', 'AMOUNT_OUT_OF_RANGE'],
  ] as const)('that is wrong as %s is refused as %s, in both languages', async (name, code) => {
    const { fields } = await refusal(code, () => parseInput(whole(1, 2, name), 3, 'field'));
    expect(fields).toEqual([
      {
        path: 'field',
        message: expect.stringMatching(/\p{Script=Han}/u),
        messageEn: expect.stringMatching(/^[\x20-\x7e]+$/),
      },
    ]);
  });

  it.each([
    [requestToken, 'a_-0'.repeat(4), true],
    [requestToken, 'a_-0'.repeat(16), true],
    [requestToken, `${'a_-0'.repeat(16)}a`, false],
    [requestToken, `.${'a_-0'.repeat(4)}`, false],
    [requestToken, `${'a_-0'.repeat(4)}.`, false],
    [documentId, 'a.:|*-_', true],
    [documentId, 'a'.repeat(65), false],
    [documentId, '$a', false],
    [documentId, 'a/', false],
  ])('has a token or an id of the documented characters alone: %#', (part, value, expected) => {
    expect(refusalOf(() => parseInput(part, value)) === undefined).toBe(expected);
  });

  it('with many unknown keys is told of fifty, and of 64 characters of each', async () => {
    const keys = Array.from({ length: 60 }, (_, index) => [`${'x'.repeat(64)}${index}`, 1]);
    const act = () => parseInput(schema, { requestToken: token, ...Object.fromEntries(keys) });
    expect(await fieldsOf('BAD_REQUEST', act)).toEqual(Array.from({ length: 50 }, () => 'x'.repeat(64)));
  });

  it('that ends in fen means an amount, and one that only contains it does not', async () => {
    const act = (key: string) => () => parseInput(schema, { requestToken: token, [key]: 1 });
    expect(await fieldsOf('AMOUNT_NOT_ACCEPTED', act('shareFen'))).toEqual(['shareFen']);
    expect(await fieldsOf('BAD_REQUEST', act('fenced'))).toEqual(['fenced']);
  });

  it('is refused by hand with its code, its path and both texts', async () => {
    const text = { zh: '太大', en: 'too large' };
    const { fields } = await refusal('BAD_REQUEST', () => refuse('BAD_REQUEST', 'a.0', text));
    expect(fields).toEqual([{ path: 'a.0', message: '太大', messageEn: 'too large' }]);
  });

  it('of any kind is parsed or refused, and no error names more than 64 characters of a field', () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true }), (event) => {
        const paths = (refusalOf(() => parseInput(schema, event))?.fields ?? []).map(({ path }) => path);
        expect(paths.filter((path) => path.length >= 100)).toEqual([]);
      }),
    );
  });
});
