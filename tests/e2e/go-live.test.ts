/** Deployments that go wrong, in part and in whole: the real `tcb` and manager-node against a cloud on loopback. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { editEnvFile } from '../../scripts/env/dotenv.ts';
import { type CommandResult, envId, type LiveShop, startLiveShop } from '../tencent/shop.ts';
import { unzip } from '../tencent/unzip.ts';
import { root } from './support.ts';

const directFunctions = [
  'closeOrder',
  'confirmReceipt',
  'createOrder',
  'fulfilOrder',
  'handleComplaints',
  'listProducts',
  'manageShop',
  'payNotify',
  'queryOrder',
  'receiveEvent',
  'receiveTransfer',
  'reconcile',
  'refundOrder',
  'requestRefund',
  'shareProfit',
  'shipOrder',
  'transferMoney',
];
let shop: LiveShop;

beforeAll(async () => {
  shop = await startLiveShop();
  const { direct } = shop.simulator.credentials();
  const values = {
    TCB_ENV_ID: envId,
    WECHATPAY_APPID: direct.appid,
    WECHATPAY_API_BASES: shop.url,
    FULFILMENT_FUNCTION: 'fulfilOrder',
    WECHATPAY_DIRECT_MCHID: direct.mchid,
    WECHATPAY_DIRECT_SERIAL_NO: direct.serialNo,
    WECHATPAY_DIRECT_PRIVATE_KEY: direct.privateKeyPem,
    WECHATPAY_DIRECT_API_V3_KEY: direct.apiV3Key,
    WECHATPAY_DIRECT_PUBLIC_KEY_ID: direct.publicKeyId,
    WECHATPAY_DIRECT_PUBLIC_KEY: direct.publicKeyPem,
  };
  const lines = Object.entries(values).map(([name, value]) => `${name}="${value}"`);
  writeFileSync(file(), `${lines.join('\n')}\n`);
});
afterAll(() => shop?.close());

const file = () => join(shop.checkout, '.env.local');
const readVariables = () => readFileSync(file(), 'utf8');
const setVariables = (changes: Record<string, string | undefined>) =>
  writeFileSync(file(), editEnvFile(readVariables(), changes));

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
  it('reports what exists when parts of it fail, and does not deploy the functions that take orders', async () => {
    shop.cloud.faults.push(
      { action: 'CreateFunction', name: 'closeOrder', code: 'LimitExceeded.Function', times: 1 },
      // The CLI gives up after four attempts; the deployment reads the result back and repairs it.
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

  it('uploads neither hidden files nor the path of the machine that built them', () => {
    const uploaded = [...shop.cloud.functions.functions.values()];
    expect(uploaded.length).toBeGreaterThan(10);
    for (const { name, zip } of uploaded) {
      for (const [path, content] of unzip(zip)) {
        expect(`${name}/${path}`).not.toMatch(/(^|\/)\./);
        for (const folder of [shop.checkout, root]) {
          expect(content.includes(folder), `${name}/${path}`).toBe(false);
        }
      }
    }
  });
});

describe('a later deployment', () => {
  const change = (name: string) => {
    const source = join(shop.checkout, 'functions', name, 'index.ts');
    writeFileSync(source, `${readFileSync(source, 'utf8')}\nconsole.log('revision-two');\n`);
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

  it('tells new code with old variables from old code when parts of it fail', async () => {
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
  });

  it('is rolled back to the last complete release, by the same way', async () => {
    const before = codeOf('queryOrder');
    setVariables({ WECHATPAY_API_BASES: shop.url });
    const rolledBack = await shop.run('rollback', '--yes', '--json', '--no-smoke');
    expect(rolledBack.output).toContain('恢复第');
    expect(resultOf(rolledBack).functions.filter((each) => !each.ok)).toEqual([]);
    expect(rolledBack.code).toBe(0);
    expect(before.includes('revision-two')).toBe(true);
    expect(codeOf('queryOrder').includes('revision-two')).toBe(false);
  });
});

describe('operating it', () => {
  const json = async (command: string, ...args: string[]): Promise<Record<string, unknown>> => {
    const run = await shop.run(command, ...args, '--json');
    return { code: run.code, ...(JSON.parse(run.stdout) as Record<string, unknown>) };
  };

  it('status shows manual changes in the cloud', async () => {
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

  it('renews the two hours of a web login by itself', async () => {
    const home = join(shop.checkout, 'home');
    const login = join(home, '.config', '.cloudbase', 'auth.json');
    mkdirSync(dirname(login), { recursive: true });
    const expired = {
      tmpSecretId: 'old',
      tmpSecretKey: 'old',
      tmpToken: 'old',
      tmpExpired: Date.now() - 1000,
    };
    const credential = { ...expired, refreshToken: 'refresh', expired: Date.now() + 3_600_000, uin: '1' };
    writeFileSync(login, JSON.stringify({ credential }));
    const byLogin = {
      HOME: home,
      USERPROFILE: home,
      TENCENTCLOUD_SECRETID: undefined,
      TENCENTCLOUD_SECRETKEY: undefined,
    };
    const listed = await shop.runWith(byLogin, 'anomalies');
    rmSync(home, { recursive: true });
    expect([listed.code, listed.output]).toEqual([0, expect.stringContaining('0 个异常')]);
  });
});
