/** Key, certificate, serial number and public key of one account, against each other. */
import type { KeyObject, X509Certificate } from 'node:crypto';
import { variableOf } from '../../shared/cloudbase/accounts.ts';
import type { AccountKind } from '../../shared/core/account.ts';
import {
  parseCertificate,
  parsePrivateKey,
  parsePublicKey,
  serialOf,
} from '../../shared/wechatpay/crypto/keys.ts';
import type { Values } from './check-values.ts';
import type { Finding } from './finding.ts';

const dayMs = 86_400_000;
/** A new certificate needs an administrator's password and a deployment: this leaves time for both. */
const warnDays = 60;

interface Material {
  readonly kind: AccountKind;
  readonly values: Values;
  readonly privateKey: KeyObject | undefined;
  readonly certificate: X509Certificate | undefined;
  readonly publicKey: KeyObject | undefined;
}

/** Says nothing about what cannot be read: that is a finding of its own. */
export function checkKeys(values: Values, kind: AccountKind, nowMs: number): Finding[] {
  const read = <T>(name: string, parse: (text: string) => T): T | undefined => {
    const text = values[variableOf(kind, name)];
    try {
      return text ? parse(text) : undefined;
    } catch {
      return undefined;
    }
  };
  const material: Material = {
    kind,
    values,
    privateKey: read('PRIVATE_KEY', (text) => parsePrivateKey(text)),
    certificate: read('CERTIFICATE', (text) => parseCertificate(text)),
    publicKey: read('PUBLIC_KEY', (text) => parsePublicKey(text)),
  };
  return [
    ...(material.certificate
      ? checkCertificate(material, material.certificate, nowMs)
      : noCertificate(material)),
    ...checkPublicKey(material),
    ...checkAlphabet(material),
  ];
}

function checkCertificate(material: Material, certificate: X509Certificate, nowMs: number): Finding[] {
  const name = commonName(certificate);
  if (name.startsWith('Tenpay.com sign')) return [platformCertificate(material)];
  return [
    ...checkOwner(material, name),
    ...(material.privateKey && !certificate.checkPrivateKey(material.privateKey) ? [otherKey(material)] : []),
    ...checkSerial(material, serialOf(certificate)),
    checkExpiry(material, certificate, nowMs),
  ];
}

/** The subject of a merchant API certificate is the merchant number. */
function checkOwner({ kind, values }: Material, name: string): Finding[] {
  const mchid = values[variableOf(kind, 'MCHID')];
  if (!/^\d{8,10}$/.test(name) || !mchid || mchid === name) return [];
  return [
    {
      id: 'certificate-of-another-merchant',
      level: 'error',
      variable: variableOf(kind, 'MCHID'),
      what: {
        zh: `证书属于商户号 ${name}，而设置的商户号是 ${mchid}。`,
        en: `The certificate belongs to merchant ${name}, but merchant ${mchid} is set.`,
      },
      why: {
        zh: '签名会以一个商户的名义、用另一个商户的证书发出，微信支付会拒绝每个请求。',
        en: 'Requests would be signed for one merchant with the certificate of another: WeChat Pay refuses each of them.',
      },
      fix: {
        zh: `若商户号写错，改为 ${name}；否则请使用商户号 ${mchid} 的 apiclient_cert.pem 与 apiclient_key.pem。`,
        en: `If the number is wrong, set ${name}; else give apiclient_cert.pem and apiclient_key.pem of merchant ${mchid}.`,
      },
    },
  ];
}

function otherKey({ kind }: Material): Finding {
  return {
    id: 'certificate-not-of-key',
    level: 'error',
    variable: variableOf(kind, 'PRIVATE_KEY'),
    what: {
      zh: '私钥与商户 API 证书不是一对。',
      en: 'The private key and the merchant API certificate do not match.',
    },
    why: {
      zh: '微信支付按证书序列号查找公钥验签；私钥来自另一次申请时，每个请求都会得到 SIGN_ERROR。',
      en: 'WeChat Pay verifies with the certificate that the serial number names. With a key of another application each request ends in SIGN_ERROR.',
    },
    fix: {
      zh: '从同一个证书压缩包中取 apiclient_key.pem 和 apiclient_cert.pem，一起设置：npm run setup -- --key FILE --cert FILE',
      en: 'Take apiclient_key.pem and apiclient_cert.pem out of the same ZIP file and set both: npm run setup -- --key FILE --cert FILE',
    },
  };
}

