/** A team goes live: the real `tcb` and the real manager-node against a cloud on loopback, from a fresh clone. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { DemoClient, requestToken, until } from '../../scripts/demo/client.ts';
import { type CommandResult, envId, type LiveShop, startLiveShop } from '../tencent/shop.ts';
import { unzip } from '../tencent/unzip.ts';

/** The real CLI takes some seconds to start, and some more for each function. */
vi.setConfig({ testTimeout: 240_000 });

const payer = 'oSandboxUser0000000000000001';
const directFunctions = [
  'closeOrder',
  'createOrder',
  'fulfilOrder',
  'listProducts',
  'payNotify',
  'queryOrder',
  'reconcile',
];
let shop: LiveShop;

beforeAll(async () => {
  shop = await startLiveShop();
  const { direct } = shop.simulator.credentials();
  writeVariables({
    TCB_ENV_ID: envId,
    WECHATPAY_APPID: direct.appid,
    FULFILMENT_FUNCTION: 'fulfilOrder',
    WECHATPAY_API_BASES: shop.url,
    WECHATPAY_DIRECT_MCHID: direct.mchid,
    WECHATPAY_DIRECT_SERIAL_NO: direct.serialNo,
    WECHATPAY_DIRECT_PRIVATE_KEY: direct.privateKeyPem,
    WECHATPAY_DIRECT_API_V3_KEY: direct.apiV3Key,
    WECHATPAY_DIRECT_PUBLIC_KEY_ID: direct.publicKeyId,
    WECHATPAY_DIRECT_PUBLIC_KEY: direct.publicKeyPem,
  });
}, 60_000);
afterAll(() => shop?.close());

const file = () => join(shop.checkout, '.env.local');
const readVariables = () => readFileSync(file(), 'utf8');
function writeVariables(values: Record<string, string>): void {
  const lines = Object.entries(values).map(([name, value]) => `${name}="${value}"`);
  writeFileSync(file(), `${lines.join('\n')}\n`);
}
const deployed = () => [...shop.cloud.functions.functions.keys()].sort();
const codeOf = (name: string) =>
  unzip(shop.cloud.functions.functions.get(name)!.zip).get('function.js')!.toString();
const variablesOf = (name: string) =>
  Object.fromEntries(
    shop.cloud.functions.functions.get(name)!.variables.map(({ Key, Value }) => [Key, Value]),
  );

interface DeployResult {
  ok: boolean;
  release: number;
  functions: { name: string; ok: boolean; heldBack: boolean; code: boolean; changedVariables: string[] }[];
  trials: { id: string; ok: boolean; caller?: Record<string, unknown> }[];
}
const resultOf = (run: CommandResult) => JSON.parse(run.stdout) as DeployResult;

describe('provision', () => {
  it('creates what is missing, and fills in the address of the callbacks', async () => {
    const first = await shop.run('provision', '--yes');
    expect(first.output).toContain('已读回核对');
    expect(first.code).toBe(0);
    const orders = shop.cloud.environment.collections.get('orders')!;
    expect(orders.aclTag).toBe('ADMINONLY');
    expect(orders.indexes.map(({ Name }) => Name)).toContain('account_checkAfterMs');
    expect(shop.cloud.environment.storageAcl).toBe('PRIVATE');
    expect(JSON.parse(shop.cloud.environment.functionRule)).toMatchObject({
      '*': { invoke: 'auth != null' },
      reconcile: { invoke: false },
    });
    expect(readVariables()).toContain(`WECHATPAY_NOTIFY_URL=${shop.cloud.httpUrl}/pay-notify`);
    expect(shop.emulator.database.get('products', 'sticker')).toMatchObject({ onSale: true });
  });

  it('changes nothing the second time', async () => {
    shop.cloud.asked.length = 0;
    const second = await shop.run('provision', '--yes', '--json');
    expect(JSON.parse(second.stdout)).toMatchObject({ ok: true, missing: [] });
    expect(shop.cloud.asked.filter(({ action }) => !/^(Describe|List|Get)/.test(action))).toEqual([]);
  });
});

describe('the first deployment', () => {
  it('says truly what is there when parts of it fail, and holds back what takes orders', async () => {
    shop.cloud.faults.push(
      { action: 'CreateFunction', name: 'closeOrder', code: 'LimitExceeded.Function', times: 1 },
      // The CLI tries four times and then leaves it; what is read back is put right.
      { action: 'BatchCreateTrigger', name: 'reconcile', times: 5 },
      { action: 'CreateCloudBaseGWAPI', name: 'payNotify', times: 2 },
    );
    const first = await shop.run('deploy', '--yes', '--json');
    expect(first.code).toBe(1);
    const { ok, functions } = resultOf(first);
    expect(ok).toBe(false);
    expect(deployed()).toEqual(
      directFunctions.filter((name) => !['closeOrder', 'createOrder'].includes(name)),
    );
    const failed = functions.filter((each) => !each.ok).map(({ name }) => name);
    expect(failed.sort()).toEqual(['closeOrder', 'createOrder', 'payNotify', 'reconcile']);
    expect(functions.filter(({ heldBack }) => heldBack).map(({ name }) => name)).toEqual(['createOrder']);
  });

  it('is completed by a second one, which tries what only the cloud can tell', async () => {
    shop.cloud.asked.length = 0;
    const second = await shop.run('deploy', '--yes', '--json');
    expect(second.output).toContain('试运行');
    const { ok, functions, trials } = resultOf(second);
    expect(trials.map((trial) => [trial.id, trial.ok])).toEqual([
      ['callback', true],
      ['timer', true],
      ['function-call', true],
    ]);
    expect(trials[2]?.caller).toMatchObject({ source: 'wx_trigger,scf' });
    expect([ok, second.code]).toEqual([true, 0]);
    expect(functions.map(({ name }) => name).sort()).toEqual(directFunctions);
    expect(deployed()).toEqual(directFunctions);
    expect(shop.cloud.environment.routes.map(({ Path }) => Path)).toEqual([
      '/pay-notify',
      '/pay-notify/direct',
    ]);
    expect(shop.cloud.functions.functions.get('reconcile')?.triggers).toHaveLength(1);
    const updated = shop.cloud.asked
      .filter(({ action }) => action === 'CreateFunction')
      .map(({ name }) => name);
    expect(updated).toEqual(['closeOrder', 'createOrder']);
    expect(second.output).not.toContain(variablesOf('createOrder').WECHATPAY_DIRECT_PRIVATE_KEY);
  });

  it('takes the first fen', async () => {
    const client = new DemoClient(shop.url);
    const items = [{ productId: 'sticker', quantity: 1 }];
    const order = await client.createOrder({ requestToken: requestToken(), items }, payer);
    await client.cashier(order.payment!);
    await client.pay(order.paymentNo, payer);
    const isPaid = async () => shop.emulator.database.get('orders', order.paymentNo)?.state === 'SUCCESS';
    await until('the callback to be recorded', async () => (await isPaid()) || undefined, 25_000);
    expect(shop.emulator.database.get('orders', order.paymentNo)).toMatchObject({ amountFen: 1 });
  });
});

