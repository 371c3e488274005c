/** Failed calls and log lines are shown in the inspector, and steps are nested below the function that did them. */
import { expect, test } from 'vitest';
import { requestToken } from '../../scripts/demo/client.ts';
import { describeInBrowser, keepScreenshot } from './fixture.ts';
import { withInspector } from './inspector-page.ts';

const openid = 'oSandboxUser0000000000000001';
const orderApi = '/v3/pay/transactions/jsapi';

describeInBrowser('calls in the inspector', { pages: ['inspector'] }, (fixture) => {
  const placing = (productId = 'sticker') =>
    fixture().client.call<{ paymentNo: string }>(
      'createOrder',
      { requestToken: requestToken(), items: [{ productId, quantity: 1 }] },
      openid,
    );

  async function placed(): Promise<string> {
    const result = await placing();
    if (!result.ok) throw new Error(result.error.messageEn);
    return result.data.paymentNo;
  }

  test('shows a callback and a query that ran at the same time as such, with milliseconds', async () => {
    const paymentNo = await placed();
    // The delivery takes long enough for the query to begin before it ends.
    await fixture().client.put('/_sandbox/faults', [{ route: 'notify', kind: 'latency', latencyMs: 1_500 }]);
    await fixture().client.pay(paymentNo, openid);
    await fixture().client.orderState(paymentNo, openid);
    await withInspector(fixture(), { hash: `timeline/${paymentNo}`, width: 1440 }, async (inspector) => {
      await inspector.eventually(() => inspector.milestones()).toContain('Recorded');
      await inspector.detail.getByText('Delivery 1').waitFor();
      await inspector.detail.getByText(/at the same time as (Callback|Query)/).waitFor();
      const steps = await inspector.steps();
      const callback = steps.indexOf('  Receive the callback');
      expect(steps[callback - 1]).toBe('Delivery 1');
      expect(steps).toContain('Look up the order');
      const times = await inspector.page.locator('.step-time').allTextContents();
      expect(times.filter((text) => !/^\d\d:\d\d:\d\d\.\d{3}$|^\+[\d.]+ (ms|s)$/.test(text))).toEqual([]);
    });
  });

  test.each([
    ['rate-limit', '429 rate limit'],
    ['unsigned', 'Unsigned answer'],
    ['signtest', 'SIGNTEST answer'],
    ['reset', 'Connection reset'],
  ])(
    'keeps a call that failed by %s as a row, with its log and what the phone was told',
    async (kind, outcome) => {
      await fixture().client.put('/_sandbox/faults', [{ route: orderApi, kind }]);
      const result = await placing();
      if (result.ok) throw new Error(`${kind} did not make the call fail`);
      await withInspector(fixture(), {}, async (inspector) => {
        await inspector.rows().first().click();
        await inspector.detail.getByText(outcome).first().waitFor();
        await inspector.detail.getByText(`Answer to the phone: ${result.error.messageEn}`).waitFor();
        expect((await inspector.steps())[1]).toBe('Create the order');
        const detail = await inspector.openStep('Create the order');
        await detail.locator('.log li').first().waitFor();
        await detail.getByText(`"${result.error.code}"`, { exact: true }).waitFor();
      });
    },
  );

  test('keeps a call that failed before it concerned any order', async () => {
    const result = await placing('no-such-product');
    expect(result.ok).toBe(false);
    await withInspector(fixture(), {}, async (inspector) => {
      await inspector.choose('PRODUCT_NOT_FOUND');
      await inspector.detail.getByText('before it did anything for an order').waitFor();
      await inspector.detail.getByText('Answer to the phone:').waitFor();
    });
  });

  test('lists log lines by function, level and order', async () => {
    const first = await placed();
    await fixture().client.put('/_sandbox/faults', [{ route: orderApi, kind: 'rate-limit' }]);
    await placing();
    await fixture().client.put('/_sandbox/faults', []);
    await fixture().client.pay(first, openid);
    await withInspector(fixture(), { hash: `timeline/${first}` }, async (inspector) => {
      await inspector.page.getByText('Show the log').click();
      await inspector.page.getByRole('tab', { name: 'Logs', selected: true }).waitFor();
      await inspector.page.getByText('Only the order').waitFor();
      expect(await inspector.rows('wechatpay_failed').count()).toBe(0);
      await inspector.rows('createOrder').first().waitFor();
      await inspector.page.getByText('Show all').click();
      await inspector.page.getByLabel('Level').selectOption('warn');
      await inspector.rows('wechatpay_failed').first().waitFor();
      expect(await inspector.rows('info').count()).toBe(0);
      await inspector.page.getByLabel('Level').selectOption('debug');
      await inspector.page.getByLabel('Function').selectOption('payNotify');
      await inspector.rows('notification').first().click();
      expect(await inspector.rows('createOrder').count()).toBe(0);
      await inspector.detail.getByText('"TRANSACTION.SUCCESS"').waitFor();
      await keepScreenshot(inspector.page, 'inspector-logs');
      await inspector.button('Show the order').click();
      await inspector.page.getByRole('tab', { name: 'Timeline', selected: true }).waitFor();
    });
  });
});
