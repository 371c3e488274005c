import type { FieldError } from '../contract/index.ts';
import { fieldError } from '../core/messages.ts';
import type { FormProblem } from '../wechatpay/applyment/check.ts';

/** What the rules of the forms found, as the contract tells it. */
export function fieldErrorsOf(problems: readonly FormProblem[]): FieldError[] {
  return problems.map(({ path, zh, en }) => fieldError(path, { zh, en }));
}