describe('a later deployment', () => {
  const change = (name: string) => {
    const source = join(shop.checkout, 'functions', name, 'index.ts');
    writeFileSync(source, `${readFileSync(source, 'utf8')}\nconsole.log('second');\n`);
  };

  it('refuses what would empty a variable in the cloud, and sends nothing', async () => {
    const before = readVariables();
    writeFileSync(
      file(),
      before.replace(/^FULFILMENT_FUNCTION=.*\n/m, '').replace(/^WECHATPAY_DIRECT_PUBLIC_KEY.*\n/gm, ''),
    );
    shop.cloud.asked.length = 0;
    const refused = await shop.run('deploy', '--yes', '--no-build', '--json');
    writeFileSync(file(), before);
    expect(refused.code).toBe(1);
    const { refusals } = JSON.parse(refused.stdout) as {
      refusals: { id: string; functionName: string; variables: string[] }[];
    };
    expect(refusals).toContainEqual(
      expect.objectContaining({
        id: 'missing',
        functionName: 'reconcile',
        variables: ['FULFILMENT_FUNCTION'],
      }),
    );
    const emptied = refusals.find(
      ({ id, functionName }) => id === 'would-empty' && functionName === 'payNotify',
    );
    expect(emptied?.variables).toEqual(['WECHATPAY_DIRECT_PUBLIC_KEY', 'WECHATPAY_DIRECT_PUBLIC_KEY_ID']);
    expect(shop.cloud.asked.filter(({ action }) => /^(Create|Update|Delete|Batch)/.test(action))).toEqual([]);
  });

  it('tells new code with old variables from old code, and is put right by a rerun', async () => {
    for (const name of ['closeOrder', 'queryOrder', 'listProducts']) change(name);
    const otherName = shop.url.replace('127.0.0.1', 'localhost');
    writeFileSync(file(), readVariables().replace(`="${shop.url}"`, `="${otherName}"`));
    shop.cloud.functions.functions
      .get('fulfilOrder')!
      .variables.push({ Key: 'SHOP_TOKEN', Value: 'set-by-hand' });
    shop.cloud.faults.push(
      { action: 'UpdateFunctionCode', name: 'closeOrder', times: 1 },
      { action: 'UpdateFunctionConfiguration', name: 'queryOrder', times: 1 },
      { action: 'COS', name: 'listProducts' },
    );
    shop.cloud.functions.functions.get('reconcile')!.triggers.push({
      TriggerName: 'everyHour',
      Type: 'timer',
      TriggerDesc: '0 0 * * * * *',
    });
    const names = ['closeOrder', 'queryOrder', 'listProducts', 'reconcile', 'fulfilOrder'];
    const first = resultOf(await shop.run('deploy', ...names, '--yes', '--json', '--no-smoke'));
    const of = (name: string) => first.functions.find((each) => each.name === name);
    expect(of('closeOrder')).toMatchObject({ ok: false, code: true });
    expect(of('queryOrder')).toMatchObject({
      ok: false,
      code: false,
      changedVariables: ['WECHATPAY_API_BASES'],
    });
    expect(of('listProducts')).toMatchObject({ ok: false, code: true });
    expect(of('reconcile')).toMatchObject({ ok: true });
    expect(
      shop.cloud.functions.functions.get('reconcile')?.triggers.map(({ TriggerName }) => TriggerName),
    ).toEqual(['everyMinute']);
    expect(variablesOf('fulfilOrder').SHOP_TOKEN).toBe('set-by-hand');

    shop.cloud.faults.length = 0;
    const second = await shop.run('deploy', ...names, '--yes', '--json', '--no-smoke');
    expect(resultOf(second).functions.filter((each) => !each.ok)).toEqual([]);
    expect(second.code).toBe(0);
  });

  it('is rolled back to the code of the release before, by the same way', async () => {
    const before = codeOf('listProducts');
    const rolledBack = await shop.run('rollback', '--yes', '--json', '--no-smoke');
    expect(rolledBack.output).toContain('恢复第');
    expect(resultOf(rolledBack).functions.filter((each) => !each.ok)).toEqual([]);
    expect(rolledBack.code).toBe(0);
    expect(before).toContain('second');
    expect(codeOf('listProducts')).not.toContain('second');
  });
});
