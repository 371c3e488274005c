/** What a refusal of the live test means, in the terms of the settings. */
import { variableOf } from '../../../shared/cloudbase/accounts.ts';
import { WechatpayError, type WechatpayErrorCode } from '../../../shared/wechatpay/errors.ts';
import type { Text } from '../../env/text.ts';
import type { Finding } from '../finding.ts';
import type { LiveAccount } from './account.ts';

interface Explanation {
  readonly id: string;
  /** Without the account's prefix; none where no variable is at fault. */
  readonly variable?: string;
  readonly what: Text;
  readonly why: Text;
  readonly fix: Text;
}

/** @param error whatever a call to WeChat Pay threw */
export function explainFailure(account: LiveAccount, error: unknown): Finding {
  const explanation = error instanceof WechatpayError ? explain(account, rootOf(error)) : unexpected(error);
  const { variable, ...rest } = explanation;
  return {
    level: 'error',
    ...(variable !== undefined && { variable: variableOf(account.kind, variable) }),
    ...rest,
  };
}

const unreachableCodes: ReadonlySet<string> = new Set<WechatpayErrorCode>([
  'CONNECT_FAILED',
  'CONNECTION_LOST',
  'RESPONSE_TIMEOUT',
]);
const strangerCodes: ReadonlySet<string> = new Set<WechatpayErrorCode>([
  'GATEWAY_ERROR',
  'RESPONSE_NOT_JSON',
  'RESPONSE_MALFORMED',
  'RESPONSE_TOO_LARGE',
  'SIGNATURE_MISSING',
]);

/** Without a certificate nothing can be encrypted: why there is none is what matters. */
function rootOf(error: WechatpayError): WechatpayError {
  const { code, cause } = error;
  return code === 'PLATFORM_KEY_MISSING' && cause instanceof WechatpayError ? cause : error;
}

function explain(account: LiveAccount, error: WechatpayError): Explanation {
  const { code, message, officialMessage = '' } = error;
  if (code === 'SIGN_ERROR') return signatureRefused(account, error);
  // With a wrong key the refusal itself cannot be verified; the message quotes what it claims.
  if (code === 'SIGNATURE_WRONG') return publicKeyWrong(account);
  if (code === 'SERIAL_UNKNOWN') return answeredWithAnotherKey(account, message);
  if (code === 'DECRYPT_FAILED') return notDecrypted(account);
  if (/Wechatpay-Serial/i.test(officialMessage)) return publicKeyIdWrong(account);
  if (/解密失败|密文/.test(officialMessage)) return publicKeyWrong(account);
  if (code === 'CERTIFICATES_NOT_AVAILABLE') return needsPublicKey();
  if (code === 'NO_AUTH') return notPermitted(message);
  if (unreachableCodes.has(code)) return unreachable(message);
  if (strangerCodes.has(code)) return answeredBySomethingElse(message);
  if (code === 'TIMESTAMP_STALE') return clockIsOff('');
  return refused(message);
}

/** 401. WeChat Pay finds the certificate by merchant number and serial number, then verifies with it. */
function signatureRefused(
  account: LiveAccount,
  { officialMessage = '', issue = '' }: WechatpayError,
): Explanation {
  if (/timestamp|时间/.test(officialMessage)) return clockIsOff(officialMessage);
  // The message decides: WeChat Pay adds the same detail to both.
  if (officialMessage.includes('序列号')) return serialWrong(account);
  if (/sign not match/.test(issue) || /验签失败/.test(officialMessage)) return privateKeyWrong(account);
  return merchantUnknown(account);
}

function serialWrong({ mchid, serialNo, certificateKnown }: LiveAccount): Explanation {
  return {
    id: 'live-serial-wrong',
    variable: 'SERIAL_NO',
    what: {
      zh: `微信支付不认商户 ${mchid} 的证书序列号 ${serialNo}。`,
      en: `WeChat Pay does not know the certificate serial number ${serialNo} of merchant ${mchid}.`,
    },
    why: certificateKnown
      ? {
          zh: '本机上证书、私钥与商户号是一致的，因此该证书多半已在商户平台作废或过期，或是还没有生效。',
          en: 'Certificate, key and merchant number agree on this machine, so the certificate was probably revoked or has expired at the merchant platform.',
        }
      : {
          zh: '序列号属于另一张证书（例如平台证书或换证前的旧证书），或商户号写错。',
          en: 'It is that of another certificate (a platform certificate, or the one before a renewal), or the merchant number is wrong.',
        },
    fix: {
      zh: `在商户平台「账户中心 → API安全 → 商户API证书 → 管理证书」核对；重新设置：npm run setup -- --key FILE --cert FILE`,
      en: 'Compare it at pay.weixin.qq.com under 账户中心 → API安全 → 商户API证书 → 管理证书, then set both again: npm run setup -- --key FILE --cert FILE',
    },
  };
}

