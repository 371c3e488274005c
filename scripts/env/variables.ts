/** Every variable of a deployment: what it is, where to find it, how it is checked. */
import { variableOf } from '../../shared/cloudbase/accounts.ts';
import { ValueError, type VariableProblem } from '../../shared/cloudbase/config.ts';
import * as values from '../../shared/cloudbase/env-parsers.ts';
import { type AccountKind, providerKinds } from '../../shared/core/account.ts';
import { parseCertificate, parsePrivateKey, parsePublicKey } from '../../shared/wechatpay/crypto/keys.ts';
import { oneLineDer, plainSerial, withoutQuotes } from './key-text.ts';
import type { Text } from './text.ts';

export interface VariableDefinition {
  readonly name: string;
  /** The kinds of account that it belongs to; absent for what the whole shop has. */
  readonly kinds?: readonly AccountKind[];
  /** Never printed, not even in part. */
  readonly secret: boolean;
  /** `command`: no function gets it, the commands on this machine need it; `local`: they can do without. */
  readonly use: 'required' | 'optional' | 'command' | 'local';
  /** How `npm run setup` takes it, and whether the value or a file that holds it. */
  readonly flag: string;
  readonly input: 'value' | 'file';
  readonly about: Text;
  readonly example?: string;
  /** @throws with what is wrong, without the value */
  readonly parse: (text: string) => unknown;
  /** The form in which it is stored and deployed; a text that it cannot read comes back unchanged. */
  readonly normalize: (text: string) => string;
}

type Draft = Omit<VariableDefinition, 'normalize'> & Partial<Pick<VariableDefinition, 'normalize'>>;

const shop: readonly Draft[] = [
  {
    name: 'TCB_ENV_ID',
    secret: false,
    use: 'command',
    flag: 'env',
    input: 'value',
    about: {
      zh: '云开发环境 ID，在云开发控制台「环境 → 概览」查看。',
      en: 'Id of the CloudBase environment, shown in the CloudBase console under 环境 → 概览.',
    },
    example: 'shop-1a2b3c4d',
    parse: environmentId,
  },
  {
    name: 'WECHATPAY_APPID',
    secret: false,
    use: 'required',
    flag: 'appid',
    input: 'value',
    about: {
      zh: '小程序的 AppID，须与商户号绑定。在小程序后台「开发管理 → 开发设置」查看。',
      en: 'appid of the mini-program, bound to the merchant number. Shown at mp.weixin.qq.com under 开发管理 → 开发设置.',
    },
    example: 'wx0123456789abcdef',
    parse: values.appid,
  },
  {
    name: 'WECHATPAY_NOTIFY_URL',
    secret: false,
    use: 'required',
    flag: 'notify-url',
    input: 'value',
    about: {
      zh: 'payNotify 的公网 https 地址，不带参数；末尾不写账号名，程序自动加上 /direct、/partner 或 /ecommerce。npm run provision 会填写。',
      en: 'Public https address of payNotify without a query; the account (/direct, /partner or /ecommerce) is appended. npm run provision fills it in.',
    },
    example: 'https://pay.example.com/pay-notify',
    parse: values.notifyUrl,
  },
  {
    name: 'FULFILMENT_FUNCTION',
    secret: false,
    use: 'required',
    flag: 'fulfilment',
    input: 'value',
    about: {
      zh: '付款后调用的发货云函数，须按订单号幂等。示例为 fulfilOrder。',
      en: 'Cloud function that delivers paid orders; it must be idempotent by order number. The example is fulfilOrder.',
    },
    example: 'fulfilOrder',
    parse: values.functionName,
  },
  {
    name: 'OPERATOR_OPENIDS',
    secret: false,
    use: 'optional',
    flag: 'operators',
    input: 'value',
    about: {
      zh: '运营人员的 openid，以逗号分隔；留空则没有人。',
      en: 'openids of the operators, separated by commas; nobody when empty.',
    },
    parse: values.openids,
  },
  {
    name: 'WECHATPAY_TRANSFER_SCENES',
    kinds: ['direct'],
    secret: false,
    use: 'optional',
    flag: 'transfer-scenes',
    input: 'value',
    about: {
      zh: '商家转账已开通的转账场景 ID，以逗号分隔；留空则不能转账。',
      en: 'Scene ids that 商家转账 was approved for, separated by commas; no transfers when empty.',
    },
    example: '1000,1005',
    parse: values.transferScenes,
  },
  {
    name: 'WECHATPAY_API_BASES',
    secret: false,
    use: 'optional',
    flag: 'api-bases',
    input: 'value',
    about: {
      zh: '接口地址，以逗号分隔；留空则使用官方主备域名。仅沙箱或代理需要。',
      en: 'API hosts separated by commas; the official host and its backup when empty. Only for the sandbox or a proxy.',
    },
    parse: values.apiBases,
  },
  {
    name: 'WECHAT_API_ACCESS',
    secret: false,
    use: 'optional',
    flag: 'wechat-api-access',
    input: 'value',
    about: {
      zh: '小程序发货信息：token（用 AppSecret 换取 access_token，任何部署方式都可用）或 cloud（云调用，函数须用微信开发者工具上传）；留空则不录入发货信息。见 docs/guides/shipping.zh-CN.md。',
      en: 'Shipping information: token (an access token by the AppSecret, works however the functions are deployed) or cloud (cloud call; the function must be uploaded with WeChat DevTools); empty: no shipping information is uploaded. See docs/guides/shipping.md.',
    },
    example: 'token',
    parse: values.oneOf('token', 'cloud'),
  },
  {
    name: 'WECHAT_APP_SECRET',
    secret: true,
    use: 'optional',
    flag: 'app-secret-file',
    input: 'file',
    about: {
      zh: '小程序的 AppSecret，仅 WECHAT_API_ACCESS=token 需要。在小程序后台「开发管理 → 开发设置」生成；若设置了 IP 白名单，需加入云函数的固定出口 IP。',
      en: 'AppSecret of the mini-program, for WECHAT_API_ACCESS=token only. Made at mp.weixin.qq.com under 开发管理 → 开发设置; with an IP list there, add the fixed outbound address of the cloud functions.',
    },
    parse: values.appSecret,
  },
  {
    name: 'WECHAT_API_BASE',
    secret: false,
    use: 'optional',
    flag: 'wechat-api-base',
    input: 'value',
    about: {
      zh: '小程序服务端接口地址；留空则为 https://api.weixin.qq.com。仅沙箱或代理需要。',
      en: "Host of WeChat's server API; https://api.weixin.qq.com when empty. Only for the sandbox or a proxy.",
    },
    parse: values.apiBase,
  },
  {
    name: 'SHIPPED_TEMPLATE_ID',
    secret: false,
    use: 'optional',
    flag: 'shipped-template',
    input: 'value',
    about: {
      zh: '订阅消息「订单发货提醒」的模板 ID；留空则不发送（微信自己也会通知买家）。',
      en: 'Template id of the subscribe message 订单发货提醒; none is sent when empty (WeChat tells the buyer itself too).',
    },
    parse: values.templateId,
  },
];

