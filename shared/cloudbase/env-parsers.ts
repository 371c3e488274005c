/** Parsers for the values of environment variables. Each throws a ValueError that never quotes the value. */
import { ValueError } from './config.ts';
import { Secret } from './secret.ts';

export function appid(text: string): string {
  if (/^wx[0-9a-zA-Z]{16}$/.test(text)) return text;
  throw new ValueError(
    'Not an appid: expected "wx" followed by 16 letters or digits, shown in the mini-program console under 开发管理.',
    '不是有效的 AppID（wx 加 16 位字母数字），请在小程序后台「开发管理」中查看。',
  );
}

export function mchid(text: string): string {
  if (/^\d{8,10}$/.test(text)) return text;
  throw new ValueError(
    'Not a merchant number: expected 8 to 10 digits, shown at pay.weixin.qq.com under 账户中心.',
    '不是有效的商户号（8～10 位数字），请在商户平台「账户中心」中查看。',
  );
}

/** In upper case, as WeChat Pay writes it. Also accepts the output of `openssl x509 -serial`: `serial=…`. */
export function serialNo(text: string): string {
  const plain = text.replace(/^serial\s*=\s*/i, '').replaceAll(':', '');
  if (/^[0-9a-fA-F]{16,40}$/.test(plain)) return plain.toUpperCase();
  throw new ValueError(
    'Not a certificate serial number: expected the 40 hexadecimal digits of the merchant API certificate (not of the platform certificate); print them with: openssl x509 -in apiclient_cert.pem -noout -serial',
    '不是有效的证书序列号（40 位十六进制，取自商户 API 证书而非平台证书），可执行 openssl x509 -in apiclient_cert.pem -noout -serial 查看。',
  );
}

/** Exactly 32 bytes: developers of WeChat Pay call it APIv3 密钥. */
export function apiV3Key(text: string): Secret<string> {
  const sizeBytes = new TextEncoder().encode(text).length;
  if (sizeBytes === 32) return new Secret(text);
  throw new ValueError(
    `The API v3 key must be exactly 32 bytes; this one has ${sizeBytes}. Copy it again without quotes, or set a new one at pay.weixin.qq.com under API 安全.`,
    `APIv3 密钥必须是 32 字节，当前为 ${sizeBytes} 字节。请重新复制（不要带引号），或在商户平台「API 安全」重新设置。`,
  );
}

export function publicKeyId(text: string): string {
  if (/^PUB_KEY_ID_[0-9A-Za-z]{8,64}$/.test(text)) return text;
  throw new ValueError(
    'Not the id of a WeChat Pay public key: it starts with PUB_KEY_ID_ and is shown next to the key at pay.weixin.qq.com under API 安全.',
    '不是有效的微信支付公钥 ID（以 PUB_KEY_ID_ 开头），请在商户平台「API 安全」中查看。',
  );
}

/** Origins in the order to try them. */
export function apiBases(text: string): readonly string[] {
  const bases = text.split(',').flatMap((each) => each.trim() || []);
  return bases.map((base) => {
    const url = parseUrl(base);
    const extra = url.pathname !== '/' || url.search || url.hash || url.username || url.password;
    if (extra || !isHttpsOrLoopback(url)) {
      throw new ValueError(
        'Each base is https://host without a path (http only on a loopback address), separated by commas; leave it unset for the official hosts.',
        '每个地址应为 https://主机（仅回环地址可用 http），不带路径，以逗号分隔；不设置则使用官方地址。',
      );
    }
    return url.origin;
  });
}

/** One origin. */
export function apiBase(text: string): string {
  const [base, ...more] = apiBases(text);
  if (base !== undefined && more.length === 0) return base;
  throw new ValueError(
    'One base is expected: https://host without a path.',
    '应为一个地址：https://主机，不带路径。',
  );
}

export function appSecret(text: string): Secret<string> {
  if (/^[0-9a-f]{32}$/.test(text)) return new Secret(text);
  throw new ValueError(
    'Not an AppSecret: expected 32 hexadecimal digits, generated at mp.weixin.qq.com under 开发管理 → 开发设置 (it is shown once).',
    '不是有效的 AppSecret（32 位十六进制），请在小程序后台「开发管理 → 开发设置」生成（只显示一次）。',
  );
}

export function templateId(text: string): string {
  if (/^[A-Za-z0-9_-]{20,64}$/.test(text)) return text;
  throw new ValueError(
    'Not the id of a template: copy 模板ID from mp.weixin.qq.com under 功能 → 订阅消息 → 我的模板.',
    '不是有效的模板 ID，请在小程序后台「功能 → 订阅消息 → 我的模板」复制。',
  );
}

/** Without a trailing slash; the account's name is appended. At most 255 characters with it. */
export function notifyUrl(text: string): string {
  const url = parseUrl(text);
  if (url.search || text.includes('?') || url.hash || url.username || url.password) {
    throw new ValueError(
      'WeChat Pay refuses a notify URL with a query string, a fragment or credentials: remove them.',
      '微信支付不接受带查询参数、锚点（#）或用户名密码的通知地址，请去掉。',
    );
  }
  if (!isHttpsOrLoopback(url)) {
    throw new ValueError(
      'The notify URL must be https (http only on a loopback address): use the HTTP access path of payNotify.',
      '通知地址必须为 https（仅回环地址可用 http），请使用 payNotify 的 HTTP 访问路径。',
    );
  }
  const base = `${url.origin}${url.pathname}`.replace(/\/+$/, '');
  if (base.length <= 240) return base;
  throw new ValueError(
    'The notify URL is longer than 240 characters: shorten it.',
    '通知地址超过 240 个字符，请缩短。',
  );
}

export function functionName(text: string): string {
  if (/^[A-Za-z][A-Za-z0-9_-]{0,59}$/.test(text)) return text;
  throw new ValueError(
    'Not the name of a cloud function: a letter, then letters, digits, - and _.',
    '不是有效的云函数名（字母开头，由字母、数字、- 和 _ 组成）。',
  );
}

export function openids(text: string): readonly string[] {
  const ids = text.split(',').flatMap((each) => each.trim() || []);
  if (ids.every((id) => /^[A-Za-z0-9_-]{6,128}$/.test(id))) return ids;
  throw new ValueError(
    'A list of openids separated by commas is expected.',
    '应为以逗号分隔的 openid 列表。',
  );
}

/** 转账场景ID, separated by commas. */
export function transferScenes(text: string): readonly string[] {
  const ids = text.split(',').flatMap((each) => each.trim() || []);
  if (ids.every((id) => /^\d{4,8}$/.test(id))) return ids;
  throw new ValueError(
    'A list of scene ids separated by commas is expected, such as 1000,1005; they are shown at pay.weixin.qq.com under 产品中心 → 商家转账.',
    '应为以逗号分隔的转账场景 ID（例如 1000,1005），见商户平台「产品中心 → 商家转账」。',
  );
}

export function oneOf<const T extends string>(...choices: readonly T[]): (text: string) => T {
  return (text) => {
    const found = choices.find((choice) => choice === text);
    if (found !== undefined) return found;
    throw new ValueError(`Must be one of: ${choices.join(', ')}.`, `只能是：${choices.join('、')}。`);
  };
}

/** A loopback origin such as http://127.0.0.1:8420, where the sandbox listens. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

function isHttpsOrLoopback(url: URL): boolean {
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname));
}

function parseUrl(text: string): URL {
  try {
    return new URL(text);
  } catch {
    throw new ValueError(
      'Not a URL: write it with https:// and the host.',
      '不是有效的网址，请写全 https:// 与主机名。',
    );
  }
}
