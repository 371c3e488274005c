/** What WeChat itself does around a mini-program, and the phone therefore too. */
import type { Frame, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { users } from '../../sandbox/system/shop.ts';
import { newContext } from './browser.ts';
import { type BrowserFixture, describeInBrowser, keepScreenshot } from './fixture.ts';
import { answerPaySheet, chineseIn, openPhone, planPayment, tab, topPage } from './phone-page.ts';

describeInBrowser('the phone', { pages: ['phone', 'inspector'] }, (fixture) => {
  const open = (language: 'zh_CN' | 'en' = 'zh_CN') =>
    openPhone(fixture().browser, fixture().system.url, { openid: users[0]!.openid, language });

  test('the badge of the cart is gone once everything in the cart is paid', async () => {
    const { page, close } = await open();
    await page.getByRole('button', { name: /加入购物车 一分钱贴纸/ }).tap();
    await page.locator('.tab-badge', { hasText: '1' }).waitFor();
    await tab(page, '购物车').tap();
    await topPage(page).getByText('去结算').tap();
    await topPage(page).getByText('支付 ¥0.01').tap();
    await answerPaySheet(page, '支付');
    await topPage(page).getByText('支付成功').waitFor();
    await topPage(page).getByText('回商店').tap();
    await topPage(page).getByText('今天想要点什么').waitFor();
    expect(await page.locator('.tab-badge:visible').count()).toBe(0);
    await close();
  });

  test('Back in the browser closes the page that was opened last, Forward opens it again', async () => {
    const { page, close } = await open();
    await page.getByText('一分钱贴纸').tap();
    await topPage(page).getByText('立即购买').tap();
    await topPage(page).getByText('支付 ¥0.01').waitFor();
    await page.goBack();
    await topPage(page).getByText('立即购买').waitFor();
    await page.goBack();
    await topPage(page).getByText('今天想要点什么').waitFor();
    await page.goForward();
    await topPage(page).getByText('立即购买').waitFor();
    await page.locator('.nav-back').tap();
    await topPage(page).getByText('今天想要点什么').waitFor();
    await close();
  });

  test('a balance that is too low leaves the sheet open; a bank that refuses leaves the order unpaid', async () => {
    const { page, close } = await open();
    await page.getByText('一分钱贴纸').tap();
    await topPage(page).getByText('立即购买').tap();
    await topPage(page).getByText('支付 ¥0.01').tap();
    await planPayment(page, 'balance');
    await answerPaySheet(page, '支付');
    await page.locator('.paysheet').getByText('零钱余额不足').waitFor();
    await planPayment(page, 'bank');
    await answerPaySheet(page, '支付');
    await topPage(page).getByText('银行拒绝了这笔支付').waitFor();
    const answer = await fetch(`${fixture().system.url}/_sandbox/orders`);
    const { orders } = (await answer.json()) as { orders: { state: string }[] };
    expect(orders.filter(({ state }) => state === 'PAYERROR')).toHaveLength(1);
    await close();
  });

  test('the phone uses the clock of the sandbox: an order expires by that clock', async () => {
    const { page, close } = await open();
    await page.getByText('青瓷主人杯').tap();
    await topPage(page).getByText('立即购买').tap();
    await topPage(page).getByText('支付 ¥129.00').tap();
    await answerPaySheet(page, '取消');
    await topPage(page).getByText('还没有付款').waitFor();
    await page.goBack();
    await page.goBack();
    await tab(page, '订单').tap();
    await topPage(page).getByText('青瓷主人杯').first().tap();
    await topPage(page).getByText('剩余支付时间').waitFor();
    await fixture().client.post('/_sandbox/clock', { advanceMs: 25 * 3600_000 });
    await topPage(page).getByText('剩余支付时间').waitFor({ state: 'detached' });
    await close();
  });

  test('in English no Chinese is left, from the shop to the paid order', async () => {
    const { page, close } = await open('en');
    const chinese = () => chineseIn(page, properNames);
    expect(await page.getAttribute('html', 'lang')).toBe('en');
    await topPage(page).getByText('One-fen sticker').waitFor();
    expect(await chinese()).toEqual([]);
    await page.getByText('One-fen sticker').tap();
    await topPage(page).getByText('Buy now').tap();
    await topPage(page).getByText('Pay ¥0.01').tap();
    await page.locator('.paysheet').waitFor();
    expect(await chinese()).toEqual([]);
    await keepScreenshot(page, 'paysheet-en');
    await page.locator('.paysheet-cancel').tap();
    await topPage(page).getByText('Not paid yet').waitFor();
    expect(await chinese()).toEqual([]);
    await close();
  });

  test('nothing on the page moves while the result of a payment is asked for and arrives', async () => {
    const { page, close } = await open('en');
    let answer: () => void = () => {};
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    await page.route('**/_cloud/functions/queryOrder', async (route) => {
      await answered;
      await route.continue();
    });
    await page.getByText('One-fen sticker').tap();
    await topPage(page).getByText('Buy now').tap();
    await topPage(page).getByText('Pay ¥0.01').tap();
    await page.locator('.paysheet-pay').tap();
    const card = topPage(page).locator('.card').first();
    await topPage(page).getByText('Checking the payment').waitFor();
    const wholePixels = async () => Object.values((await card.boundingBox()) ?? {}).map(Math.round);
    const before = await wholePixels();
    answer();
    await topPage(page).getByText('Paid', { exact: true }).first().waitFor();
    expect(await wholePixels()).toEqual(before);
    await close();
  });

  test('another language or a reload keeps the page, who holds the phone, and what was typed', async () => {
    const [, second] = users;
    await withInspector(fixture(), async (page, phone) => {
      const top = () => phone().locator('.page-frame:not([hidden])');
      const holder = () => phone().locator('.status-user').textContent();
      await phone().locator('.status-user').click();
      await phone().getByText(second!.name, { exact: true }).click();
      await expect.poll(holder).toContain(second!.name);
      await phone().locator('.tabs .tab').filter({ hasText: '我的' }).click();
      await top().getByText('成为商家').click();
      await top().getByText('企业', { exact: true }).click();
      await top().getByText('下一步', { exact: true }).click();
      const field = () => top().locator('input').first();
      const typed = () => field().inputValue();
      // A field that has just appeared may not listen yet.
      await expect
        .poll(async () => {
          await field().fill('');
          await field().fill('91440300MA5FXT0K2M');
          return phone().evaluate<string>('JSON.stringify(localStorage)');
        })
        .toContain('91440300MA5FXT0K2M');
      await page.getByRole('button', { name: 'EN', exact: true }).click();
      await top().getByText('Next', { exact: true }).waitFor();
      await expect.poll(typed).toBe('91440300MA5FXT0K2M');
      expect(await holder()).toContain(second!.nameEn);
      await page.reload();
      await top().getByText('Next', { exact: true }).waitFor();
      await expect.poll(typed).toBe('91440300MA5FXT0K2M');
      expect(await holder()).toContain(second!.nameEn);
    });
  });
});

/** Names of companies, and what the merchant wrote into the order: WeChat shows it as it is. */
const properNames = '南山面包房 岭南蜂场 一分钱贴纸';

async function withInspector(
  { browser, system }: BrowserFixture,
  run: (page: Page, phone: () => Frame) => Promise<void>,
): Promise<void> {
  const context = await newContext(browser, { viewport: { width: 1440, height: 900 }, locale: 'zh-CN' });
  const page = await context.newPage();
  await page.goto(system.url);
  await page.frameLocator('iframe').locator('.page-frame').first().waitFor();
  await run(page, () => page.frames().find((frame) => frame.url().includes('/phone/'))!);
  await context.close();
}
