import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SandboxBus } from '../bus.ts';
import { SandboxClock } from '../clock.ts';
import { freePort } from '../free-port.ts';
import { type RunningServer, serve } from '../server.ts';
import type { Text } from '../text.ts';
import { createSimulator, type KeyMode, type Simulator } from '../wechatpay/index.ts';
import type { AccountName } from './own-orders.ts';
import { asJson, asJUnit, asText, summary } from './report.ts';
import { accept, checks } from './run.ts';
import { type BackendFault, startBackend } from './testing/sample-backend.ts';
import type { Result } from './types.ts';

let clock: SandboxClock;
let simulator: Simulator;
let server: RunningServer;

beforeAll(async () => {
  clock = new SandboxClock();
  const keyMode: KeyMode = 'certificate';
  simulator = await createSimulator({
    seed: 'accept',
    clock,
    bus: new SandboxBus(() => clock.now()),
    keyMode,
  });
  server = await serve((request) => simulator.fetch(request), { port: 0 });
});
afterAll(async () => {
  await server.close();
  await simulator.close();
  clock.stop();
});

async function outcome(fault?: BackendFault, only?: readonly string[]): Promise<Result[]> {
  const backend = await startBackend(server.url, simulator.credentials().direct, fault);
  try {
    const results = await accept({
      sandboxUrl: server.url,
      commands: backend.commands,
      waitMs: fault === undefined ? 10_000 : 1_000,
      ...(only && { only }),
    });
    for (const { id, verdict } of results) expect([id, verdict.observed]).toSatisfy(saysBoth);
    return results;
  } finally {
    await backend.close();
  }
}

/** Only a status or a number needs no translation. */
function saysBoth([, { en, zh }]: [string, Text]): boolean {
  return en === zh
    ? /^(HTTP \d+|[\w|*@-]+)$/.test(en)
    : /[\u4e00-\u9fff]/.test(zh) && !/[\u4e00-\u9fff]/.test(en);
}

const idsOf = (results: readonly Result[], kind: Result['verdict']['kind']) =>
  results.filter(({ verdict }) => verdict.kind === kind).map(({ id }) => id);

/** What a backend with one fault still does right. */
const controls = ['order-double-tap', 'callback-pays'];

test('a right backend holds every check', async () => {
  const results = await outcome();
  expect(results.filter(({ verdict }) => verdict.kind !== 'held')).toEqual([]);
  expect(results).toHaveLength(checks.length);
});

test.each<[BackendFault, string[]]>([
  [
    'does not verify',
    ['unsigned', 'signature', 'timestamp', 'serial', 'signtest', 'wrong-key'].map(
      (tamper) => `callback-forged-${tamper}`,
    ),
  ],
  ['ignores the timestamp', ['callback-forged-timestamp']],
  ['ignores the serial number', ['callback-forged-serial']],
  ['lets probes pass', ['callback-forged-signtest']],
  ['acknowledges what it cannot decrypt', ['callback-forged-resource']],
  ['allows ten minutes', ['callback-forged-timestamp']],
  ['ignores the amount', ['callback-other-amount']],
  ['ignores the merchant', ['callback-other-merchant']],
  ['delivers late callbacks', ['callback-late']],
  ['never queries', ['callback-lost']],
  ['delivers each callback', ['callback-duplicates']],
  ['refuses duplicates', ['callback-duplicates']],
  ['takes a new number', ['order-lost-answer', 'order-server-error']],
  ['believes unsigned answers', ['answer-unsigned', 'query-unsigned']],
  ['is paid at once', ['order-begins-unpaid', 'callback-pays']],
  ['ignores the request token', ['order-double-tap']],
  ['refunds under a new number', ['refund-lost-answer']],
  ['keeps its first certificates', ['key-rotation']],
])('a backend that %s is caught for it, and for nothing else', async (fault, expected) => {
  const results = await outcome(fault, [...expected, ...controls]);
  expect(idsOf(results, 'broken').sort()).toEqual([...expected].sort());
});

