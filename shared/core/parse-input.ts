import type * as z from 'zod/mini';
import { safeParse } from 'zod/v4/core';
import type { FieldError } from '../contract/index.ts';
import { CommerceError } from './errors.ts';
import { fieldError } from './messages.ts';

const texts = {
  unknown: { zh: '未知的字段。', en: 'This field is not known.' },
  wrong: { zh: '此项缺失或格式不正确。', en: 'This is missing or malformed.' },
};

/** What a client sent, by a schema that refuses what it does not know. @throws CommerceError BAD_REQUEST with each field */
export function parseInput<T extends z.core.$ZodType>(schema: T, event: unknown): z.core.output<T> {
  const parsed = safeParse(schema, event);
  if (parsed.success) return parsed.data;
  throw new CommerceError('BAD_REQUEST', { fields: parsed.error.issues.flatMap(fieldErrorsOf) });
}

function fieldErrorsOf(issue: z.core.$ZodIssue): FieldError[] {
  const path = issue.path.join('.');
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => fieldError(key, texts.unknown));
  return [fieldError(path, texts.wrong)];
}
