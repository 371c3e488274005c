/** A team goes live: the real `tcb` and the real manager-node against a cloud on loopback, from a fresh clone. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { DemoClient, requestToken, until } from '../../scripts/demo/client.ts';
import { editEnvFile } from '../../scripts/env/dotenv.ts';
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
}, 60_000);
afterAll(() => shop?.close());

const file = () => join(shop.checkout, '.env.local');
const readVariables = () => readFileSync(file(), 'utf8');
const setVariables = (changes: Record<string, string | undefined>) =>
  writeFileSync(file(), editEnvFile(readVariables(), changes));

/** What a merchant downloads at pay.weixin.qq.com, in a folder of its own. */
function downloadMerchantFiles(): string {
  const { direct } = shop.simulator.credentials();
  const folder = join(shop.checkout, '..', `merchant-${direct.mchid}-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  const files = {
    'apiclient_key.pem': direct.privateKeyPem,
    'apiclient_cert.pem': direct.certificatePem,
    'pub_key.pem': direct.publicKeyPem,
    'api_v3_key.txt': direct.apiV3Key,
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), `${content}\n`);
  return folder;
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

it("setup takes the merchant's files, and the doctor has no objection but the missing address", async () => {
  const { direct } = shop.simulator.credentials();
  const folder = downloadMerchantFiles();
  const setup = await shop.run(
    'setup',
    ...['--yes', '--kind', 'direct', '--mchid', direct.mchid, '--appid', direct.appid, '--env', envId],
    ...['--key', join(folder, 'apiclient_key.pem'), '--cert', join(folder, 'apiclient_cert.pem')],
    ...['--public-key', join(folder, 'pub_key.pem'), '--public-key-id', direct.publicKeyId],
    ...['--api-v3-key-file', join(folder, 'api_v3_key.txt'), '--fulfilment', 'fulfilOrder'],
    ...['--api-bases', shop.url],
  );
  rmSync(folder, { recursive: true });
  expect([setup.code, setup.output]).toEqual([0, expect.stringContaining('.env.local')]);
  const doctor = await shop.run('doctor', '--json');
  const { ok, findings } = JSON.parse(doctor.stdout) as {
    ok: boolean;
    findings: { level: string; variable?: string }[];
  };
  expect(ok).toBe(true);
  expect(findings).toContainEqual(
    expect.objectContaining({ level: 'warning', variable: 'WECHATPAY_NOTIFY_URL' }),
  );
});

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

  it('refuses to begin without a required variable, and to empty one that the cloud has', async () => {
    const before = readVariables();
    shop.cloud.asked.length = 0;
    setVariables({ FULFILMENT_FUNCTION: undefined });
    const unset = await shop.run('deploy', '--yes', '--no-build');
    expect([unset.code, unset.output]).toEqual([1, expect.stringContaining('FULFILMENT_FUNCTION')]);
    expect(shop.cloud.asked).toEqual([]);

    writeFileSync(file(), before);
    setVariables({ WECHATPAY_DIRECT_PUBLIC_KEY: undefined, WECHATPAY_DIRECT_PUBLIC_KEY_ID: undefined });
    const refused = await shop.run('deploy', '--yes', '--no-build', '--json');
    writeFileSync(file(), before);
    expect(refused.code).toBe(1);
    const { refusals } = JSON.parse(refused.stdout) as {
      refusals: { id: string; functionName: string; variables: string[] }[];
    };
    const emptied = refusals.find(
      ({ id, functionName }) => id === 'would-empty' && functionName === 'payNotify',
    );
    expect(emptied?.variables).toEqual(['WECHATPAY_DIRECT_PUBLIC_KEY', 'WECHATPAY_DIRECT_PUBLIC_KEY_ID']);
    expect(shop.cloud.asked.filter(({ action }) => /^(Create|Update|Delete|Batch)/.test(action))).toEqual([]);
  });

  it('tells new code with old variables from old code, and is put right by a rerun', async () => {
    for (const name of ['closeOrder', 'queryOrder', 'listProducts']) change(name);
    setVariables({ WECHATPAY_API_BASES: shop.url.replace('127.0.0.1', 'localhost') });
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
    setVariables({ WECHATPAY_API_BASES: shop.url });
    const rolledBack = await shop.run('rollback', '--yes', '--json', '--no-smoke');
    expect(rolledBack.output).toContain('恢复第');
    expect(resultOf(rolledBack).functions.filter((each) => !each.ok)).toEqual([]);
    expect(rolledBack.code).toBe(0);
    expect(before).toContain('second');
    expect(codeOf('listProducts')).not.toContain('second');
  });
});

describe('operating it', () => {
  const json = async (command: string, ...args: string[]): Promise<Record<string, unknown>> => {
    const run = await shop.run(command, ...args, '--json');
    return { code: run.code, ...(JSON.parse(run.stdout) as Record<string, unknown>) };
  };

  it('status tells what was changed in the cloud by hand', async () => {
    const closeOrder = shop.cloud.functions.functions.get('closeOrder')!;
    closeOrder.variables = closeOrder.variables.map((each) =>
      each.Key === 'WECHATPAY_APPID' ? { ...each, Value: 'wx0000000000000000' } : each,
    );
    shop.cloud.functions.functions.get('queryOrder')!.status = 'UpdateFailed';
    const { code, functions, facts } = await json('status', '--no-build');
    expect(code).toBe(1);
    expect(functions).toContainEqual(
      expect.objectContaining({
        name: 'closeOrder',
        state: 'differs',
        differences: ['代码 code', 'WECHATPAY_APPID'],
      }),
    );
    expect(functions).toContainEqual(expect.objectContaining({ name: 'queryOrder', state: 'not-active' }));
    expect(facts).toContainEqual(expect.objectContaining({ id: 'timer', level: 'good' }));
  });

  it('shows an anomaly and notes what was done about it', async () => {
    const side = {
      appid: 'a',
      mchid: 'm',
      subMchid: null,
      currency: 'CNY',
      transactionId: 't',
      state: 'SUCCESS',
    };
    shop.emulator.database.put('anomalies', {
      _id: 'abcdef0123456789',
      kind: 'WRONG_AMOUNT',
      outTradeNo: 'order-of-an-anomaly',
      account: 'direct',
      source: 'callback',
      expected: { ...side, amountFen: 100 },
      received: { ...side, amountFen: 1 },
      seenAtMs: Date.now(),
      resolvedAtMs: null,
    });
    const resolved = await shop.run('anomalies', 'resolve', 'abcdef', '--note', 'refunded');
    expect(resolved.output).toMatch(/≠ amountFen +¥1\.00 +¥0\.01/);
    expect(resolved.output).toContain('refunded');
    expect(shop.emulator.database.get('anomalies', 'abcdef0123456789')).toMatchObject({ note: 'refunded' });
  });
});
