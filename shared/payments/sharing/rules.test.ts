import { describe, expect, it } from 'vitest';
import type { RuleReceiver, SharingRule } from '../../contract/index.ts';
import type { CommerceError } from '../../core/errors.ts';
import { memoryDocuments } from '../../core/testing/documents.ts';
import { applyRules, checkRule, loadRules, ruleId, rulesFor, sharingRulesCollection } from './rules.ts';
import { ruleRecord } from './testing/sharing.ts';

const receiver = (account: string, part: RuleReceiver['part'], description = '佣金'): RuleReceiver => ({
  type: 'MERCHANT_ID',
  account,
  part,
  description,
});
const rule = (productId: string | null, ...receivers: RuleReceiver[]) =>
  ruleRecord({ _id: `s1:${productId ?? '*'}`, productId, receivers });
const line = (productId: string, amountFen: number, quantity = 1) =>
  ({ productId, title: productId, quantity, unitAmountFen: amountFen / quantity, amountFen }) as never;
const order = { amountFen: 1000, items: [line('a', 600, 3), line('b', 400)] };
const given = (rules: readonly SharingRule[], netFen = 1000, mostFen = 1000, of = order) =>
  applyRules(of, rules, netFen, mostFen)?.map(({ account, amountFen }) => [account, amountFen]);

describe('what rules give of an order', () => {
  const tenth = { permille: 100 };

  it('is a part of what is left of it', () => {
    expect(given([rule(null, receiver('x', tenth))])).toEqual([['x', 100]]);
    expect(given([rule(null, receiver('x', tenth))], 500)).toEqual([['x', 50]]);
    expect(given([rule(null, receiver('x', tenth))], 0)).toEqual([]);
  });

  it('is a part of the lines of a product, by the rule of that product, and of the others by the general one', () => {
    const rules = [rule(null, receiver('x', tenth)), rule('a', receiver('y', { permille: 200 }))];
    expect(given(rules)).toEqual([
      ['y', 120],
      ['x', 40],
    ]);
    expect(given([rules[1]!])).toEqual([['y', 120]]);
  });

  it('is a fixed sum for an order, and in the rule of a product for each piece', () => {
    expect(given([rule(null, receiver('x', { amountFen: 7 }))])).toEqual([['x', 7]]);
    expect(given([rule('a', receiver('x', { amountFen: 7 }))])).toEqual([['x', 21]]);
    const twice = { amountFen: 1000, items: [line('a', 600, 3), line('a', 400, 2)] };
    expect(given([rule('a', receiver('x', { amountFen: 7 }))], 1000, 1000, twice)).toEqual([['x', 35]]);
    expect(given([rule('a', receiver('x', tenth))], 1000, 1000, twice)).toEqual([['x', 100]]);
  });

  it('is added up for one receiver of several rules, with the first description', () => {
    const rules = [rule('a', receiver('x', tenth, '甲')), rule('b', receiver('x', tenth, '乙'))];
    expect(applyRules(order, rules, 1000, 1000)).toEqual([
      { type: 'MERCHANT_ID', account: 'x', description: '甲', amountFen: 100 },
    ]);
    const person = { ...receiver('x', tenth), type: 'PERSONAL_OPENID' } as const;
    expect(given([rule(null, receiver('x', tenth), person)])).toEqual([
      ['x', 100],
      ['x', 100],
    ]);
  });

  it('is nothing to a receiver whose part is less than a fen', () => {
    expect(given([rule(null, receiver('x', { permille: 1 }))], 100)).toEqual([]);
  });

  it('is refused when it exceeds what may be shared, by all rules together', () => {
    const rules = [rule('a', receiver('x', tenth)), rule('b', receiver('y', tenth))];
    expect(given(rules, 1000, 100)).toEqual([
      ['x', 60],
      ['y', 40],
    ]);
    expect(given(rules, 1000, 99)).toBeUndefined();
    expect(given(rules, 1000, 60)).toBeUndefined();
  });

  it('of an order without lines is by the general rule', () => {
    const old = { amountFen: 1000, items: [] };
    const rules = [rule('a', receiver('y', tenth)), rule(null, receiver('x', tenth))];
    expect(given(rules, 1000, 1000, old)).toEqual([['x', 100]]);
  });

  it('is nothing where no rule is for the product', () => {
    expect(given([rule('c', receiver('x', tenth))])).toEqual([]);
    expect(rulesFor(order, [rule('c')])).toEqual([]);
  });
});

it('the rules for an order are those that are for something in it', () => {
  const [general, a, c] = [rule(null), rule('a'), rule('c')];
  expect(rulesFor(order, [general, a, c])).toEqual([general, a]);
  expect(rulesFor({ ...order, items: [line('a', 1000)] }, [general, a, c])).toEqual([a]);
});

it('a seller’s rules are its own, the general one first', async () => {
  const documents = memoryDocuments();
  documents.put(
    sharingRulesCollection,
    rule('b'),
    rule('a'),
    rule(null),
    rule('c'),
    ruleRecord({ _id: 's2:*', sellerId: 's2' }),
    ruleRecord({ _id: 'own:*', sellerId: null }),
  );
  const found = await loadRules(documents, 's1');
  expect(found.map(({ productId }) => productId)).toEqual([null, 'b', 'a', 'c']);
  expect(await loadRules(documents, null)).toMatchObject([{ _id: ruleId(null, null) }]);
  expect(ruleId('s1', 'a')).toBe('s1:a');
});

describe('a rule', () => {
  const check = (...receivers: RuleReceiver[]): string[] => {
    try {
      checkRule(rule(null, ...receivers), 'payee', 300);
      return [];
    } catch (error) {
      const { code, fields } = error as CommerceError;
      return (fields ?? []).map(({ path, messageEn }) => `${code} ${path}: ${messageEn}`);
    }
  };
  const of = (account: string, permille: number) => receiver(account, { permille });

  it('is taken up to the most that its merchant may share, and of fixed sums in any case', () => {
    expect(check(of('x', 200), of('y', 100))).toEqual([]);
    expect(check(receiver('x', { amountFen: 5_000_000 }))).toEqual([]);
    expect(check()).toEqual([]);
  });

  it.each([
    [
      'more than its merchant may share',
      [of('x', 200), of('y', 101)],
      /^SHARING_RULE_INVALID receivers: 301‰.* maximum of 300‰/,
    ],
    [
      'all that there is',
      [of('x', 500), of('y', 500)],
      /^SHARING_RULE_INVALID receivers: 1000‰.* maximum of 300‰/,
    ],
    [
      'more than there is',
      [of('x', 500), of('y', 501)],
      /^SHARING_RULE_INVALID receivers: The receivers add up to 1001‰/,
    ],
    [
      'one receiver twice',
      [of('x', 1), of('x', 1)],
      /^SHARING_RULE_INVALID receivers: A receiver can appear only once/,
    ],
    ['its payee', [of('x', 1), of('payee', 1)], /^SHARING_RULE_INVALID receivers: The payee does not need/],
  ] as const)('is refused with %s, and with nothing else', (_, receivers, text) => {
    expect(check(...receivers)).toEqual([expect.stringMatching(text)]);
  });
});
