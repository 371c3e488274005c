import { expect, test } from 'vitest';
import { ecommerceForm } from './ecommerce';
import { dependents, missingFields, visibleSteps } from './form';

const step = (values: Record<string, string>, id: string) =>
  visibleSteps(ecommerceForm, values).find((each) => each.id === id)!;

test('a new answer settles the errors of the other end of its period, and of what is asked because of it', () => {
  const periods = ecommerceForm.steps
    .flatMap(({ fields }) => fields)
    .filter(({ kind, compares }) => kind === 'date-end' && compares !== undefined);
  expect(periods.length).toBeGreaterThan(0);
  for (const { key, compares } of periods) {
    for (const begin of compares!) expect(dependents(ecommerceForm, {}, begin)).toContain(key);
  }
  const settled = dependents(ecommerceForm, { organization_type: '2' }, 'organization_type');
  expect(settled).toContain('business_license_info.business_license_copy');
  expect(settled).not.toContain('merchant_shortname');
});

test('a page misses what is required and empty, and nothing once it is there', () => {
  const values = { organization_type: '2' };
  const first = step(values, visibleSteps(ecommerceForm, values)[0]!.id);
  expect(missingFields(first, values).map(({ key }) => key)).toEqual(['merchant_shortname']);
  expect(missingFields(first, { ...values, merchant_shortname: '小满' })).toEqual([]);
});
