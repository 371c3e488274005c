/** The form of a sharing rule: what an operator types, and the rule that it makes. */
import type {
  RuleReceiver,
  SharePart,
  ShareReceiver,
  SharingRule,
} from '../../../../shared/contract/index.ts';
import { parseYuan, yuan } from '../../../utils/money';

/** One receiver as typed. `account` is `TYPE/account`. */
export interface ReceiverInput {
  readonly account: string;
  readonly unit: 'percent' | 'fixed';
  readonly value: string;
  readonly description: string;
}

export interface RuleInput {
  readonly sellerId: string;
  readonly productId: string;
  readonly after: SharingRule['after'];
  readonly days: string;
  readonly freeAfterDays: string;
  readonly onFailure: SharingRule['onFailure'];
  readonly receivers: readonly ReceiverInput[];
}

export type Problem = 'badDays' | 'badPercent' | 'badAmount' | 'required' | 'choose';

export const keyOf = ({ type, account }: ShareReceiver) => `${type}/${account}`;

/** What a new rule begins with. */
export function emptyRule(sellerId: string): RuleInput {
  return {
    ...{ sellerId, productId: '', after: 'SHIPPING', days: '7', freeAfterDays: '0' },
    ...{ onFailure: 'HOLD', receivers: [] },
  };
}

export function inputOf(rule: SharingRule): RuleInput {
  const { sellerId, productId, after, days, freeAfterDays, onFailure, receivers } = rule;
  return {
    ...{ sellerId: sellerId ?? '', productId: productId ?? '', after, onFailure },
    ...{ days: `${days}`, freeAfterDays: `${freeAfterDays}` },
    receivers: receivers.map(({ part, description, ...to }) => ({
      account: keyOf(to),
      ...('permille' in part
        ? { unit: 'percent' as const, value: `${part.permille / 10}` }
        : { unit: 'fixed' as const, value: yuan(part.amountFen).replaceAll(',', '') }),
      description,
    })),
  };
}

/** @returns the rule, or what is wrong with each field, by the path that the function uses */
export function ruleOf(input: RuleInput): { rule: SharingRule } | { problems: Record<string, Problem> } {
  const problems: Record<string, Problem> = {};
  const days = daysOf(input.days);
  const freeAfterDays = daysOf(input.freeAfterDays);
  if (days === undefined) problems.days = 'badDays';
  if (freeAfterDays === undefined) problems.freeAfterDays = 'badDays';
  const receivers = input.receivers.flatMap((each, index) => {
    const at = `receivers.${index}`;
    const part = partOf(each);
    if (each.account === '') problems[`${at}.account`] = 'choose';
    if (!part) problems[`${at}.part`] = each.unit === 'percent' ? 'badPercent' : 'badAmount';
    if (each.description.trim() === '') problems[`${at}.description`] = 'required';
    return part ? [{ ...receiverOf(each.account), part, description: each.description.trim() }] : [];
  });
  if (Object.keys(problems).length > 0 || days === undefined || freeAfterDays === undefined)
    return { problems };
  const { sellerId, productId, after, onFailure } = input;
  return {
    rule: {
      ...{ sellerId: sellerId || null, productId: productId || null, receivers },
      ...{ after, days, freeAfterDays, onFailure },
    },
  };
}

function daysOf(text: string): number | undefined {
  const days = /^\d{1,3}$/.test(text.trim()) ? Number(text) : Number.NaN;
  return days <= 179 ? days : undefined;
}

function partOf({ unit, value }: ReceiverInput): SharePart | undefined {
  if (unit === 'fixed') {
    const amountFen = parseYuan(value);
    return amountFen ? { amountFen } : undefined;
  }
  const match = /^(\d{1,3})(?:\.(\d))?$/.exec(value.trim());
  const permille = match ? Number(match[1]) * 10 + Number(match[2] ?? 0) : 0;
  return permille >= 1 && permille <= 1000 ? { permille } : undefined;
}

function receiverOf(key: string): Pick<RuleReceiver, 'type' | 'account'> {
  const at = key.indexOf('/');
  return { type: key.slice(0, at) as ShareReceiver['type'], account: key.slice(at + 1) };
}
