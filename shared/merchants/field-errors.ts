import type { FieldError } from '../contract/index.ts';
import { fieldError } from '../core/messages.ts';
import type { FormProblem } from '../wechatpay/applyment/check.ts';

/** Converts the errors that the form rules found to the contract's format. */
export function fieldErrorsOf(problems: readonly FormProblem[]): FieldError[] {
  return problems.map(({ path, zh, en }) => fieldError(path, { zh, en }));
}
