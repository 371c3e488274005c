import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { CommerceError } from './errors.ts';
import { documentId, parseInput, requestToken, whole } from './input.ts';
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

  it('of any kind is parsed or refused, and no error names more than 64 characters of a field', () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true }), (event) => {
        const paths = (refusalOf(() => parseInput(schema, event))?.fields ?? []).map(({ path }) => path);
        expect(paths.filter((path) => path.length >= 100)).toEqual([]);
      }),
    );
  });
});
