import { CloudError } from '../../shared/cloudbase/cloud-error.ts';
import type { Text } from '../env/text.ts';

/** A problem that a person has to fix: what is wrong, and how to fix it, in both languages. */
export class Problem extends Error {
  override readonly name = 'Problem';
  /** e.g. `no-credentials`; stays the same, for machines. */
  readonly id: string;
  readonly what: Text;
  readonly fix: Text;

  constructor(id: string, what: Text, fix: Text, options: { cause?: unknown } = {}) {
    super(`${what.zh} ${what.en}`, options);
    this.id = id;
    this.what = what;
    this.fix = fix;
  }
}

/**
 * An error of Tencent Cloud's API as a Problem that names the action.
 * Codes: cloud.tencent.com/document/api/876/34813 and cloud.tencent.com/document/api/583/17238 (错误码).
 */
export function apiProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const { code, action, requestId, message } = readError(error);
  const known = explanations.find(({ codes }) => codes.test(code));
  const trace = [action, code, requestId].filter(Boolean).join(' · ');
  const detail = known ? trace : `${trace}${trace && message ? ': ' : ''}${message}`;
  const what = known?.what ?? { zh: '腾讯云拒绝了请求。', en: 'Tencent Cloud refused the request.' };
  return new Problem(
    'cloud-api',
    { zh: `${what.zh}（${detail}）`, en: `${what.en} (${detail})` },
    known?.fix ?? {
      zh: '请按错误码查阅腾讯云文档；可重试，重复执行不会造成损害。',
      en: 'Look up the code in the documents of Tencent Cloud; running the command again does no harm.',
    },
    { cause: error },
  );
}

/** Whatever was thrown, for people; an unexpected error keeps its stack in `cause`. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof CloudError) return databaseProblem(error);
  const message = error instanceof Error ? error.message : String(error);
  return new Problem(
    'unexpected',
    { zh: `未预料的错误：${message}`, en: 'Unexpected error.' },
    { zh: '请带上此信息反馈给项目维护者。', en: 'Please report it to the maintainers of this project.' },
    { cause: error },
  );
}

function databaseProblem(error: CloudError): Problem {
  const { code, message } = error.cause instanceof Error ? (error.cause as CloudError) : error;
  const detail = [code, message].filter(Boolean).join(' ');
  return new Problem(
    'cloud-database',
    { zh: `数据库请求失败（${detail}）。`, en: `A request to the database failed (${detail}).` },
    {
      zh: '请先执行 npm run provision；若仍失败，请核对 TCB_ENV_ID 与登录账号。',
      en: 'Run npm run provision first; if it still fails, check TCB_ENV_ID and the account of the login.',
    },
    { cause: error },
  );
}

/** Whether the API said that there is no such thing. */
export function isNotFound(error: unknown): boolean {
  return /^ResourceNotFound(\.|$)/.test(readError(error).code);
}

const explanations: readonly { codes: RegExp; what: Text; fix: Text }[] = [
  {
    codes: /^AuthFailure\.(SecretIdNotFound|SignatureFailure|InvalidSecretId|TokenFailure)$/,
    what: { zh: '腾讯云密钥无效。', en: 'Tencent Cloud does not accept the credentials.' },
    fix: {
      zh: '请重新执行 npx tcb login，或检查 TENCENTCLOUD_SECRETID 与 TENCENTCLOUD_SECRETKEY。',
      en: 'Run npx tcb login again, or check TENCENTCLOUD_SECRETID and TENCENTCLOUD_SECRETKEY.',
    },
  },
  {
    codes: /^AuthFailure\.SignatureExpire$/,
    what: {
      zh: '本机时间与腾讯云相差太大。',
      en: 'The clock of this machine differs too much from Tencent Cloud.',
    },
    fix: { zh: '请校准系统时间后重试。', en: 'Set the system clock, then try again.' },
  },
  {
    codes: /^(AuthFailure\.)?UnauthorizedOperation/,
    what: { zh: '当前账号没有这项权限。', en: 'This account lacks a permission.' },
    fix: {
      zh: '请在访问管理（CAM）中授予 QcloudTCBFullAccess 与 QcloudSCFFullAccess，或换用主账号密钥。',
      en: 'Grant it QcloudTCBFullAccess and QcloudSCFFullAccess in CAM (访问管理), or use the credentials of another account.',
    },
  },
  {
    codes: /^(RequestLimitExceeded|LimitExceeded\.Request)/,
    what: { zh: '请求过于频繁。', en: 'Too many requests.' },
    fix: { zh: '请稍候一分钟再执行一次。', en: 'Wait a minute, then run it again.' },
  },
  {
    codes: /^(ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN)$/,
    what: { zh: '无法连接腾讯云。', en: 'Tencent Cloud cannot be reached.' },
    fix: {
      zh: '请检查网络；如需代理，请设置 https_proxy。',
      en: 'Check the network; where a proxy is needed, set https_proxy.',
    },
  },
];

function readError(error: unknown): { code: string; action: string; requestId: string; message: string } {
  const of = (name: string): string => {
    const value: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined;
    return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  };
  // manager-node wraps a failed connection in an error whose message alone has the code.
  const network =
    /\b(ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN)\b/.exec(of('message'))?.[1] ?? '';
  return {
    code: of('code') || network,
    action: of('action'),
    requestId: of('requestId'),
    message: of('message'),
  };
}