test('a backend that answers late is caught for it', async () => {
  const results = await outcome('answers late', ['callback-pays']);
  expect(results.map(({ id, verdict }) => [id, verdict.kind])).toEqual([['callback-pays', 'broken']]);
});

test('says first, and counts as not run, what a sandbox with a public key does not allow', async () => {
  const own = new SandboxClock();
  const bus = new SandboxBus(() => own.now());
  const withoutCertificate = await createSimulator({
    seed: 'accept',
    clock: own,
    bus,
    keyMode: 'public-key',
  });
  const running = await serve((request) => withoutCertificate.fetch(request), { port: 0 });
  const results: Result[] = [];
  await accept({
    sandboxUrl: running.url,
    commands: { place: 'echo none', paid: 'false' },
    waitMs: 0,
    only: ['order-begins-unpaid', 'key-rotation'],
    onResult: (result) => results.push(result),
  });
  expect(results.map(({ id, verdict }) => [id, verdict.kind])).toEqual([
    ['key-rotation', 'not-run'],
    ['order-begins-unpaid', 'broken'],
  ]);
  expect(results[0]!.verdict.observed.en).toMatch(/started with --keys public-key/);
  expect(results[0]!.verdict.observed.zh).toMatch(/没有轮换/);
  await running.close();
  await withoutCertificate.close();
  own.stop();
});

describe('a backend of which only the callback address is known', () => {
  async function byAddress(notifyUrl: string, account?: AccountName) {
    const results = await accept({
      sandboxUrl: server.url,
      commands: {},
      notifyUrl,
      ...(account && { account }),
      waitMs: 0,
    });
    return (kind: Result['verdict']['kind']) =>
      results
        .filter(({ id }) => id.startsWith('callback-forged-'))
        .filter(({ verdict }) => verdict.kind === kind);
  }

  test('is tested with forged callbacks of orders that are not its own', async () => {
    const right = await startBackend(server.url, simulator.credentials().direct);
    expect((await byAddress(right.notifyUrl))('held')).toHaveLength(8);
    await right.close();
    const wrong = await startBackend(server.url, simulator.credentials().direct, 'lets probes pass');
    expect((await byAddress(wrong.notifyUrl))('broken').map(({ id }) => id)).toEqual([
      'callback-forged-signtest',
    ]);
    await wrong.close();
  });

  test.each(['partner', 'ecommerce'] as const)('also with those of a provider, %s', async (account) => {
    const { appid, mchid, serialNo, privateKeyPem, apiV3Key } = simulator.credentials()[account];
    const backend = await startBackend(server.url, { appid, mchid, serialNo, privateKeyPem, apiV3Key });
    expect((await byAddress(backend.notifyUrl, account))('held')).toHaveLength(8);
    await backend.close();
  });

  test('that refuses everything has not shown that it verifies', async () => {
    const refuses = createServer((_, response) => response.writeHead(404).end());
    await new Promise<void>((resolve) => refuses.listen(0, '127.0.0.1', resolve));
    const { port } = refuses.address() as AddressInfo;
    expect((await byAddress(`http://127.0.0.1:${port}/`))('not-run')).toHaveLength(8);
    refuses.close();
  });

  test('that does not answer has not either', async () => {
    const broken = (await byAddress(`http://127.0.0.1:${await freePort()}/`))('broken');
    expect(broken.map(({ verdict }) => verdict.observed)).toEqual(
      Array(8).fill({
        en: expect.stringContaining('no answer to the callback'),
        zh: expect.stringContaining('回调没有得到应答'),
      }),
    );
  });
});