const providerOnly: readonly Draft[] = [
  {
    name: 'WECHATPAY_PROVIDER_KIND',
    kinds: providerKinds,
    secret: false,
    use: 'required',
    flag: 'kind',
    input: 'value',
    about: {
      zh: 'partner（普通服务商）或 ecommerce（电商收付通平台）。',
      en: 'partner (ordinary service provider) or ecommerce (platform, 电商收付通).',
    },
    example: 'ecommerce',
    parse: values.oneOf('partner', 'ecommerce'),
  },
  {
    name: 'WECHATPAY_PROVIDER_SUB_APPID',
    kinds: providerKinds,
    secret: false,
    use: 'optional',
    flag: 'sub-appid',
    input: 'value',
    about: {
      zh: '小程序属于子商户时，子商户的 AppID；属于服务商时留空。',
      en: "The sub-merchants' appid when the mini-program is theirs; empty when it is the provider's.",
    },
    parse: values.appid,
  },
];

/** What each account has; the names are completed by {@link variableOf}. */
const account: readonly Draft[] = [
  {
    name: 'MCHID',
    secret: false,
    use: 'required',
    flag: 'mchid',
    input: 'value',
    about: {
      zh: '商户号，在商户平台「账户中心 → 商户信息」查看。',
      en: 'Merchant number, shown at pay.weixin.qq.com under 账户中心 → 商户信息.',
    },
    example: '1900000001',
    parse: values.mchid,
  },
  {
    name: 'SERIAL_NO',
    secret: false,
    use: 'required',
    flag: 'serial',
    input: 'value',
    about: {
      zh: '商户 API 证书序列号；由 apiclient_cert.pem 得出。',
      en: 'Serial number of the merchant API certificate; it is read from apiclient_cert.pem.',
    },
    example: '5157F09EFDC096DE15EBE81A47057A7232F1B8E1',
    parse: values.serialNo,
    normalize: plainSerial,
  },
  {
    name: 'PRIVATE_KEY',
    secret: true,
    use: 'required',
    flag: 'key',
    input: 'file',
    about: {
      zh: '商户 API 私钥 apiclient_key.pem，写成一行 base64（DER）。',
      en: 'Merchant private key apiclient_key.pem, as one line of base64 of the DER.',
    },
    parse: (text) => parsePrivateKey(text),
    normalize: oneLineDer,
  },
  {
    name: 'API_V3_KEY',
    secret: true,
    use: 'required',
    flag: 'api-v3-key-file',
    input: 'file',
    about: {
      zh: 'APIv3 密钥，32 个字符，在商户平台「账户中心 → API安全」设置。',
      en: 'API v3 key, 32 characters, set at pay.weixin.qq.com under 账户中心 → API安全.',
    },
    parse: values.apiV3Key,
  },
  {
    name: 'API_V3_KEY_OTHER',
    secret: true,
    use: 'optional',
    flag: 'other-api-v3-key-file',
    input: 'file',
    about: {
      zh: '更换 APIv3 密钥期间同时接受的另一个密钥，平时留空。见 docs/guides/change-api-v3-key.zh-CN.md。',
      en: 'The other API v3 key that is accepted while it is being changed; empty otherwise. See docs/guides/change-api-v3-key.md.',
    },
    parse: values.apiV3Key,
  },
  {
    name: 'PUBLIC_KEY_ID',
    secret: false,
    use: 'optional',
    flag: 'public-key-id',
    input: 'value',
    about: {
      zh: '微信支付公钥 ID，以 PUB_KEY_ID_ 开头；使用平台证书的商户留空。',
      en: 'Id of the WeChat Pay public key, PUB_KEY_ID_…; empty for merchants that use platform certificates.',
    },
    example: 'PUB_KEY_ID_0119000000012025010100000000000001',
    parse: values.publicKeyId,
  },
  {
    name: 'PUBLIC_KEY',
    secret: false,
    use: 'optional',
    flag: 'public-key',
    input: 'file',
    about: {
      zh: '微信支付公钥 pub_key.pem（不是商户自己的公钥），写成一行 base64（DER）。',
      en: "WeChat Pay's public key pub_key.pem (not the merchant's own), as one line of base64 of the DER.",
    },
    parse: (text) => parsePublicKey(text),
    normalize: oneLineDer,
  },
  {
    name: 'CERTIFICATE',
    secret: false,
    use: 'local',
    flag: 'cert',
    input: 'file',
    about: {
      zh: '商户 API 证书 apiclient_cert.pem，写成一行 base64（DER）；只在本机用于检查序列号与有效期，不会部署。',
      en: 'Merchant API certificate apiclient_cert.pem, as one line of base64 of the DER; only used on this machine to check serial and expiry, never deployed.',
    },
    parse: (text) => parseCertificate(text),
    normalize: oneLineDer,
  },
];