function checkSerial({ kind, values }: Material, serial: string): Finding[] {
  const given = values[variableOf(kind, 'SERIAL_NO')]?.replaceAll(':', '').toUpperCase();
  if (!given || given === serial) return [];
  return [
    {
      id: 'serial-not-of-certificate',
      level: 'error',
      variable: variableOf(kind, 'SERIAL_NO'),
      what: {
        zh: `序列号 ${given} 不是该证书的序列号，证书的是 ${serial}。`,
        en: `${given} is not the serial number of the certificate, which is ${serial}.`,
      },
      why: {
        zh: '常见原因：填了平台证书的序列号、公钥 ID，或换证书后没有更新序列号。',
        en: 'Usually it is that of a platform certificate, or the certificate was renewed and the serial number was not.',
      },
      fix: {
        zh: `执行：npm run setup -- --serial ${serial}`,
        en: `Run: npm run setup -- --serial ${serial}`,
      },
    },
  ];
}

function checkExpiry({ kind }: Material, certificate: X509Certificate, nowMs: number): Finding {
  const variable = variableOf(kind, 'CERTIFICATE');
  const until = Date.parse(certificate.validTo);
  const date = new Date(until).toISOString().slice(0, 10);
  const days = Math.floor((until - nowMs) / dayMs);
  const renew = {
    zh: '在商户平台「账户中心 → API安全 → 商户API证书」更换证书，再按 docs/guides/rotate-certificate.zh-CN.md 同时换私钥和序列号。',
    en: 'Renew it at pay.weixin.qq.com under 账户中心 → API安全 → 商户API证书, then change key and serial together: docs/guides/rotate-certificate.md.',
  };
  if (Date.parse(certificate.validFrom) > nowMs + dayMs) return clockIsBehind(variable, certificate);
  if (days < 0) {
    return {
      id: 'certificate-expired',
      level: 'error',
      variable,
      what: {
        zh: `商户 API 证书已于 ${date} 过期。`,
        en: `The merchant API certificate expired on ${date}.`,
      },
      why: {
        zh: '微信支付拒绝以过期证书签名的请求。',
        en: 'WeChat Pay refuses requests signed with an expired certificate.',
      },
      fix: renew,
    };
  }
  return {
    id: days < warnDays ? 'certificate-expires-soon' : 'certificate-valid',
    level: days < warnDays ? 'warning' : 'info',
    variable,
    what: {
      zh: `商户 API 证书有效期至 ${date}，还有 ${days} 天。`,
      en: `The merchant API certificate is valid until ${date}, ${days} days from now.`,
    },
    why: { zh: '证书过期后所有请求都会被拒绝。', en: 'Once it has expired every request is refused.' },
    fix: renew,
  };
}

function clockIsBehind(variable: string, { validFrom }: X509Certificate): Finding {
  const date = new Date(Date.parse(validFrom)).toISOString().slice(0, 10);
  return {
    id: 'clock-behind-certificate',
    level: 'error',
    variable,
    what: {
      zh: `按本机时钟，证书要到 ${date} 才生效。`,
      en: `By the clock of this machine the certificate is not valid before ${date}.`,
    },
    why: {
      zh: '刚签发的证书立即有效，因此多半是本机时间不对；时间相差超过 5 分钟的签名会被拒绝。',
      en: 'Certificates are valid once they are issued, so the clock is probably wrong; WeChat Pay refuses signatures that are off by more than 5 minutes.',
    },
    fix: {
      zh: '校准本机时间（打开自动对时）。',
      en: 'Set the clock of this machine (turn on automatic time).',
    },
  };
}

