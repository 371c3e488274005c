import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { rootCertificates } from 'node:tls';
import { accountNames } from '../../accept/own-orders.ts';
import { variablesOf } from '../../connect/shell-setup.ts';
import type { AccountCredentials, Credentials } from '../../wechatpay/account-credentials.ts';
import { SandboxProblem } from '../problem.ts';
import { wechatpayHosts } from '../proxy.ts';
import type { Addresses } from '../serve.ts';
import type { Command } from './command.ts';
import { noSandboxAt, oneOf, readFlags, readSandboxUrl, urlFlags, usualUrl } from './flags.ts';

const usage = `
  --url URL      the running sandbox (default http://127.0.0.1:8700)                   正在运行的沙箱
  --account NAME whose numbers and keys (default direct); or partner, ecommerce        用哪个商户：direct（默认）、partner 或 ecommerce
  --folder PATH  where to write the files (default .)                                  文件写到哪个目录

Prints what to set, for: eval "$(… env)". Writes wechatpay-sandbox-private.pem and -public.pem (the merchant's private key,
the platform's public key), wechatpay-sandbox-ca.pem (the sandbox's certificate authority) and -bundle.pem (the same behind
the usual ones).
输出要设置的环境变量，并写入商户私钥、微信支付公钥、沙箱的 CA 证书，以及常用 CA 证书加上它的合集。
`;

/** Prints the variables with which an unmodified program reaches a running sandbox. */
export const env: Command = {
  name: 'env',
  summary: {
    en: 'print variables and write key files, for any program or SDK',
    zh: '输出环境变量并写入密钥文件，供任意程序或 SDK 使用',
  },
  usage,
  async run(args, context) {
    const { values } = readFlags(
      args,
      {
        ...urlFlags,
        account: { type: 'string', default: 'direct' },
        folder: { type: 'string', default: '.' },
      },
      `${context.program} env`,
    );
    const url = readSandboxUrl(values) ?? usualUrl;
    const name = oneOf('--account', values.account, accountNames);
    const addresses = (await (await ask(url, 'addresses')).json()) as Addresses;
    const account = ((await (await ask(url, 'credentials')).json()) as Partial<Credentials>)[name];
    if (!account)
      throw new SandboxProblem(`This sandbox has no ${name} account.`, `该沙箱没有 ${name} 商户。`);
    const ca = (await (await ask(url, 'ca.pem')).text()).trim();
    const fileOf = (which: string) => resolve(values.folder, `wechatpay-sandbox-${which}.pem`);
    const files = { ca: fileOf('ca'), bundle: fileOf('bundle') };
    const keys = { private: fileOf('private'), public: fileOf('public') };
    write(files.ca, `${ca}\n`);
    write(files.bundle, `${[...rootCertificates, ca].join('\n')}\n`);
    write(keys.private, account.privateKeyPem);
    write(keys.public, account.publicKeyPem);
    context.print(
      [...merchant(account, addresses.url, keys), ...settings(addresses, files, context.program)].join('\n'),
    );
    return 0;
  },
};

/** @throws SandboxProblem when no sandbox answers there. */
async function ask(url: string, path: string): Promise<Response> {
  try {
    const response = await fetch(`${url}/_sandbox/${path}`);
    if (response.ok) return response;
    throw new Error(`HTTP ${response.status}`);
  } catch (cause) {
    throw noSandboxAt(url, cause);
  }
}

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text, { mode: 0o600 });
  } catch (cause) {
    throw new SandboxProblem(`Cannot write ${file}: ${(cause as Error).message}.`, `无法写入 ${file}。`, {
      cause,
    });
  }
}

const exported = (name: string, value: string) => `export ${name}='${value.replaceAll("'", `'\\''`)}'`;

/** What the sample programs read. */
function merchant(
  account: AccountCredentials,
  url: string,
  keys: { private: string; public: string },
): string[] {
  const variables = variablesOf(account, url, keys);
  return [
    '# The merchant, as the sample programs read it: numbers, and keys in files. 商户号、appid 与密钥文件，供示例程序使用。',
    ...Object.entries(variables).map(([name, value]) => exported(name, value)),
  ];
}

/** How to get there. Lines for a shell; anything that is not a variable is a comment. */
function settings(addresses: Addresses, files: { ca: string; bundle: string }, program: string): string[] {
  const { tlsUrl, proxyUrl } = addresses;
  const hostsPort = tlsUrl === undefined ? undefined : new URL(tlsUrl).port || '443';
  return [
    '# An SDK with a setting for the base URL needs WECHATPAY_BASE_URL only. SDK 能设置域名时，只需 WECHATPAY_BASE_URL。',
    ...(proxyUrl === undefined
      ? [
          `# For an SDK whose host is fixed, start with a proxy: ${program} --proxy-port 8701. 域名写死时请带代理启动。`,
        ]
      : [
          '# An SDK whose host is fixed goes through the proxy. 域名写死的 SDK 走代理。',
          exported('HTTPS_PROXY', proxyUrl),
        ]),
    '# The certificate authority, by program: Node, OpenSSL and Go, curl and PHP, Python. 各语言信任 CA 的方式。',
    exported('NODE_EXTRA_CA_CERTS', files.ca),
    exported('SSL_CERT_FILE', files.bundle),
    exported('CURL_CA_BUNDLE', files.bundle),
    exported('REQUESTS_CA_BUNDLE', files.bundle),
    `# Java: keytool -importcert -noprompt -alias wechatpay-sandbox -storepass changeit -keystore sandbox.jks -file '${files.ca}'`,
    ...(proxyUrl === undefined
      ? []
      : [
          `#       java -Djavax.net.ssl.trustStore=sandbox.jks -Djavax.net.ssl.trustStorePassword=changeit -Dhttps.proxyHost=${new URL(proxyUrl).hostname} -Dhttps.proxyPort=${new URL(proxyUrl).port} …`,
        ]),
    ...(hostsPort === undefined
      ? []
      : [
          `# Without a proxy: in /etc/hosts  127.0.0.1 ${wechatpayHosts.join(' ')}  and port 443 led to ${hostsPort}. 不用代理时改 hosts。`,
        ]),
  ];
}
