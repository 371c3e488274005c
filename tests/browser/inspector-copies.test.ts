/** What is copied in the inspector runs as pasted: a command in a shell, a test in vitest. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { TestClient } from '../../sandbox/wechatpay/testing/client.ts';
import { requestToken } from '../../scripts/demo/client.ts';
import type { CreateOrderAnswer } from '../../shared/contract/index.ts';
import { describeInBrowser, root } from './fixture.ts';
import { type InspectorPage, withInspector } from './inspector-page.ts';

const openid = 'oSandboxUser0000000000000001';
const orderApi = '/v3/pay/transactions/jsapi';
const run = promisify(execFile);

/** Runs the files with the vitest of this repository, in a folder of their own without its configuration. */
async function runAsPasted(sources: Record<string, string>, sandboxUrl: string): Promise<string[]> {
  const parent = join(root, 'dist');
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(join(parent, 'pasted-'));
  try {
    for (const [name, source] of Object.entries(sources))
      writeFileSync(join(folder, `${name}.test.ts`), source);
    writeFileSync(join(folder, 'vitest.config.ts'), 'export default {};\n');
    const report = join(folder, 'report.json');
    const vitest = join(root, 'node_modules/vitest/vitest.mjs');
    const args = [vitest, 'run', '--root', folder, '--reporter=json', `--outputFile=${report}`];
    // As in a fresh shell, without the environment of the test runner.
    const { PATH = '', HOME = '' } = process.env;
    const env = { PATH, HOME, SANDBOX_URL: sandboxUrl };
    await run(process.execPath, args, { cwd: folder, env }).catch(() => undefined);
    const { default: result } = (await import(report, { with: { type: 'json' } })) as {
      default: { testResults: { message: string; assertionResults: Assertion[] }[] };
    };
    return result.testResults.flatMap(({ assertionResults, message }) =>
      assertionResults.length === 0
        ? [message]
        : assertionResults.map(({ status, title, failureMessages }) =>
            status === 'passed' ? `passed: ${title}` : `${title}: ${failureMessages.join('\n')}`,
          ),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface Assertion {
  status: string;
  title: string;
  failureMessages: string[];
}

describeInBrowser('what is copied', { pages: ['inspector'] }, (fixture) => {
  const place = (name: string, productIds: string[]): Promise<CreateOrderAnswer> =>
    fixture().client.must(
      name,
      {
        requestToken: requestToken(),
        items: productIds.map((productId) => ({ productId, quantity: 1 })),
      },
      openid,
    );

  async function paid(name: string, productIds: string[]): Promise<string> {
    const { paymentNo } = await place(name, productIds);
    await fixture().client.pay(paymentNo, openid);
    await expect
      .poll(async () => (await fixture().client.notifications(paymentNo))[0]?.attempts.length, {
        timeout: 30_000,
      })
      .toBe(1);
    return paymentNo;
  }

  /** As a program of any language does it: a signed request, without functions. */
  async function placedByApi(outTradeNo: string): Promise<void> {
    const { direct } = await fixture().client.get<{ direct: TestClient['account'] }>('/_sandbox/credentials');
    const client = new TestClient(direct, (request) => fetch(request), fixture().system.url);
    const answer = await client.post(orderApi, {
      appid: direct.appid,
      mchid: direct.mchid,
      description: 'by a program',
      out_trade_no: outTradeNo,
      notify_url: `${fixture().system.url}/nobody-listens`,
      amount: { total: 100, currency: 'CNY' },
      payer: { openid },
    });
    expect(answer.status).toBe(200);
    await fixture().client.pay(outTradeNo, openid);
  }

  const copyTest = async (inspector: InspectorPage, number: string): Promise<string> => {
    await inspector.choose(number);
    await inspector.detail.locator('.order-head').getByText(number).waitFor();
    const button = inspector.page.locator('.order-head').getByRole('button', { name: /as a vitest test/ });
    return inspector.copied(button);
  };

  test('a call of WeChat Pay as curl is signed anew and accepted, as often as it is run', async () => {
    const paymentNo = await paid('createOrder', ['sticker']);
    await withInspector(fixture(), {}, async (inspector) => {
      await inspector.choose(paymentNo);
      const detail = await inspector.openStep('JSAPI order');
      const command = await inspector.copied(detail.getByRole('button', { name: 'Copy as curl' }));
      const answers = [await run('bash', ['-c', command]), await run('bash', ['-c', command])];
      // The order is paid by now, so WeChat Pay answers ORDERPAID; with a wrong signature it would answer SIGN_ERROR.
      for (const { stdout } of answers) expect(JSON.parse(stdout)).toMatchObject({ code: 'ORDERPAID' });
      const placing = await inspector.openStep('Create the order');
      const call = await inspector.copied(placing.getByRole('button', { name: 'Copy as curl' }).first());
      const { result } = JSON.parse((await run('bash', ['-c', call])).stdout);
      expect(result.data.paymentNo, 'the same request is the same order').toBe(paymentNo);
      await inspector.open('Exchanges');
      await inspector.eventually(() => inspector.rows('ORDERPAID').count()).toBe(2);
    });
  });

  test('an order as a vitest file runs as pasted: paid, combined, closed, and placed by a program', async () => {
    const single = await paid('createOrder', ['sticker']);
    const combined = await paid('createPartnerOrder', ['bread-rye', 'honey-lychee']);
    const closed = (await place('createOrder', ['cup-celadon'])).paymentNo;
    await fixture().client.must('closeOrder', { paymentNo: closed }, openid);
    await placedByApi('BYPROGRAM1');
    const sources: Record<string, string> = {};
    await withInspector(fixture(), {}, async (inspector) => {
      sources.single = await copyTest(inspector, single);
      sources.combined = await copyTest(inspector, combined);
      sources.closed = await copyTest(inspector, closed);
      sources.program = await copyTest(inspector, 'BYPROGRAM1');
      await inspector.choose(single);
      await (await inspector.openStep('Delivery 1')).getByText('Open this callback').click();
      await inspector.button('Change the body').click();
      await inspector.eventually(() => inspector.deliveries()).toHaveLength(2);
      const button = inspector.detail.getByRole('button', { name: /as a vitest test/ });
      sources.forged = await inspector.copied(button);
    });
    expect(sources.single).toContain("expect.poll(callbacks, { timeout: 30_000 }).toEqual(['delivered'])");
    expect((await runAsPasted(sources, fixture().system.url)).sort()).toEqual([
      'passed: an order of by a program is placed, paid and called back',
      'passed: an order of 一分钱贴纸 is placed, paid, called back and recorded',
      'passed: an order of 一分钱贴纸 is placed, paid, called back and recorded, and a forged callback changes nothing',
      'passed: an order of 青瓷主人杯 is placed and closed',
      'passed: an order of 黑麦酸面包、荔枝蜜 is placed, paid, called back and recorded',
    ]);
  });

  test('a test that was copied fails when the shop behind it is broken', async () => {
    const single = await paid('createOrder', ['sticker']);
    let source = '';
    await withInspector(fixture(), {}, async (inspector) => {
      source = await copyTest(inspector, single);
    });
    await fixture().client.put('/_sandbox/faults', [{ route: 'notify', kind: 'reset' }]);
    const impatient = source.replace('timeout: 30_000', 'timeout: 2_000');
    const [outcome] = await runAsPasted({ single: impatient }, fixture().system.url);
    expect(outcome).toContain('pending');
  });
});
