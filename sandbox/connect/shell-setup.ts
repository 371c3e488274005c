/** What a program needs to connect to the sandbox, as shell commands. */

/** One merchant of `GET /_sandbox/credentials`. */
export interface Credentials {
  appid: string;
  mchid: string;
  name: string;
  serialNo: string;
  privateKeyPem: string;
  apiV3Key: string;
  publicKeyId: string;
  publicKeyPem: string;
}

const usualFiles = { private: 'wechatpay-sandbox/private.pem', public: 'wechatpay-sandbox/public.pem' };

/** The variables that the sample programs read; the keys are in files. */
export function variablesOf(
  account: Credentials,
  origin: string,
  files = usualFiles,
): Record<string, string> {
  return {
    WECHATPAY_BASE_URL: origin,
    WECHATPAY_APPID: account.appid,
    WECHATPAY_MCHID: account.mchid,
    WECHATPAY_SERIAL_NO: account.serialNo,
    WECHATPAY_API_V3_KEY: account.apiV3Key,
    WECHATPAY_PUBLIC_KEY_ID: account.publicKeyId,
    WECHATPAY_OPENID: 'oSandboxUser0000000000000001',
    WECHATPAY_PRIVATE_KEY_FILE: files.private,
    WECHATPAY_PUBLIC_KEY_FILE: files.public,
  };
}

/** Writes the keys into a folder and sets the variables, in any POSIX shell. */
export function shellSetup(account: Credentials, origin: string): string {
  const variables = variablesOf(account, origin);
  const file = (name: string, pem: string) => `cat > ${name} <<'PEM'\n${pem.trim()}\nPEM`;
  return [
    'mkdir -p wechatpay-sandbox',
    file(variables.WECHATPAY_PRIVATE_KEY_FILE!, account.privateKeyPem),
    file(variables.WECHATPAY_PUBLIC_KEY_FILE!, account.publicKeyPem),
    ...Object.entries(variables).map(([name, value]) => `export ${name}='${value}'`),
    '',
  ].join('\n');
}