describe('a backend that gives less', () => {
  test('is checked by what it gives; the rest is not run, and says what is missing', async () => {
    const backend = await startBackend(server.url, simulator.credentials().direct);
    const results = await accept({
      sandboxUrl: server.url,
      commands: { place: backend.commands.place },
      waitMs: 1_000,
      only: ['order-double-tap', 'callback-forged-signature', 'callback-pays', 'refund-lost-answer'],
    });
    await backend.close();
    expect(results.map(({ id, verdict }) => [id, verdict.kind, verdict.observed])).toEqual([
      ['order-double-tap', 'held', { en: '1 order', zh: '1 笔订单' }],
      ['refund-lost-answer', 'not-run', { en: 'give --paid, --refund', zh: '需要 --paid、--refund' }],
      ['callback-forged-signature', 'held', { en: 'HTTP 401', zh: 'HTTP 401' }],
      ['callback-pays', 'not-run', { en: 'give --paid', zh: '需要 --paid' }],
    ]);
  });

  test('or cannot place an order at all is told what its command printed', async () => {
    const [result] = await accept({
      sandboxUrl: server.url,
      commands: { place: 'echo no such route; exit 3' },
      waitMs: 0,
      only: ['callback-forged-signature'],
    });
    expect(result?.verdict).toEqual({
      kind: 'broken',
      observed: {
        en: '--place exited with 3 and printed no out_trade_no:',
        zh: '--place 退出码为 3，没有输出 out_trade_no：',
      },
      printed: 'no such route\n',
    });
  });
});

describe('a report', () => {
  const text = { en: 'English', zh: '中文' };
  const result = (id: string, kind: Result['verdict']['kind']): Result => ({
    id,
    title: text,
    why: text,
    fix: text,
    verdict: { kind, observed: { en: `<${id}>`, zh: `见<${id}>` }, printed: '& "\u0000"' },
    tookMs: 1500,
  });
  const results = [result('one', 'held'), result('two', 'broken'), result('three', 'not-run')];

  test('for people says why and how only for what is broken', () => {
    expect(asText(results[0]!)).toBe('✓ 中文  English\n    <one> 见<one>\n    & "\u0000"');
    expect(asText(results[1]!).split('\n').slice(3)).toEqual([
      '    为什么重要 中文  English',
      '    怎样修复 中文  English',
    ]);
    expect(summary(results)).toBe('1 项通过，1 项未通过，1 项未执行 · 1 passed, 1 failed, 1 not run');
  });

  test('as JSON says whether it passed', () => {
    const { passed, checks: listed } = JSON.parse(asJson(results));
    expect(passed).toBe(false);
    expect(listed.map(({ id, outcome }: Record<string, string>) => [id, outcome])).toEqual([
      ['one', 'held'],
      ['two', 'broken'],
      ['three', 'not-run'],
    ]);
  });

  test('as JSON gives what was observed in each language, and in both', () => {
    const [one] = JSON.parse(asJson(results)).checks;
    expect(one).toMatchObject({
      detail: '<one> 见<one>\n& "\u0000"',
      observed: { en: '<one>', zh: '见<one>' },
    });
  });

  test('says once what is the same in both languages', () => {
    const observed = { en: 'HTTP 401', zh: 'HTTP 401' };
    const [one] = JSON.parse(
      asJson([{ ...result('one', 'held'), verdict: { kind: 'held', observed } }]),
    ).checks;
    expect(one.detail).toBe('HTTP 401');
  });

  test('as JUnit is XML, with what a failed check printed', () => {
    const report = asJUnit(results);
    expect(XMLValidator.validate(report)).toBe(true);
    const { testsuite } = new XMLParser({ ignoreAttributes: false }).parse(report);
    expect(testsuite).toMatchObject({ '@_tests': '3', '@_failures': '1', '@_skipped': '1' });
    const [one, two, three] = testsuite.testcase;
    expect(one).toEqual({
      '@_classname': 'wechatpay-sandbox.accept',
      '@_name': 'one: English',
      '@_time': '1.5',
    });
    const printed = '<two> 见<two>\n& "\ufffd"';
    expect(two.failure).toEqual({
      '@_message': printed,
      '#text': [printed, 'English', 'English', '中文', '中文'].join('\n'),
    });
    expect(three.skipped).toEqual({ '@_message': '<three> 见<three>\n& "\ufffd"' });
  });
});
