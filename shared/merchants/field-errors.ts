import type { FieldError } from '../contract/index.ts';
import { fieldError } from '../core/messages.ts';
import type { FormProblem } from '../wechatpay/applyment/check.ts';

/** More than any form has wrong; anybody may send one with any number of unknown fields, under names of any length. */
const maxFields = 200;
const maxPathLength = 200;

/** Converts the errors that the form rules found to the contract's format. */
export function fieldErrorsOf(problems: readonly FormProblem[]): FieldError[] {
  return problems
    .slice(0, maxFields)
    .map(({ path, zh, en }) => fieldError(path.slice(0, maxPathLength), { zh, en }));
}
