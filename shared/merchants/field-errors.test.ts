import { expect, it } from 'vitest';
import type { ApplyMerchantAnswers } from '../contract/index.ts';
import { answerApplyMerchant } from './apply-merchant.ts';
import { alice, Fixture } from './testing/fixture.ts';

const { ports } = new Fixture('ecommerce');
const check = async (form: Record<string, unknown>) => {
  const answer = await answerApplyMerchant(ports, alice, { action: 'check', form });
  return answer as ApplyMerchantAnswers['check'];
};

it('are no longer than a form, whatever was sent as one', async () => {
  const keys = Array.from({ length: 20_000 }, (_, index) => [`unknown${index}`, 1]);
  const nameless = await check(Object.fromEntries(keys));
  expect(nameless.fields).toHaveLength(200);
  const long = await check({ ['x'.repeat(90_000)]: 1 });
  expect(JSON.stringify(long).length).toBeLessThan(20_000);
});

it('are all there for a form that lacks everything', async () => {
  const { fields } = await check({});
  expect(fields.length).toBeGreaterThan(5);
  expect(fields.length).toBeLessThan(200);
});
