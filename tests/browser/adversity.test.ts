/** Buying on the phone while something goes wrong: the money is neither lost nor taken twice. */
import type { Locator, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { openInspector } from './inspector-page.ts';
import { describeInBrowser, keepScreenshot } from './stage.ts';
import { answerPaySheet, openPhone, topPage } from './support.ts';

const openid = 'oSandboxUser0000000000000001';

interface StoredOrder {
  _id: string;
  state: string;
  openid: string;
}

/** Up to the button that pays for one sticker. */
async function toCheckout(page: Page): Promise<Locator> {
  await page.getByText('一分钱贴纸').tap();
  await topPage(page).getByText('立即购买').tap();
  const button = topPage(page).getByText('支付 ¥0.01');
  await button.waitFor();
  return button;
}

describeInBrowser('while something goes wrong', { pages: ['phone', 'inspector'] }, (stage) => {
  async function withPhone(run: (page: Page) => Promise<void>): Promise<void> {
    const phone = await openPhone(stage().browser, stage().system.url, { openid });
    try {
      await run(phone.page);
    } finally {
      await phone.close();
    }
  }

  const orders = () => stage().client.documents<StoredOrder>('orders');
  const settings = (patch: object) => stage().client.post('/_sandbox/notifications/settings', patch);

  test('a callback that is late: the phone learns it from a query, and the callback changes nothing', async () => {
    await settings({ hold: true });
    await withPhone(async (page) => {
      await (await toCheckout(page)).tap();
      await answerPaySheet(page, '支付');
      await topPage(page).getByText('支付成功').waitFor();
      await keepScreenshot(page, 'phone-paid');
    });
    const before = await orders();
    expect(before.map(({ state }) => state)).toEqual(['SUCCESS']);
    expect(await stage().client.post('/_sandbox/notifications/release', {})).toEqual({ released: 1 });
    const [notification] = await stage().client.notifications(before[0]!._id);
    expect(notification?.attempts.map(({ status }) => status)).toEqual([204]);
    expect((await orders()).map(({ state }) => state)).toEqual(['SUCCESS']);
  });

  test('a callback that never comes: a query finds the money', async () => {
    const known = (await orders()).length;
    await stage().client.put('/_sandbox/faults', [{ route: 'notify', kind: 'reset' }]);
    await withPhone(async (page) => {
      await (await toCheckout(page)).tap();
      await answerPaySheet(page, '支付');
      await topPage(page).getByText('支付成功').waitFor();
    });
    await stage().client.put('/_sandbox/faults', []);
    const after = await orders();
    expect(after).toHaveLength(known + 1);
    expect(after.every(({ state }) => state === 'SUCCESS')).toBe(true);
  });

  test('a double tap makes one order, and one payment', async () => {
    const known = (await orders()).length;
    await withPhone(async (page) => {
      const button = await toCheckout(page);
      const box = (await button.boundingBox())!;
      const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
      await page.touchscreen.tap(x, y);
      await page.touchscreen.tap(x, y);
      await answerPaySheet(page, '支付');
      await topPage(page).getByText('支付成功').waitFor();
    });
    expect(await orders()).toHaveLength(known + 1);
  });

  test('an answer of WeChat Pay that is lost: the next try is the same order', async () => {
    const known = (await orders()).length;
    const fault = { route: '/v3/pay/transactions/jsapi', kind: 'reset', afterEffect: true, times: 3 };
    await stage().client.put('/_sandbox/faults', [fault]);
    await withPhone(async (page) => {
      const button = await toCheckout(page);
      await button.tap();
      await page.locator('.paysheet').or(topPage(page).getByText('这次没有付成')).first().waitFor();
      await stage().client.put('/_sandbox/faults', []);
      if (!(await page.locator('.paysheet').isVisible())) await topPage(page).locator('.pay-button').tap();
      await answerPaySheet(page, '支付');
      await topPage(page).getByText('支付成功').waitFor();
    });
    expect(await orders()).toHaveLength(known + 1);
  });

  test('the phone in the inspector: what is bought there shows beside it at once', async () => {
    const { inspector, close } = await openInspector(stage().browser, stage().system.url, {
      language: 'zh',
      width: 1440,
    });
    const { page } = inspector;
    const phone = page.frameLocator('.phone iframe');
    const known = await inspector.rows().count();
    await phone.getByText('一分钱贴纸').tap();
    await phone.locator('.page-frame:not([hidden])').getByText('立即购买').tap();
    await phone.locator('.page-frame:not([hidden])').getByText('支付 ¥0.01').tap();
    await inspector.eventually(() => inspector.rows().count()).toBe(known + 1);
    await phone.locator('.paysheet').getByRole('button', { name: '支付', exact: true }).last().tap();
    await phone.locator('.page-frame:not([hidden])').getByText('支付成功').waitFor();
    await inspector.eventually(() => inspector.milestones()).toContain('入账');
    await keepScreenshot(page, 'inspector-and-phone');
    await close();
  });
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
  (stage) => {
    test('the phone says that it did not work, and the inspector says why', async () => {
      const phone = await openPhone(stage().browser, stage().system.url, { openid });
      await (await toCheckout(phone.page)).tap();
      await topPage(phone.page).getByText('这次没有付成').waitFor();
      expect(await phone.page.locator('.paysheet').count()).toBe(0);
      await phone.close();
      const { inspector, close } = await openInspector(stage().browser, stage().system.url, {
        hash: 'exchanges',
      });
      await inspector.choose('SIGN_ERROR');
      await inspector.detail.getByText('It was signed with the key of merchant').waitFor();
      await inspector.button('Show the order').click();
      await inspector.detail.getByText('401 SIGN_ERROR').first().waitFor();
      await close();
    });
  },
);
