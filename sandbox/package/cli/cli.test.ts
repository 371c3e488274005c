import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { get as httpsGet } from 'node:https';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TestClient } from '../../wechatpay/testing/client.ts';
import { runCommand } from './index.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sandbox-cli-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs a command in this process; `stop` is SIGTERM. */
function command(...args: string[]) {
  const output = { printed: [] as string[], reported: [] as string[] };
  const stdin = new PassThrough();
  let stop = () => {};
  const interrupted = new Promise<void>((resolve) => {
    stop = resolve;
  });
  const exitCode = runCommand(args, {
    pages: undefined,
    version: '1.2.3',
    program: 'sandbox',
    stdin,
    print: (text) => output.printed.push(text),
    report: (text) => output.reported.push(text),
    interrupted: () => interrupted,
  });
  return { output, exitCode, stdin, stop };
}

async function started(...args: string[]) {
  const running = command('--port', '0', ...args);
  await expect.poll(() => running.output.printed.length).toBe(1);
  const base = running.output.printed[0]!.replace('wechatpay sandbox: ', '');
  return {
    ...running,
    base,
    async end() {
      running.stop();
      expect(await running.exitCode).toBe(0);
    },
  };
}

async function placeOrder(base: string, no: string): Promise<number> {
  const { direct } = (await (await fetch(`${base}/_sandbox/credentials`)).json()) as {
    direct: TestClient['account'];
  };
  const client = new TestClient(direct, (request) => fetch(request), base);
  const answer = await client.post('/v3/pay/transactions/jsapi', {
    appid: direct.appid,
    mchid: direct.mchid,
    description: 'x',
    out_trade_no: no,
    notify_url: 'http://127.0.0.1:9/notify',
    amount: { total: 1 },
    payer: { openid: 'o' },
  });
  return answer.status;
}

describe('start', () => {
  test('prints one line, and says where everything is', async () => {
    const sandbox = await started('--seed', 'cli');
    expect(sandbox.base).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const said = sandbox.output.reported.join();
    expect(said).toContain(`${sandbox.base}/_sandbox/credentials`);
    expect(said).toContain(`sandbox env --url ${sandbox.base}`);
    await sandbox.end();
  });

  test('--json prints everything that a program needs, and ends when standard input closes', async () => {
    const { output, stdin, exitCode } = command(
      '--port',
      '0',
      '--proxy-port',
      '0',
      '--seed',
      'cli',
      '--json',
    );
    await expect.poll(() => output.printed.length).toBe(1);
    const described = JSON.parse(output.printed[0]!);
    expect(described).toMatchObject({ version: '1.2.3', pid: process.pid });
    expect(await placeOrder(described.url, 'DESCRIBED1')).toBe(200);
    expect(described.credentials.direct.mchid).toBe('1900000001');
    expect(readFileSync(described.caFile, 'utf8')).toBe(`${described.caPem}\n`);
    expect((await fetch(described.proxyUrl)).status).toBe(403);
    stdin.end();
    expect(await exitCode).toBe(0);
    expect(output.reported).toEqual([]);
    await expect(fetch(described.url)).rejects.toMatchObject({
      cause: { code: expect.stringMatching(/ECONNREFUSED|UND_ERR_SOCKET/) },
    });
  });

  test('--state keeps orders and what happened across a restart', async () => {
    const state = join(folder, 'state.json');
    const first = await started('--state', state);
    await placeOrder(first.base, 'RESTART1');
    await first.end();
    const second = await started('--state', state);
    expect((await fetch(`${second.base}/_sandbox/orders/RESTART1`)).status).toBe(200);
    const answer = await fetch(`${second.base}/_sandbox/exchanges?outTradeNo=RESTART1`);
    expect(((await answer.json()) as { exchanges: unknown[] }).exchanges).toHaveLength(1);
    await second.end();
  });

  test('--tls-port answers https in the name of api.mch.weixin.qq.com, by a CA that it names', async () => {
    const sandbox = await started('--tls-port', '0', '--seed', 'cli');
    const { tlsUrl } = (await (await fetch(`${sandbox.base}/_sandbox/addresses`)).json()) as {
      tlsUrl: string;
    };
    const [, caFile] = /only: (\S+)/.exec(sandbox.output.reported.join('\n'))!;
    const options = {
      host: '127.0.0.1',
      port: new URL(tlsUrl).port,
      path: '/v3/certificates',
      servername: 'api.mch.weixin.qq.com',
      ca: readFileSync(caFile!, 'utf8'),
      agent: false as const,
    };
    const status = await new Promise((resolve, reject) => {
      httpsGet(options, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).on('error', reject);
    });
    expect(status).toBe(400);
    await sandbox.end();
  });

  test('--host warns loudly, and control calls still need a name that was allowed', async () => {
    const sandbox = await started('--host', '127.0.0.2', '--allow-host', 'sandbox.test', '--seed', 'cli');
    expect(sandbox.output.reported[0]).toMatch(/WARNING.*127\.0\.0\.2/);
    expect(sandbox.output.reported[0]).toContain('警告');
    await sandbox.end();
  });
});

