/** Buying on the phone while something fails: the payment is neither lost nor made twice. */
import type { Locator, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { users } from '../../sandbox/system/shop.ts';
import { describeInBrowser, keepScreenshot } from './fixture.ts';
import { type InspectorPage, openInspector } from './inspector-page.ts';
import { answerPaySheet, openPhone, topPage } from './phone-page.ts';

const openid = users[0]!.openid;
const createOrderCalls = '**/_cloud/functions/createOrder';

interface StoredOrder {
  _id: string;
  state: string;
  transactionId?: string;
  paidAtMs?: number;
}

/** Up to the button that pays for one sticker. */
async function toCheckout(page: Page): Promise<Locator> {
  await page.getByText('一分钱贴纸').tap();
  await topPage(page).getByText('立即购买').tap();
  const button = topPage(page).getByText('支付 ¥0.01');
  await button.waitFor();
  return button;
}

async function payAndSeeIt(page: Page): Promise<void> {
  await answerPaySheet(page, '支付');
  await topPage(page).getByText('支付成功').waitFor();
}

describeInBrowser('while something goes wrong', { pages: ['phone', 'inspector'] }, (fixture) => {
  const orders = () => fixture().client.documents<StoredOrder>('orders');
  const payments = async () =>
    (await fixture().client.get<{ orders: { state: string }[] }>('/_sandbox/orders')).orders;
  const setFaults = (...faults: object[]) => fixture().client.put('/_sandbox/faults', faults);

  test('a callback that is late: the phone learns it from a query, and the callback changes nothing', async () => {
    const { client, withPhone } = fixture();
    await client.post('/_sandbox/notifications/settings', { hold: true });
    await withPhone(openid, async ({ page }) => {
      await (await toCheckout(page)).tap();
      await payAndSeeIt(page);
      await keepScreenshot(page, 'phone-paid');
    });
    const before = await orders();
    expect(before).toMatchObject([{ state: 'SUCCESS' }]);
    expect(await client.post('/_sandbox/notifications/release', {})).toEqual({ released: 1 });
    await expect
      .poll(async () => (await client.notifications(before[0]!._id))[0]?.attempts.at(-1)?.status)
      .toBe(204);
    const { state, transactionId, paidAtMs } = before[0]!;
    expect(await orders()).toMatchObject([{ state, transactionId, paidAtMs }]);
  });

  test('a callback that never comes: a query finds the money', async () => {
    const { client, withPhone } = fixture();
    await setFaults({ route: 'notify', kind: 'reset' });
    await withPhone(openid, async ({ page }) => {
      await (await toCheckout(page)).tap();
      await payAndSeeIt(page);
    });
    const [order, ...others] = await orders();
    expect(others).toEqual([]);
    expect(order).toMatchObject({ state: 'SUCCESS' });
    const [notification] = await client.notifications(order!._id);
    expect(notification!.attempts.map(({ status }) => status)).not.toContain(204);
  });

  test('a double tap asks once, and makes one order and one payment', async () => {
    await fixture().withPhone(openid, async ({ page }) => {
      const button = await toCheckout(page);
      let asked = 0;
      let answer: () => void = () => {};
      const tapped = new Promise<void>((resolve) => {
        answer = resolve;
      });
      await page.route(createOrderCalls, async (route) => {
        asked += 1;
        await tapped;
        await route.continue();
      });
      await button.tap();
      await topPage(page).locator('.pay-button').tap({ force: true });
      answer();
      await payAndSeeIt(page);
      expect(asked).toBe(1);
    });
    expect(await orders()).toMatchObject([{ state: 'SUCCESS' }]);
    expect(await payments()).toMatchObject([{ state: 'SUCCESS' }]);
  });

  test('an answer of WeChat Pay that is lost: the next try is the same order', async () => {
    await fixture().withPhone(openid, async ({ page }) => {
      await setFaults({ route: '/v3/pay/transactions/jsapi', kind: 'reset', afterEffect: true });
      await (await toCheckout(page)).tap();
      await topPage(page).getByText('这次没有付成').waitFor();
      expect(await payments()).toMatchObject([{ state: 'NOTPAY' }]);
      await setFaults();
      await topPage(page).locator('.pay-button').tap();
      await payAndSeeIt(page);
    });
    expect(await orders()).toMatchObject([{ state: 'SUCCESS' }]);
    expect(await payments()).toMatchObject([{ state: 'SUCCESS' }]);
  });

  test('the phone in the inspector: what is bought there shows beside it at once', async () => {
    const { inspector, close } = await openInspector(fixture().browser, fixture().system.url, {
      language: 'zh',
      width: 1440,
    });
    const { page } = inspector;
    const phone = page.frameLocator('.phone iframe');
    const top = phone.locator('.page-frame:not([hidden])');
    await phone.getByText('一分钱贴纸').tap();
    await top.getByText('立即购买').tap();
    await top.getByText('支付 ¥0.01').tap();
    await inspector.eventually(() => inspector.rows().count()).toBe(1);
    await phone.locator('.paysheet-cancel').tap();
    await inspector.detail.getByText('用户取消付款').waitFor();
    await top.locator('.pay-button').tap();
    await phone.locator('.paysheet').getByRole('button', { name: '支付', exact: true }).last().tap();
    await top.getByText('支付成功').waitFor();
    await inspector.eventually(() => inspector.milestones()).toContain('入账');
    await keepScreenshot(page, 'inspector-and-phone');
    await seeTheCalls(inspector);
    await page.getByLabel('机型').selectOption({ label: 'iPhone 15 Pro Max · 430 × 932' });
    await inspector.eventually(() => phone.locator('body').evaluate((body) => body.clientWidth)).toBe(430);
    await close();
  });

  /** What the mini-program sent and stored, in the tab Network. */
  async function seeTheCalls(inspector: InspectorPage): Promise<void> {
    await inspector.open('网络');
    await inspector.rows('requestPayment').getByText('ok').waitFor();
    await inspector.choose('createOrder');
    await inspector.detail.getByText('"productId"').first().waitFor();
    await inspector.detail.getByText('"sticker"').first().waitFor();
    await inspector.detail.getByText('"cloud.callFunction:ok"').waitFor();
    await inspector.button('缓存').click();
    await inspector.page.getByRole('heading', { name: 'checkout' }).waitFor();
    await inspector.button('调用').click();
    await inspector.choose('createOrder');
    await inspector.button('查看时间线').click();
    await inspector.page.getByRole('tab', { name: '时间线', selected: true }).waitFor();
  }
});

describeInBrowser(
  'with the key of another merchant',
  {
    pages: ['phone', 'inspector'],
    adjustValues: (values) => ({
      ...values,
      WECHATPAY_DIRECT_PRIVATE_KEY: values.WECHATPAY_PROVIDER_PRIVATE_KEY ?? '',
    }),
  },
  (fixture) => {
    test('the phone says that it did not work, and the inspector says why', async () => {
      const { browser, system } = fixture();
      const phone = await openPhone(browser, system.url, { openid });
      await (await toCheckout(phone.page)).tap();
      await topPage(phone.page).getByText('这次没有付成').waitFor();
      expect(await phone.page.locator('.paysheet').count()).toBe(0);
      await phone.close();
      const { inspector, close } = await openInspector(browser, system.url, { hash: 'exchanges' });
      await inspector.choose('SIGN_ERROR');
      await inspector.detail.getByText('It was signed with the key of merchant').waitFor();
      await inspector.button('Show the order').click();
      await inspector.detail.getByText('401 SIGN_ERROR').first().waitFor();
      await close();
    });
  },
);