function privateKeyWrong({ serialNo }: LiveAccount): Explanation {
  return {
    id: 'live-private-key-wrong',
    variable: 'PRIVATE_KEY',
    what: {
      zh: '签名验证失败：私钥不属于这个证书序列号。',
      en: 'The signature does not verify: the private key is not that of the serial number.',
    },
    why: {
      zh: `微信支付用序列号 ${serialNo} 的证书验签，私钥来自另一次申请。`,
      en: `WeChat Pay verified with the certificate ${serialNo}; the key belongs to another one.`,
    },
    fix: {
      zh: '从同一个证书压缩包中取两个文件：npm run setup -- --key apiclient_key.pem --cert apiclient_cert.pem',
      en: 'Take both files out of the same ZIP file: npm run setup -- --key apiclient_key.pem --cert apiclient_cert.pem',
    },
  };
}

function merchantUnknown({ mchid }: LiveAccount): Explanation {
  return {
    id: 'live-mchid-wrong',
    variable: 'MCHID',
    what: {
      zh: `微信支付不认商户号 ${mchid}。`,
      en: `WeChat Pay does not know the merchant number ${mchid}.`,
    },
    why: {
      zh: '商户号写错，或证书属于另一个商户号。',
      en: 'The number is wrong, or the certificate is that of another merchant.',
    },
    fix: {
      zh: '在商户平台「账户中心 → 商户信息」核对：npm run setup -- --mchid 商户号',
      en: 'Compare it at pay.weixin.qq.com under 账户中心 → 商户信息: npm run setup -- --mchid NUMBER',
    },
  };
}

function clockIsOff(message: string): Explanation {
  return {
    id: 'live-clock-wrong',
    what: {
      zh: '微信支付因时间不符拒绝了请求。',
      en: 'WeChat Pay refused the request because of its time.',
    },
    why: {
      zh: `本机时间与标准时间相差超过 5 分钟。${message.slice(0, 120)}`,
      en: 'The clock of this machine is off by more than 5 minutes.',
    },
    fix: {
      zh: '校准本机时间（打开自动对时）。',
      en: 'Set the clock of this machine (turn on automatic time).',
    },
  };
}

function publicKeyWrong({ publicKeyId }: LiveAccount): Explanation {
  return {
    id: 'live-public-key-wrong',
    variable: 'PUBLIC_KEY',
    what: {
      zh: `微信支付公钥与 ${publicKeyId ?? '平台证书'} 不符。`,
      en: `The WeChat Pay public key is not the one of ${publicKeyId ?? 'the platform certificate'}.`,
    },
    why: {
      zh: '请求被接受了，但应答的签名用它验证不通过：公钥文件来自另一个商户号，或公钥已更换。',
      en: 'The request was accepted, but the signature of the answer does not verify with it: the file is that of another merchant, or the key was renewed.',
    },
    fix: {
      zh: '在商户平台「账户中心 → API安全 → 微信支付公钥」重新下载：npm run setup -- --public-key FILE --public-key-id ID',
      en: 'Download it again at pay.weixin.qq.com under 账户中心 → API安全 → 微信支付公钥: npm run setup -- --public-key FILE --public-key-id ID',
    },
  };
}

function publicKeyIdWrong({ publicKeyId }: LiveAccount): Explanation {
  return {
    id: 'live-public-key-id-wrong',
    variable: 'PUBLIC_KEY_ID',
    what: {
      zh: `微信支付不认公钥 ID ${publicKeyId ?? ''}。`,
      en: `WeChat Pay does not know the public key id ${publicKeyId ?? ''}.`,
    },
    why: {
      zh: 'ID 写错，或属于另一个商户号。',
      en: 'The id is wrong, or that of another merchant.',
    },
    fix: {
      zh: '在商户平台「账户中心 → API安全 → 微信支付公钥」复制公钥 ID：npm run setup -- --public-key-id ID',
      en: 'Copy it at pay.weixin.qq.com under 账户中心 → API安全 → 微信支付公钥: npm run setup -- --public-key-id ID',
    },
  };
}

function answeredWithAnotherKey(account: LiveAccount, message: string): Explanation {
  const claimed = /(PUB_KEY_ID_\w+|\b[0-9A-F]{30,40}\b)/.exec(
    message.replaceAll(account.publicKeyId ?? '-', ''),
  )?.[1];
  const isCertificate = claimed !== undefined && !claimed.startsWith('PUB_KEY_ID_');
  if (account.publicKeyId === undefined && !isCertificate) return needsPublicKey();
  if (!isCertificate) return publicKeyIdWrong(account);
  return {
    ...publicKeyIdWrong(account),
    what: {
      zh: `应答由平台证书 ${claimed} 签名，而不是公钥 ${account.publicKeyId ?? ''}。`,
      en: `The answer is signed with the platform certificate ${claimed}, not with ${account.publicKeyId ?? 'a public key'}.`,
    },
    why: {
      zh: '公钥 ID 不属于该商户号，或商户平台还没有开始启用微信支付公钥。',
      en: 'The id is not one of this merchant, or the public key is not switched on at the merchant platform yet.',
    },
  };
}

