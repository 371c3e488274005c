import { type ApiProblem, paramError } from '../../context.ts';

/** PARAM_ERROR about a field of the body at `pointer`, in WeChat Pay's wording. */
export function broken(pointer: string, label: string, issue: string, value: unknown = '******'): ApiProblem {
  const message = `输入源“/body${pointer}”映射到字段“${label}”规则校验失败，${issue}`;
  return paramError(message, { field: pointer, value, issue, location: 'body' });
}

export function missing(pointer: string, label: string): ApiProblem {
  const issue = '此字段为必填项';
  const message = `输入源“/body${pointer}”映射到字段“${label}”必填性规则校验失败，${issue}`;
  return paramError(message, { field: pointer, value: null, issue, location: 'body' });
}

/** A field that the subject or another field rules out: 不填, 无需上传, 不需要的参数不要上传. */
export const notApplicable = (pointer: string, label: string, when: string): ApiProblem =>
  broken(pointer, label, `${when}，此字段无需上传`);

/** A message that WeChat Pay uses for one specific case. */
export const refused = (pointer: string, message: string): ApiProblem =>
  paramError(message, { field: pointer, value: '******', issue: message, location: 'body' });