function platformCertificate({ kind }: Material): Finding {
  return {
    id: 'certificate-is-platform',
    level: 'error',
    variable: variableOf(kind, 'CERTIFICATE'),
    what: {
      zh: '这是微信支付平台证书，不是商户 API 证书。',
      en: "This is WeChat Pay's platform certificate, not the merchant API certificate.",
    },
    why: {
      zh: '签名用的是商户自己的证书；平台证书由程序自动下载，不需要设置。',
      en: 'Requests are signed with the certificate of the merchant. Platform certificates are downloaded automatically and need not be set.',
    },
    fix: {
      zh: '改用证书压缩包里的 apiclient_cert.pem：npm run setup -- --cert FILE',
      en: 'Give apiclient_cert.pem out of the merchant certificate ZIP file: npm run setup -- --cert FILE',
    },
  };
}

function noCertificate({ kind, values }: Material): Finding[] {
  const variable = variableOf(kind, 'CERTIFICATE');
  if (!values[variableOf(kind, 'PRIVATE_KEY')] || values[variable]) return [];
  return [
    {
      id: 'certificate-unknown',
      level: 'info',
      variable,
      what: {
        zh: '没有商户 API 证书，无法在本机检查序列号和有效期。可执行：npm run setup -- --cert FILE',
        en: 'Without the merchant API certificate neither serial number nor expiry can be checked here. Run: npm run setup -- --cert FILE',
      },
      why: { zh: '序列号与有效期都写在证书里。', en: 'Both are in the certificate.' },
      fix: { zh: '执行：npm run setup -- --cert FILE', en: 'Run: npm run setup -- --cert FILE' },
    },
  ];
}

function checkPublicKey({ kind, privateKey, certificate, publicKey }: Material): Finding[] {
  if (!publicKey) return [];
  const same = (other: KeyObject | undefined) => other !== undefined && modulus(other) === modulus(publicKey);
  if (!same(privateKey) && !same(certificate?.publicKey)) return [];
  return [
    {
      id: 'public-key-is-own',
      level: 'error',
      variable: variableOf(kind, 'PUBLIC_KEY'),
      what: {
        zh: '这是商户自己的公钥，不是微信支付公钥。',
        en: "This is the merchant's own public key, not the one of WeChat Pay.",
      },
      why: {
        zh: `它与 ${variableOf(kind, 'PRIVATE_KEY')} 是一对；用它无法验证微信支付的签名。`,
        en: `It belongs to ${variableOf(kind, 'PRIVATE_KEY')}: no signature of WeChat Pay verifies with it.`,
      },
      fix: {
        zh: '在商户平台「账户中心 → API安全 → 微信支付公钥」下载 pub_key.pem：npm run setup -- --public-key FILE --public-key-id ID',
        en: 'Download pub_key.pem at pay.weixin.qq.com under 账户中心 → API安全 → 微信支付公钥: npm run setup -- --public-key FILE --public-key-id ID',
      },
    },
  ];
}

function modulus(key: KeyObject): string {
  return String(key.export({ format: 'jwk' }).n);
}

/** The merchant platform takes digits and letters only. */
function checkAlphabet({ kind, values }: Material): Finding[] {
  const variable = variableOf(kind, 'API_V3_KEY');
  const text = values[variable];
  if (!text || Buffer.byteLength(text) !== 32 || /^[0-9A-Za-z]+$/.test(text)) return [];
  return [
    {
      id: 'api-v3-key-alphabet',
      level: 'warning',
      variable,
      what: {
        zh: 'APIv3 密钥含有字母和数字以外的字符。',
        en: 'The API v3 key contains characters other than letters and digits.',
      },
      why: {
        zh: '商户平台只接受字母和数字，因此它可能不是完整的密钥。',
        en: 'The merchant platform takes letters and digits only, so this may not be the complete key.',
      },
      fix: {
        zh: '核对后用 npm run doctor -- --live 验证；必要时在商户平台重新设置。',
        en: 'Compare it, then verify it with npm run doctor -- --live; if necessary, set a new one in the merchant platform.',
      },
    },
  ];
}

function commonName(certificate: X509Certificate): string {
  return /^CN=(.*)$/m.exec(certificate.subject)?.[1]?.trim() ?? '';
}
