/**
 * A newcomer with nothing but the files of a merchant follows the guides, command by command, from a fresh clone to the
 * first payment and the later operations: with the real `tcb` and manager-node against a cloud on loopback.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DemoClient, requestToken, until } from '../../scripts/demo/client.ts';
import type { Report } from '../../scripts/doctor/finding.ts';
import { type Block, blocksOf, guideNames } from '../guides/blocks.ts';
import { envId, type LiveShop, startLiveShop } from '../tencent/shop.ts';

const payer = 'oSandboxUser0000000000000001';
let shop: LiveShop;
/** Examples in the guides, and what this merchant has in their place. */
let examples: [string, string][];

beforeAll(async () => {
  shop = await startLiveShop();
  const { direct } = shop.simulator.credentials();
  const certs = join(shop.checkout, 'certs');
  mkdirSync(certs);
  writeFileSync(join(certs, 'apiclient_key.pem'), `${direct.privateKeyPem}\n`);
  writeFileSync(join(certs, 'apiclient_cert.pem'), `${direct.certificatePem}\n`);
  writeFileSync(join(certs, 'pub_key.pem'), `${direct.publicKeyPem}\n`);
  writeFileSync(join(certs, 'api-v3-key.txt'), direct.apiV3Key);
  // The address of WeChat Pay is the only difference from production.
  writeFileSync(join(shop.checkout, '.env.local'), `WECHATPAY_API_BASES=${shop.url}\n`, { mode: 0o600 });
  examples = [
    ['1900000001', direct.mchid],
    ['wx0123456789abcdef', direct.appid],
    ['PUB_KEY_ID_0119000000012025010100000000000001', direct.publicKeyId],
    ['shop-1a2b3c4d', envId],
  ];
});
afterAll(() => shop?.close());

async function follow(block: Block): Promise<void> {
  for (const example of block.text.split('\n')) {
    const line = examples.reduce((text, [from, to]) => text.replaceAll(from, to), example);
    const script = /^node -e "([^"]+)"$/.exec(line)?.[1];
    const result = script === undefined ? await npmRun(line) : runScript(script);
    expect(result.code, `${block.guide}:${block.line}  ${line}\n${result.output}`).toBe(0);
  }
}

function npmRun(line: string) {
  const [, command, rest = ''] = /^npm run (\S+)(?: -- (.*))?$/.exec(line)!;
  return shop.run(command!, ...rest.split(' ').filter(Boolean));
}

function runScript(script: string): { code: number | null; output: string } {
  const { status, stderr } = spawnSync(process.execPath, ['-e', script], {
    cwd: shop.checkout,
    encoding: 'utf8',
  });
  return { code: status, output: stderr };
}

const commands = (guide: string) =>
  blocksOf(guide).filter(({ language, mark }) => language === 'sh' && mark !== 'real-cloud');
const variables = () => readFileSync(join(shop.checkout, '.env.local'), 'utf8');

describe('going-live.md', () => {
  it.each(commands('going-live.md').map((block) => [block.text.split(' --')[0]!, block] as const))(
    '%s',
    (_, block) => follow(block),
  );

  it('ends with a paid fen', async () => {
    const client = new DemoClient(shop.url);
    const items = [{ productId: 'sticker', quantity: 1 }];
    const order = await client.createOrder({ requestToken: requestToken(), items }, payer);
    await client.pay(order.paymentNo, payer);
    const isPaid = async () => shop.emulator.database.get('orders', order.paymentNo)?.state === 'SUCCESS';
    await until('the callback to be recorded', async () => (await isPaid()) || undefined, 25_000);
    const notifications = await client.documents<{ eventType: string }>('notifications');
    expect(notifications.filter(({ eventType }) => eventType === 'SECURITY_ECHO.SUCCESS')).toHaveLength(1);
  });
});

describe('npm run doctor -- --cloud', () => {
  const examine = async () => {
    const { code, stdout, output } = await shop.run('doctor', '--cloud', '--json');
    expect(code, output).not.toBeNull();
    return { code, report: JSON.parse(stdout) as Report };
  };
  const worse = ({ findings }: Report) =>
    findings.filter(({ level }) => level !== 'info').map(({ id }) => id);

  it('finds everything as it was deployed', async () => {
    const { code, report } = await examine();
    expect([code, report.ok]).toEqual([0, true]);
    expect(report.findings.filter(({ id }) => id === 'cloud-function-same').length).toBeGreaterThan(5);
  });

  it('finds what somebody changed in the console, and changes nothing itself', async () => {
    const { functions } = shop.cloud.functions;
    const createOrder = functions.get('createOrder')!;
    const appid = createOrder.variables.find(({ Key }) => Key === 'WECHATPAY_APPID')!;
    const listProducts = functions.get('listProducts')!;
    const orders = shop.cloud.environment.collections.get('orders')!;
    const before = appid.Value;
    appid.Value = 'wxffffffffffffffff';
    functions.delete('listProducts');
    orders.aclTag = 'READONLY';
    shop.cloud.asked.length = 0;
    const { code, report } = await examine();
    expect(code).toBe(1);
    expect(worse(report)).toEqual(
      expect.arrayContaining([
        'cloud-environment-differs',
        'cloud-variables-differ',
        'cloud-function-missing',
      ]),
    );
    expect(JSON.stringify(report)).not.toContain('wxffffffffffffffff');
    expect(
      shop.cloud.asked.filter(({ action }) => /^(Create|Update|Delete|Modify|Batch)/.test(action)),
    ).toEqual([]);
    appid.Value = before;
    functions.set('listProducts', listProducts);
    orders.aclTag = 'ADMINONLY';
    expect(worse((await examine()).report)).not.toContain('cloud-environment-differs');
  });
});

const later = guideNames().filter((name) => !/zh-CN|README|going-live|change-api-v3-key/.test(name));
describe.each(later.filter((name) => commands(name).length > 0))('%s', (guide) => {
  it('can be followed to its end', async () => {
    for (const block of commands(guide)) await follow(block);
  });
});

describe('change-api-v3-key.md', () => {
  it('leaves the new key alone in the end, here and in the cloud', async () => {
    const payNotify = () =>
      Object.fromEntries(
        shop.cloud.functions.functions.get('payNotify')!.variables.map(({ Key, Value }) => [Key, Value]),
      );
    for (const block of commands('change-api-v3-key.md')) await follow(block);
    const key = readFileSync(join(shop.checkout, 'certs/new-api-v3-key.txt'), 'utf8');
    expect(variables()).toContain(`WECHATPAY_DIRECT_API_V3_KEY=${key}\n`);
    expect(variables()).not.toContain('API_V3_KEY_OTHER');
    expect(payNotify()).toMatchObject({ WECHATPAY_DIRECT_API_V3_KEY: key });
    expect(payNotify().WECHATPAY_DIRECT_API_V3_KEY_OTHER).toBeFalsy();
  });
});
