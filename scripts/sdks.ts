/**
 * `npm run sdks`: runs what can be had of the SDKs in docs/sdks.md against a sandbox, by its address and through its
 * proxy: those of npm, installed into a temporary folder, and the HTTP clients of the others from Debian's packages
 * (php-guzzlehttp-guzzle, python3-requests, libokhttp-java). What is not installed is reported as not run.
 */
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { variablesOf } from '../sandbox/connect/shell-setup.ts';
import { type ServedSandbox, serveSandbox } from '../sandbox/package/serve.ts';

const programs = fileURLToPath(new URL('./sdks/', import.meta.url));
const packages = ['wechatpay-axios-plugin@0.9.6', 'wechatpay-node-v3@2.2.1'];
const jars = ['/usr/share/java/okhttp.jar', '/usr/share/java/okio.jar'];

interface Guide {
  readonly name: string;
  readonly way: 'address' | 'proxy';
  readonly command: readonly string[];
  /** Missing: not run. */
  readonly needs: string;
}

function guides(folder: string, proxyUrl: string): Guide[] {
  const { hostname, port } = new URL(proxyUrl);
  const trust = join(folder, 'trust.jks');
  const java = ['java', '-cp', jars.join(':')];
  const proxied = [
    `-Dhttps.proxyHost=${hostname}`,
    `-Dhttps.proxyPort=${port}`,
    `-Djavax.net.ssl.trustStore=${trust}`,
    '-Djavax.net.ssl.trustStorePassword=changeit',
  ];
  const at = (file: string) => join(programs, file);
  const axios = { needs: join(folder, 'node_modules/wechatpay-axios-plugin') };
  const guzzle = { command: ['php', at('guzzle.php')], needs: '/usr/share/php/GuzzleHttp/autoload.php' };
  const requests = {
    command: ['/usr/bin/python3', at('with_requests.py')],
    needs: '/usr/lib/python3/dist-packages/requests',
  };
  const okhttp = { needs: jars[0]! };
  return [
    {
      name: 'wechatpay-axios-plugin',
      way: 'address',
      command: [process.execPath, at('axios-plugin.mjs')],
      ...axios,
    },
    {
      name: 'wechatpay-axios-plugin',
      way: 'proxy',
      command: [process.execPath, at('axios-plugin.mjs')],
      ...axios,
    },
    {
      name: 'wechatpay-node-v3',
      way: 'address',
      command: [process.execPath, at('node-v3.mjs')],
      needs: join(folder, 'node_modules/wechatpay-node-v3'),
    },
    { name: 'Guzzle (wechatpay-php)', way: 'address', ...guzzle },
    { name: 'Guzzle (wechatpay-php)', way: 'proxy', ...guzzle },
    { name: 'requests (wechatpayv3)', way: 'proxy', ...requests },
    {
      name: 'OkHttp (wechatpay-java)',
      way: 'address',
      command: [...java, at('OkHttpOrder.java')],
      ...okhttp,
    },
    {
      name: 'OkHttp (wechatpay-java)',
      way: 'proxy',
      command: [...java, ...proxied, at('OkHttpOrder.java')],
      ...okhttp,
    },
  ];
}

function environment(sandbox: ServedSandbox, folder: string, { way }: Guide, no: string): NodeJS.ProcessEnv {
  const { direct } = sandbox.simulator.credentials();
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const ca = file('ca.pem', sandbox.simulator.caPem());
  return {
    PATH: process.env.PATH ?? '',
    HOME: folder,
    SDK_FOLDER: folder,
    OUT_TRADE_NO: no,
    ...variablesOf(direct, sandbox.url),
    WECHATPAY_PRIVATE_KEY_FILE: file('private.pem', direct.privateKeyPem),
    WECHATPAY_PUBLIC_KEY_FILE: file('public.pem', direct.publicKeyPem),
    ...(way === 'proxy' && {
      HTTPS_PROXY: sandbox.proxyUrl,
      NODE_EXTRA_CA_CERTS: ca,
      SSL_CERT_FILE: ca,
      REQUESTS_CA_BUNDLE: ca,
    }),
  };
}

function prepare(folder: string, caPem: string): void {
  writeFileSync(join(folder, 'package.json'), '{"private":true}');
  execFileSync('npm', ['install', '--no-audit', '--no-fund', ...packages], { cwd: folder, stdio: 'pipe' });
  writeFileSync(join(folder, 'ca.pem'), caPem);
  const imported = ['-importcert', '-noprompt', '-alias', 'sandbox', '-file', join(folder, 'ca.pem')];
  const store = ['-keystore', join(folder, 'trust.jks'), '-storepass', 'changeit'];
  if (existsSync(jars[0]!)) execFileSync('keytool', [...imported, ...store], { stdio: 'pipe' });
}

async function main(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'sdks-'));
  const sandbox = await serveSandbox({ port: 0, proxyPort: 0, seed: 'sdks', keyMode: 'public-key' });
  let failures = 0;
  try {
    prepare(folder, sandbox.simulator.caPem());
    for (const [index, guide] of guides(folder, sandbox.proxyUrl!).entries()) {
      const { name, way, command, needs } = guide;
      const [program = '', ...args] = command;
      const env = environment(sandbox, folder, guide, `SDK${index}${way.toUpperCase()}`);
      const result = existsSync(needs)
        ? await promisify(execFile)(program, args, { env, cwd: folder }).then(
            ({ stdout }) => (stdout.trim() === 'query NOTPAY' ? 'passed' : `failed: ${stdout}`),
            (error: Error) => `failed: ${error.message}`,
          )
        : `not run: there is no ${needs}`;
      if (result.startsWith('failed')) failures++;
      console.log(`${name}, by ${way}: ${result}`);
    }
  } finally {
    await sandbox.close();
    rmSync(folder, { recursive: true });
  }
  return failures;
}

process.exitCode = (await main()) === 0 ? 0 : 1;
