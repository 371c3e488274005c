import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formSchemas } from '../wechatpay/applyment/check.ts';
import { leavesOf } from '../wechatpay/applyment/forms/walk.ts';
import { applyment4subForms } from '../wechatpay/applyment/testing/applyment4sub.ts';
import { ecommerceForms } from '../wechatpay/applyment/testing/ecommerce.ts';
import type { FakeCall } from '../wechatpay/testing/fake-transport.ts';
import { answerApplyMerchant } from './apply-merchant.ts';
import { alice, Fixture } from './testing/fixture.ts';

const kinds = ['ecommerce', 'partner'] as const;
const forms = { ecommerce: ecommerceForms, partner: applyment4subForms };

/** Where WeChat Pay's own rules put the same words in clear: the licence's name of its holder and its merchant. */
const clearByRule = /"(legal_person|merchant_name)":"[^"]*",?/g;

function sensitiveTexts(kind: (typeof kinds)[number], form: unknown): string[] {
  const merchants = leavesOf(formSchemas[kind], form)
    .filter(({ path }) => path.endsWith('.merchant_name'))
    .map(({ value }) => value);
  return leavesOf(formSchemas[kind], form)
    .filter((leaf) => leaf.kind === 'sensitive')
    .map(({ value }) => String(value))
    .filter((value) => !merchants.includes(value));
}

describe.each(kinds)('an application of %s, submitted through the function', (kind) => {
  it('is sent with every sensitive field encrypted for the platform key', async () => {
    await fc.assert(
      fc.asyncProperty(forms[kind], async (form) => {
        const fixture = new Fixture(kind);
        await fixture.upload(alice, form);
        const request = { action: 'submit', requestToken: 'token-0123456789abcdef', form };
        const answer = await answerApplyMerchant(fixture.ports, alice, request);
        const [{ rawBody: body, headers }] = fixture.wechatPay.callsOf(fixture.wechatPay.submitRoute) as [
          FakeCall,
        ];
        const { out_request_no, business_code, ...sent } = JSON.parse(body);
        expect(headers['wechatpay-serial']).toMatch(/^PUB_KEY_ID_/);
        const clear = leavesOf(formSchemas[kind], form);
        const left = leavesOf(formSchemas[kind], sent);
        expect(left.map(({ path }) => path)).toEqual(clear.map(({ path }) => path));
        const readBack = left.map(({ kind: leafKind, value }) =>
          leafKind === 'sensitive' ? fixture.wechatPay.decrypt(String(value)) : value,
        );
        expect(readBack).toEqual(clear.map(({ value }) => value));
        expect(left.some((leaf) => leaf.kind === 'sensitive')).toBe(true);
        expect(fixture.documents.dump()).not.toContain('legal_person');
        expectNoTrace(kind, form, [
          body,
          fixture.documents.dump(),
          fixture.logged.join('\n'),
          JSON.stringify(answer),
        ]);
      }),
      { numRuns: 40 },
    );
  });
});

function expectNoTrace(kind: (typeof kinds)[number], form: unknown, places: readonly string[]): void {
  const bytes = places.map((place) => place.replaceAll(clearByRule, ''));
  for (const text of sensitiveTexts(kind, form)) {
    for (const place of bytes) expect(place.includes(text), `“${text}” stayed in clear`).toBe(false);
  }
}