function notDecrypted({ publicKeyId }: LiveAccount): Explanation {
  if (publicKeyId === undefined) return apiV3KeyWrong();
  return {
    id: 'live-private-key-not-newest',
    variable: 'PRIVATE_KEY',
    what: {
      zh: '微信支付返回的加密字段无法用该私钥解密。',
      en: 'What WeChat Pay encrypted does not decrypt with the private key.',
    },
    why: {
      zh: '微信支付用最新的商户 API 证书加密，而设置的是较早的一张。',
      en: 'WeChat Pay encrypts for the newest merchant API certificate, and an older one is set.',
    },
    fix: {
      zh: '改用最新证书：npm run setup -- --key FILE --cert FILE，或在商户平台作废不用的证书。',
      en: 'Use the newest: npm run setup -- --key FILE --cert FILE; or revoke the unused one at the merchant platform.',
    },
  };
}

export function apiV3KeyWrong(): Explanation {
  return {
    id: 'live-api-v3-key-wrong',
    variable: 'API_V3_KEY',
    what: { zh: 'APIv3 密钥不正确。', en: 'The API v3 key is wrong.' },
    why: {
      zh: '微信支付用它加密的平台证书无法解密；回调也会因此全部失败。',
      en: 'The platform certificates that WeChat Pay encrypted with it do not decrypt; callbacks will all fail too.',
    },
    fix: {
      zh: '密钥设置后无法查看。找到当时记录的值，或在商户平台「账户中心 → API安全 → APIv3密钥」重新设置后：npm run setup -- --api-v3-key-file FILE',
      en: 'It cannot be looked up once it is set. Find the value that was set, or set a new one at pay.weixin.qq.com under 账户中心 → API安全 → APIv3密钥, then: npm run setup -- --api-v3-key-file FILE',
    },
  };
}

function needsPublicKey(): Explanation {
  return {
    id: 'live-public-key-needed',
    variable: 'PUBLIC_KEY_ID',
    what: {
      zh: '该商户没有平台证书，必须设置微信支付公钥。',
      en: 'This merchant has no platform certificates: the WeChat Pay public key has to be set.',
    },
    why: {
      zh: '2024 年下半年以后开通的商户号只有微信支付公钥。',
      en: 'Merchant numbers opened since late 2024 have the public key only.',
    },
    fix: {
      zh: '在商户平台「账户中心 → API安全 → 微信支付公钥」取得公钥与 ID：npm run setup -- --public-key FILE --public-key-id ID',
      en: 'Get key and id at pay.weixin.qq.com under 账户中心 → API安全 → 微信支付公钥: npm run setup -- --public-key FILE --public-key-id ID',
    },
  };
}

function unreachable(message: string): Explanation {
  return {
    id: 'live-unreachable',
    what: { zh: '连接不上微信支付。', en: 'WeChat Pay cannot be reached.' },
    why: { zh: message.slice(0, 200), en: message.slice(0, 200) },
    fix: {
      zh: '检查本机网络、DNS 与代理；若设置了 WECHATPAY_API_BASES 或 --api-base，检查该地址。',
      en: 'Check network, DNS and proxy of this machine, and the address where WECHATPAY_API_BASES or --api-base is set.',
    },
  };
}

function answeredBySomethingElse(message: string): Explanation {
  return {
    id: 'live-not-wechatpay',
    what: { zh: '应答不是微信支付发出的。', en: 'What answered is not WeChat Pay.' },
    why: { zh: message.slice(0, 200), en: message.slice(0, 200) },
    fix: {
      zh: '检查代理、网关或 WECHATPAY_API_BASES、--api-base 指向的地址；官方地址为 https://api.mch.weixin.qq.com。',
      en: 'Check proxies and gateways, and the address in WECHATPAY_API_BASES or --api-base; the official host is https://api.mch.weixin.qq.com.',
    },
  };
}

function notPermitted(message: string): Explanation {
  return {
    id: 'live-not-permitted',
    what: { zh: '商户号没有调用该接口的权限。', en: 'The merchant number may not call this API.' },
    why: { zh: message.slice(0, 200), en: message.slice(0, 200) },
    fix: {
      zh: '确认 --kind 与商户号类型一致，并在商户平台「产品中心」开通所需产品。',
      en: 'Check that --kind is the kind of this merchant number, and open the product at pay.weixin.qq.com under 产品中心.',
    },
  };
}

function refused(message: string): Explanation {
  return {
    id: 'live-refused',
    what: { zh: '微信支付拒绝了测试请求。', en: 'WeChat Pay refused the test request.' },
    why: { zh: message.slice(0, 300), en: message.slice(0, 300) },
    fix: {
      zh: '按应答的说明处理；需要帮助时把应答中的 Request-Id 提供给微信支付技术支持。',
      en: 'Do what the answer says; for help give the Request-Id of the answer to the support of WeChat Pay.',
    },
  };
}

function unexpected(error: unknown): Explanation {
  return refused(error instanceof Error ? error.message : String(error));
}
