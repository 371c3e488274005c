/** The address of the callbacks. https://pay.weixin.qq.com/doc/v3/merchant/4012075249 */
import { isIP } from 'node:net';
import type { Text } from '../env/text.ts';
import type { Values } from './check-values.ts';
import type { Finding, Level } from './finding.ts';

const variable = 'WECHATPAY_NOTIFY_URL';

/** Says nothing about an address that is missing or malformed: that is a finding of its own. */
export function checkNotifyUrl(values: Values): Finding[] {
  const text = values[variable];
  const url = text ? parse(text) : undefined;
  if (!url) return [];
  return [...checkHost(url, values), ...checkPath(url), ...checkDomain(url)];
}

/** Against the sandbox on this machine an address on this machine is right. */
function checkHost({ hostname }: URL, values: Values): Finding[] {
  const bases = values.WECHATPAY_API_BASES?.split(',').flatMap((base) => parse(base.trim()) ?? []) ?? [];
  if (isPublic(hostname) || bases.some((base) => !isPublic(base.hostname))) return [];
  return [
    finding('notify-url-not-public', 'error', {
      what: {
        zh: `主机 ${hostname} 不能从公网访问。`,
        en: `The host ${hostname} cannot be reached from the internet.`,
      },
      why: {
        zh: '微信支付从公网发送回调；收不到回调时，付款要等定时任务查询才会入账。',
        en: 'WeChat Pay sends its callbacks over the internet; without them a payment is only recorded when the timer queries it.',
      },
      fix: {
        zh: '使用云开发 HTTP 访问服务的域名或已备案的自定义域名；npm run provision 会查出并写入。',
        en: 'Use the domain of the HTTP access service of CloudBase, or a custom domain: npm run provision finds it and writes it.',
      },
    }),
  ];
}

function checkPath({ pathname }: URL): Finding[] {
  const path = pathname.replace(/\/+$/, '');
  if (path === '') {
    return [
      finding('notify-url-without-path', 'error', {
        what: { zh: '地址没有路径。', en: 'The address has no path.' },
        why: {
          zh: 'payNotify 在一个路径下接收回调，根路径上没有它。',
          en: 'payNotify receives callbacks under a path; it is not at the root.',
        },
        fix: {
          zh: '加上 HTTP 访问路径，例如 https://主机/pay-notify。',
          en: 'Add its HTTP access path, for example https://host/pay-notify.',
        },
      }),
    ];
  }
  const account = /\/(direct|partner|ecommerce)$/.exec(path)?.[1];
  if (!account) return [];
  return [
    finding('notify-url-with-account', 'error', {
      what: { zh: `地址以账号名 /${account} 结尾。`, en: `The address ends in the account /${account}.` },
      why: {
        zh: `程序会自动加上账号名，回调会发往 ${path}/${account}，那里没有接收者。`,
        en: `The account is appended by the program: callbacks would go to ${path}/${account}, where nothing answers.`,
      },
      fix: { zh: `去掉末尾的 /${account}。`, en: `Remove /${account} at the end.` },
    }),
  ];
}

/** https://docs.cloudbase.net/service/custom-domain */
function checkDomain({ hostname }: URL): Finding[] {
  if (!/\.(tcloudbase\.com|tcloudbaseapp\.com|tcloudbasegateway\.com)$/.test(hostname)) return [];
  return [
    finding('notify-url-default-domain', 'warning', {
      what: {
        zh: '使用的是云开发默认域名。',
        en: 'It is the default domain of CloudBase.',
      },
      why: {
        zh: '默认域名只供测试，有频率限制；限流时会丢回调，要等定时任务补查。',
        en: 'The default domain is for testing and is rate-limited: callbacks beyond the limit are lost, and the payment is only recorded when the timer queries it.',
      },
      fix: {
        zh: '正式上线前在云开发控制台「HTTP 访问服务」绑定已备案的自定义域名，再执行 npm run provision。',
        en: 'Before you go live bind a custom domain (with 备案) in the CloudBase console under HTTP 访问服务, then run npm run provision.',
      },
    }),
  ];
}

function isPublic(host: string): boolean {
  const name = host.replace(/^\[|\]$/g, '');
  if (isIP(name) === 6) return !/^(::1?$|f[cd]|fe80)/i.test(name);
  if (isIP(name) === 4) {
    return !/^(0|10|127|169\.254|192\.168|172\.(1[6-9]|2\d|3[01])|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7]))\./.test(
      name,
    );
  }
  return name.includes('.') && !/\.(local|localhost|internal|lan|test|example|invalid)$/.test(name);
}

function parse(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

function finding(id: string, level: Level, texts: { what: Text; why: Text; fix: Text }): Finding {
  return { id, level, variable, ...texts };
}