describe('env', () => {
  test('prints variables for a shell, and writes the certificate authority', async () => {
    const sandbox = await started('--proxy-port', '0', '--seed', 'cli');
    const { output, exitCode } = command('env', '--url', sandbox.base, '--folder', folder);
    expect(await exitCode).toBe(0);
    const [text] = output.printed;
    expect(text).toContain(`export WECHATPAY_BASE_URL='${sandbox.base}'`);
    expect(text).toMatch(/export HTTPS_PROXY='http:\/\/127\.0\.0\.1:\d+'/);
    const ca = readFileSync(join(folder, 'wechatpay-sandbox-ca.pem'), 'utf8');
    expect(text).toContain(`export NODE_EXTRA_CA_CERTS='${join(folder, 'wechatpay-sandbox-ca.pem')}'`);
    expect(readFileSync(join(folder, 'wechatpay-sandbox-bundle.pem'), 'utf8').endsWith(ca)).toBe(true);
    // Every line is a comment or an export: `eval` runs it.
    expect(text!.split('\n').filter((line) => !/^(#|export \w+='[^']*'$)/.test(line))).toEqual([]);
    await sandbox.end();
  });

  test('gives a sample program the numbers of a merchant, and its keys in files', async () => {
    const sandbox = await started('--seed', 'cli');
    const { output, exitCode } = command(
      ...['env', '--url', sandbox.base, '--folder', folder, '--account', 'partner'],
    );
    expect(await exitCode).toBe(0);
    const credentials = await (await fetch(`${sandbox.base}/_sandbox/credentials`)).json();
    const { partner } = credentials as { partner: TestClient['account'] };
    expect(output.printed[0]).toContain(`export WECHATPAY_MCHID='${partner.mchid}'`);
    const [, file] = /WECHATPAY_PRIVATE_KEY_FILE='([^']+)'/.exec(output.printed[0]!)!;
    expect(readFileSync(file!, 'utf8')).toBe(partner.privateKeyPem);
    const wrong = command('env', '--url', sandbox.base, '--account', 'nobody');
    expect([await wrong.exitCode, wrong.output.reported[0]]).toEqual([2, expect.stringMatching(/--account/)]);
    await sandbox.end();
  });

  test('says when no sandbox runs there', async () => {
    const { output, exitCode } = command('env', '--url', 'http://127.0.0.1:9');
    expect(await exitCode).toBe(2);
    expect(output.reported).toEqual([
      expect.stringMatching(/No sandbox answers at http:\/\/127\.0\.0\.1:9.*没有沙箱/),
    ]);
  });
});

describe('export and import', () => {
  test('put another sandbox where the first one was', async () => {
    const file = join(folder, 'scenario.json');
    const first = await started('--seed', 'one');
    await placeOrder(first.base, 'SCENARIO1');
    const exported = command('export', file, '--url', first.base);
    expect([await exported.exitCode, exported.output.printed]).toEqual([0, [file]]);
    await first.end();
    expect(readFileSync(file, 'utf8')).toContain('"paymentNo":"SCENARIO1"');
    const second = await started('--seed', 'other');
    expect(await command('import', file, '--url', second.base).exitCode).toBe(0);
    expect((await fetch(`${second.base}/_sandbox/orders/SCENARIO1`)).status).toBe(200);
    const { exchanges } = (await (await fetch(`${second.base}/_sandbox/exchanges`)).json()) as {
      exchanges: unknown[];
    };
    expect(exchanges).toHaveLength(1);
    const { direct } = (await (await fetch(`${second.base}/_sandbox/credentials`)).json()) as {
      direct: TestClient['account'];
    };
    expect(readFileSync(file, 'utf8')).toContain(JSON.stringify(direct.apiV3Key));
    writeFileSync(file, '{}');
    const refused = command('import', file, '--url', second.base);
    expect(await refused.exitCode).toBe(2);
    expect(refused.output.reported[0]).toMatch(
      /refused it: This is not a snapshot of this sandbox, or of another version\. 沙箱拒绝：这不是该沙箱的快照/,
    );
    await second.end();
  });
});

const nowhere = ['--url', 'http://127.0.0.1:9', '--place', 'true'];

describe('a mistake is one line in both languages, and an exit code', () => {
  test.each<[string, string[], RegExp]>([
    ['an unknown command', ['stop'], /no command "stop"/],
    ['a command that is nearly one', ['acept'], /no command "acept": did you mean accept\? .*是不是 accept/],
    [
      'an unknown flag',
      ['--prot', '1'],
      /^Unknown option '--prot': did you mean --port\? See sandbox --help\. 没有选项 --prot，是不是 --port/,
    ],
    ['a flag like no other', ['--colour'], /^Unknown option '--colour'\. See sandbox --help\. 没有选项/],
    [
      'an unknown flag of a command',
      ['env', '--prot'],
      /^Unknown option '--prot'\. See sandbox env --help\./,
    ],
    ['the same of accept', ['accept', '--plaze', 'x'], /did you mean --place\? See sandbox accept --help\./],
    ['the same of import', ['import', 'x', '--prot'], /See sandbox import --help\./],
    ['a flag without its value', ['--seed'], /^Option '--seed <value>' argument missing\. See/],
    ['a word too many', ['start', 'twice'], /^Unexpected "twice"\. See sandbox --help\. 多余的参数 twice/],
    ['an address that is none', ['env', '--url', '8700'], /^--url must be an address such as http:/],
    [
      'the same by its other name',
      ['compare', 'x.har', '--sandbox', 'localhost'],
      /^x\.har cannot be read|^--url must be/,
    ],
    [
      'an export without a sandbox',
      ['export', 'x', '--sandbox', 'http://127.0.0.1:9'],
      /^No sandbox answers/,
    ],
    ['an import of no file', ['import'], /sandbox import scenario\.json/],
    [
      'an acceptance without a sandbox',
      ['accept', ...nowhere],
      /^No sandbox answers at http:\/\/127\.0\.0\.1:9:/,
    ],
    [
      'the same by the other name of the flag',
      ['accept', '--sandbox', 'http://127.0.0.1:9', '--place', 'true'],
      /^No sandbox answers at http:\/\/127\.0\.0\.1:9:/,
    ],
    [
      'a file too many',
      ['compare', 'one.har', 'two.har'],
      /^Unexpected "two\.har"\. See sandbox compare --help/,
    ],
    [
      'an address of another machine',
      ['--port', '0', '--host', '192.0.2.1'],
      /has no such address, see --host/,
    ],
    ['a port that is none', ['--port', '99999'], /--port must be a number/],
    ['a mode that is none', ['--keys', 'rsa'], /--keys must be certificate/],
    [
      'a config that does not exist',
      ['--config', '/nonexistent.json'],
      /^\/nonexistent\.json cannot be read: ENOENT/,
    ],
    ['a state file in no folder', ['--state', '/nonexistent/state'], /cannot be written/],
  ])('%s', async (_name, args, message) => {
    await expectProblem(args, message);
  });

  test('a state file of another version', async () => {
    const file = join(folder, 'old.json');
    writeFileSync(file, '{"format":"wechatpay-sandbox/1"}\n');
    await expectProblem(['--state', file], /not the state of a sandbox of this version/);
    expect(readFileSync(file, 'utf8')).toBe('{"format":"wechatpay-sandbox/1"}\n');
  });

  test('a state file that another sandbox uses', async () => {
    const state = join(folder, 'used.json');
    const sandbox = await started('--state', state);
    await expectProblem(['--port', '0', '--state', state], /used\.json is in use by another sandbox/);
    await sandbox.end();
  });

  test('a state file that is a folder', async () => {
    const file = join(folder, 'folder');
    mkdirSync(file);
    await expectProblem(['--state', file], /cannot be written/);
  });

  test('a config that is not JSON', async () => {
    const file = join(folder, 'config.json');
    writeFileSync(file, '{');
    await expectProblem(['--config', file], /config\.json: not JSON: .*\. See docs\/fidelity\.md/);
  });

  test('a port in use', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as { port: number };
    await expectProblem(['--port', String(port), '--seed', 'cli'], /is in use: give another with --port/);
    other.close();
  });

  async function expectProblem(args: string[], message: RegExp): Promise<void> {
    const { output, exitCode } = command(...args);
    expect(await exitCode).toBe(2);
    expect(output.printed).toEqual([]);
    expect(output.reported).toHaveLength(1);
    const [line] = output.reported;
    expect(line).toMatch(message);
    expect(line).toMatch(/[一-龥]/);
    expect(line).not.toContain('\n');
  }
});

test('explains itself', async () => {
  const { output, exitCode } = command('--help');
  expect(await exitCode).toBe(0);
  for (const word of ['env', '--port', '--proxy-port', '--seed', '--state', '--json', '--host']) {
    expect(output.printed[0]).toContain(word);
  }
});
