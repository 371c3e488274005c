import type { Text } from '../../text.ts';
import { ApiProblem, internalCodes } from '../http/problem.ts';

export const scheme = 'WECHATPAY2-SHA256-RSA2048';

export interface Authorization {
  readonly mchid: string;
  readonly serialNo: string;
  readonly nonce: string;
  /** Seconds, as sent. */
  readonly timestamp: string;
  /** Base64, as sent. */
  readonly signature: string;
}

const malformed = 'Http头Authorization值格式错误，请参考《微信支付商户REST API签名规则》';

/**
 * `WECHATPAY2-SHA256-RSA2048 mchid="…",nonce_str="…",signature="…",timestamp="…",serial_no="…"`, in any order:
 * doc/v3/merchant/4012365342.
 * @throws ApiProblem 401 SIGN_ERROR
 */
export function parseAuthorization(header: string | null): Authorization {
  if (header === null)
    throw signError(malformed, {
      en: 'the Authorization header is missing',
      zh: '缺少 Authorization 请求头',
    });
  const [name, rest] = splitOnce(header.trim());
  if (name !== scheme) {
    const known = /^[A-Z0-9-]+$/i.test(name) && rest !== '';
    throw signError(known ? 'Http头Authorization认证类型不正确' : malformed, {
      en: `the authorization type is "${name}", it must be ${scheme}`,
      zh: `认证类型为“${name}”，应为 ${scheme}`,
    });
  }
  const values: Record<string, string> = {};
  for (const part of rest.matchAll(/\s*([a-z_]+)\s*=\s*"([^"]*)"\s*(,|$)/g)) values[part[1]!] = part[2]!;
  const missing = ['mchid', 'serial_no', 'nonce_str', 'timestamp', 'signature'].filter((key) => !values[key]);
  if (missing.length > 0) {
    throw signError(malformed, {
      en: `missing or empty, or not in double quotes: ${missing.join(', ')}`,
      zh: `缺少、为空或没有用双引号括起：${missing.join('、')}`,
    });
  }
  if (!/^\d{1,13}$/.test(values.timestamp!)) {
    throw signError(malformed, {
      en: `timestamp "${values.timestamp}" is not a number of seconds`,
      zh: `timestamp “${values.timestamp}”不是以秒计的数字`,
    });
  }
  return {
    mchid: values.mchid!,
    serialNo: values.serial_no!,
    nonce: values.nonce_str!,
    timestamp: values.timestamp!,
    signature: values.signature!,
  };
}

export function signError(message: string, explanation: Text): ApiProblem {
  return new ApiProblem(401, 'SIGN_ERROR', message, {
    explanation,
    internalCode: internalCodes.signature,
  });
}

function splitOnce(text: string): [string, string] {
  const space = text.indexOf(' ');
  return space < 0 ? [text, ''] : [text.slice(0, space), text.slice(space + 1)];
}
