import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { rootCertificates } from 'node:tls';
import { SandboxProblem } from '../problem.ts';
import { wechatpayHosts } from '../proxy.ts';
import type { Addresses } from '../serve.ts';
import type { Command } from './command.ts';
import { readFlags } from './flags.ts';

const usage = `
  --url URL      the running sandbox (default http://127.0.0.1:8700)                   正在运行的沙箱
  --folder PATH  where to write the certificates (default .)                           证书写到哪个目录

Writes wechatpay-sandbox-ca.pem (the sandbox's certificate authority) and wechatpay-sandbox-bundle.pem (the
same behind the usual ones), and prints what to set, for: eval "$(… env)"
写入沙箱的 CA 证书，并输出要设置的环境变量。
`;

/** Prints the variables with which an unmodified program reaches a running sandbox. */
export const env: Command = {
  name: 'env',
  summary: {
    en: 'print what to set for an SDK whose host is fixed',
    zh: '输出域名写死的 SDK 所需的环境变量',
  },
  usage,
  async run(args, context) {
    const { values } = readFlags(
      args,
      {
        url: { type: 'string', default: 'http://127.0.0.1:8700' },
        folder: { type: 'string', default: '.' },
      },
      context.program,
    );
    const url = values.url.replace(/\/$/, '');
    const addresses = (await (await ask(url, 'addresses')).json()) as Addresses;
    const ca = (await (await ask(url, 'ca.pem')).text()).trim();
    const files = {
      ca: resolve(values.folder, 'wechatpay-sandbox-ca.pem'),
      bundle: resolve(values.folder, 'wechatpay-sandbox-bundle.pem'),
    };
    write(files.ca, `${ca}\n`);
    write(files.bundle, `${[...rootCertificates, ca].join('\n')}\n`);
    context.print(settings(addresses, files, context.program));
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
    const { message } = cause as Error;
    throw new SandboxProblem(
      `No sandbox answers at ${url} (${message}): start one, or give its address with --url.`,
      `${url} 没有沙箱在运行：请先启动，或用 --url 指明地址。`,
      { cause },
    );
  }
}

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (cause) {
    throw new SandboxProblem(`Cannot write ${file}: ${(cause as Error).message}.`, `无法写入 ${file}。`, {
      cause,
    });
  }
}

/** Lines for a shell; anything that is not a variable is a comment. */
function settings(addresses: Addresses, files: { ca: string; bundle: string }, program: string): string {
  const { url, tlsUrl, proxyUrl } = addresses;
  const exported = (name: string, value: string) => `export ${name}='${value.replaceAll("'", `'\\''`)}'`;
  const hostsPort = tlsUrl === undefined ? undefined : new URL(tlsUrl).port || '443';
  return [
    '# An SDK with a setting for the base URL needs only this. SDK 能设置域名时，只需这一个。',
    exported('WECHATPAY_BASE_URL', url),
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
  ].join('\n');
}
