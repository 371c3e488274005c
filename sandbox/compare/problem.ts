import { SandboxProblem } from '../package/problem.ts';

export type CaptureProblemCode =
  | 'NOT_JSON'
  | 'TOO_LARGE'
  | 'TOO_DEEP'
  | 'FORBIDDEN_KEY'
  | 'WRONG_FORMAT'
  | 'WRONG_TARGET'
  | 'FOREIGN_HOST'
  | 'NOT_REDACTED';

const fixes: Record<CaptureProblemCode, string> = {
  NOT_JSON: '文件不是 JSON。',
  TOO_LARGE: '抓包文件过大，请拆分。',
  TOO_DEEP: '抓包内容嵌套过深。',
  FORBIDDEN_KEY: '抓包含有不允许的字段名。',
  WRONG_FORMAT: '抓包格式有误，写法见 docs/captures.zh-CN.md。',
  WRONG_TARGET: '抓包中的路径有误，只接受 /v3/ 下的接口。',
  FOREIGN_HOST: '抓包含有微信支付以外的域名，请先去掉。',
  NOT_REDACTED: '脱敏后仍有疑似个人信息，未写出文件。',
};

/** A capture that cannot be used; `where` is the JSON pointer of what is wrong. */
export class CaptureProblem extends SandboxProblem {
  readonly code: CaptureProblemCode;
  readonly where: string;

  constructor(code: CaptureProblemCode, where: string, english: string) {
    super(`${where === '' ? '' : `${where}: `}${english}`, fixes[code]);
    this.code = code;
    this.where = where;
  }
}
