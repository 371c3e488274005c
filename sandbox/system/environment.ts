/** The environment of each function, as a deployment with cloudbaserc.json would set it. */
import type { CloudbaseRc } from '../cloudbase/index.ts';
import type { ProviderKind } from '../wechatpay/state/merchants.ts';

/** What `GET /_sandbox/credentials` returns for one merchant. */
export interface SandboxCredentials {
  appid: string;
  appSecret: string;
  mchid: string;
  serialNo: string;
  privateKeyPem: string;
  apiV3Key: string;
  publicKeyId: string;
  publicKeyPem: string;
}

/** The user of the phone who runs the shop. */
export const operatorOpenid = 'oSandboxUser0000000000000003';

/** The values that a team would put into `.env.local` or its CI's secrets, taken from the sandbox instead. */
export function deploymentValues(options: {
  baseUrl: string;
  envId: string;
  direct: SandboxCredentials;
  provider: SandboxCredentials;
  providerKind: ProviderKind;
  withPublicKey: boolean;
}): Record<string, string> {
  return {
    TCB_ENV_ID: options.envId,
    WECHATPAY_APPID: options.direct.appid,
    WECHATPAY_API_BASES: options.baseUrl,
    WECHATPAY_NOTIFY_URL: `${options.baseUrl}/pay-notify`,
    FULFILMENT_FUNCTION: 'fulfilOrder',
    OPERATOR_OPENIDS: operatorOpenid,
    WECHATPAY_TRANSFER_SCENES: '1000,1002,1004,1005,1009,1010,1011,1013',
    WECHATPAY_PROVIDER_KIND: options.providerKind,
    WECHAT_API_ACCESS: 'token',
    WECHAT_APP_SECRET: options.direct.appSecret,
    WECHAT_API_BASE: options.baseUrl,
    ...accountValues('WECHATPAY_DIRECT', options.direct, options.withPublicKey),
    ...accountValues('WECHATPAY_PROVIDER', options.provider, options.withPublicKey),
  };
}

/** The variables of one account. */
export function accountValues(
  prefix: string,
  account: SandboxCredentials,
  withPublicKey: boolean,
): Record<string, string> {
  return {
    [`${prefix}_MCHID`]: account.mchid,
    [`${prefix}_SERIAL_NO`]: account.serialNo,
    [`${prefix}_PRIVATE_KEY`]: derOf(account.privateKeyPem),
    [`${prefix}_API_V3_KEY`]: account.apiV3Key,
    ...(withPublicKey && {
      [`${prefix}_PUBLIC_KEY_ID`]: account.publicKeyId,
      [`${prefix}_PUBLIC_KEY`]: derOf(account.publicKeyPem),
    }),
  };
}

/** One line of base64, the form that survives every environment variable. */
function derOf(pem: string): string {
  return pem.replace(/-----[^-]+-----/g, '').replace(/\s/g, '');
}

/**
 * Fills `{{env.NAME}}` in a function's envVariables; an unset name becomes "", as the CLI does it.
 * Variables that end up empty are left out: the function then sees them as not configured.
 */
export function functionEnvironment(
  config: CloudbaseRc,
  functionName: string,
  values: Record<string, string>,
): Record<string, string> {
  const entry = config.functions.find((candidate) => candidate.name === functionName);
  const templates = { ...config.functionDefaultConfig?.envVariables, ...entry?.envVariables };
  const filled = Object.entries(templates).map(([name, template]) => [
    name,
    template.replace(/\{\{\s*env\.([A-Za-z0-9_]+)\s*\}\}/g, (_, variable: string) => values[variable] ?? ''),
  ]);
  return Object.fromEntries(filled.filter(([, value]) => value !== ''));
}