/** In the order in which `.env.example` explains them. */
export const variables: readonly VariableDefinition[] = [
  ...shop,
  ...ofAccounts(['direct']),
  ...providerOnly,
  ...ofAccounts(providerKinds),
].map((draft) => ({ normalize: withoutQuotes, ...draft }));

export function definitionOf(name: string): VariableDefinition | undefined {
  return variables.find((each) => each.name === name);
}

function ofAccounts(kinds: readonly [AccountKind, ...AccountKind[]]): Draft[] {
  return account.map((draft) => ({ ...draft, kinds, name: variableOf(kinds[0], draft.name) }));
}

/** Whether a shop with these accounts uses the variable. */
export function isUsedBy(accounts: readonly AccountKind[], kinds: VariableDefinition['kinds']): boolean {
  return kinds === undefined || kinds.some((kind) => accounts.includes(kind));
}

/** What is wrong with a value that is set; the value is not in it. */
export function checkValue({ name, parse }: VariableDefinition, text: string): VariableProblem | undefined {
  try {
    parse(text);
    return undefined;
  } catch (error) {
    const message = error instanceof Error ? error.message : 'It is malformed.';
    const messageZh = error instanceof Error && 'messageZh' in error ? String(error.messageZh) : message;
    return { variable: name, message, messageZh };
  }
}

/** https://docs.cloudbase.net/quick-start/create-env names it 环境 ID. */
function environmentId(text: string): string {
  if (/^[a-z0-9][a-z0-9-]{2,63}$/.test(text)) return text;
  throw new ValueError(
    'Not the id of a CloudBase environment: lower-case letters, digits and -, as shown in the console under 环境 → 概览 (the id, not the alias).',
    '不是有效的云开发环境 ID（小写字母、数字和 -），请在云开发控制台「环境 → 概览」查看（是环境 ID 而非别名）。',
  );
}
