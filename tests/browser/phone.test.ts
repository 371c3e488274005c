/** The mini-program in the phone, against the real bundles and the simulator. */
import { expect, test } from 'vitest';
import { users } from '../../sandbox/system/shop.ts';
import { describeInBrowser } from './fixture.ts';
import { answerPaySheet, openPhone, tab, topPage } from './phone-page.ts';

const [lin, mei, zhou] = users.map(({ openid }) => openid) as [string, string, string];

describeInBrowser('the phone', { pages: ['phone'] }, (fixture) => {
  test('buys a product, and the page says paid only after the server does', async () => {
    await fixture().withPhone(lin, async ({ page }) => {
      let answer: () => void = () => {};
      const paidAtServer = new Promise<void>((resolve) => {
        answer = resolve;
      });
      await page.route('**/_cloud/functions/queryOrder', async (route) => {
        await paidAtServer;
        await route.continue();
      });
      await page.getByText('一分钱贴纸').tap();
      await topPage(page).getByText('立即购买').tap();
      await topPage(page).getByText('支付 ¥0.01').waitFor();
      expect(await topPage(page).locator('.line-picture img').getAttribute('src')).toContain('sticker.png');
      await topPage(page).getByText('支付 ¥0.01').tap();
      await answerPaySheet(page, '支付');
      await topPage(page).getByText('正在确认支付结果').waitFor();
      expect(await topPage(page).getByText('支付成功').count()).toBe(0);
      answer();
      await topPage(page).getByText('支付成功').waitFor();
      await topPage(page).getByText('查看订单').tap();
      await topPage(page).getByText('已支付').waitFor();
    });
  });

  test('pays a cart of own and sellers’ goods in two payments, and empties it', async () => {
    await fixture().withPhone(mei, async ({ page }) => {
      for (const name of ['西湖龙井', '荔枝蜜']) {
        await page.getByRole('button', { name: new RegExp(`加入购物车 ${name}`) }).tap();
      }
      await tab(page, '购物车').tap();
      await topPage(page).getByText('会分成两笔支付').waitFor();
      await topPage(page).getByText('去结算').tap();
      for (const amount of ['68.00', '45.00']) {
        await topPage(page).getByText(`支付 ¥${amount}`).tap();
        await answerPaySheet(page, '支付');
      }
      await topPage(page).getByText('支付成功').waitFor();
      await topPage(page).getByText('回商店').tap();
      await tab(page, '购物车').tap();
      await topPage(page).getByText('购物车还是空的').waitFor();
    });
    const stored = await fixture().client.documents<{ state: string; amountFen: number }>('orders');
    expect(stored.map(({ state, amountFen }) => [state, amountFen]).sort()).toEqual([
      ['SUCCESS', 4500],
      ['SUCCESS', 6800],
    ]);
  });

  test('takes up a cancelled payment again from the order, and closes the order', async () => {
    await fixture().withPhone(zhou, async ({ page }) => {
      await page.getByText('青瓷主人杯').tap();
      await topPage(page).getByText('立即购买').tap();
      await topPage(page).getByText('支付 ¥129.00').tap();
      await answerPaySheet(page, '取消');
      await topPage(page).getByText('还没有付款').waitFor();
      await page.locator('.nav-back').tap();
      await page.locator('.nav-back').tap();
      await tab(page, '订单').tap();
      await topPage(page).getByText('青瓷主人杯').tap();
      await topPage(page).getByText('剩余支付时间').waitFor();
      await topPage(page).getByText('去支付').tap();
      await topPage(page).getByText('支付 ¥129.00').tap();
      await answerPaySheet(page, '取消');
      await topPage(page).getByText('还没有付款').waitFor();
      await page.locator('.nav-back').tap();
      await topPage(page).getByText('关闭订单').tap();
      await page.locator('.modal-confirm').tap();
      await topPage(page).getByText('已关闭').waitFor();
    });
  });

  test('keeps asking while the network is lost after paying, and then finds out', async () => {
    const { browser, system } = fixture();
    const { page, close } = await openPhone(browser, system.url, { openid: lin });
    await page.getByText('一分钱贴纸').tap();
    await topPage(page).getByText('立即购买').tap();
    await topPage(page).getByText('支付 ¥0.01').tap();
    await page.locator('.paysheet-pay').waitFor();
    await page.route('**/_cloud/functions/queryOrder', (route) => route.abort());
    await answerPaySheet(page, '支付');
    await topPage(page).getByText('网络不太稳定，正在继续查询').waitFor();
    expect(await topPage(page).getByText('支付成功').count()).toBe(0);
    await page.unroute('**/_cloud/functions/queryOrder');
    await topPage(page).getByText('支付成功').waitFor();
    await close();
  });

  test('shows another user nothing of the first one’s cart', async () => {
    await fixture().withPhone(lin, async ({ page }) => {
      await page.getByRole('button', { name: /加入购物车 青瓷/ }).tap();
      await page.locator('.status-user').tap();
      await page.getByRole('button', { name: users[1]!.name }).tap();
      await page.locator('.status-user', { hasText: users[1]!.name }).waitFor();
      await tab(page, '购物车').tap();
      await topPage(page).getByText('购物车还是空的').waitFor();
    });
  });
});
