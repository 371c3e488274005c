/** The money of a seller on its own page. */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { users } from '../../sandbox/system/shop.ts';
import { describeInBrowser, keepScreenshot } from './fixture.ts';
import { topPage } from './phone-page.ts';

const chen = users[1]!.openid;

interface Seller {
  readonly _id: string;
  readonly subMchid: string;
}

interface Phone {
  readonly wx: { navigateTo(to: { url: string }): unknown };
}

describeInBrowser('the money of sellers', { pages: ['phone'] }, (fixture) => {
  const at = (page: Page, text: string) => topPage(page).getByText(text, { exact: true });

  test('is withdrawn by its seller on the phone, and by nobody else', async () => {
    const { client, system } = fixture();
    const [own, other] = (await client.documents<{ _id: string }>('sellers')) as [Seller, Seller];
    system.emulator.database.put('sellers', { ...own, ownerOpenid: chen });
    await client.post(`/_sandbox/merchants/${own.subMchid}/balance`, { addFen: 5000 });
    await fixture().withPhone(chen, async ({ page }) => {
      await openFunds(page, own);
      await at(page, '全部').tap();
      await at(page, '提现').tap();
      await page.locator('.modal-confirm').tap();
      await at(page, '银行处理中').waitFor();
      await topPage(page).getByText('上一笔提现 50.00 元还未完成').waitFor();
      await keepScreenshot(page, 'funds-seller');
      await openFunds(page, other);
      await topPage(page).getByText('没有找到该商家').waitFor();
    });
    const withdrawals = await client.documents<{ ownerMchid: string; amountFen: number }>('withdrawals');
    expect(withdrawals).toMatchObject([{ ownerMchid: own.subMchid, amountFen: 5000 }]);
  });

  async function openFunds(page: Page, { _id }: Seller): Promise<void> {
    const url = `/pages/funds/index?seller=${_id}`;
    await page.evaluate((to) => (globalThis as unknown as Phone).wx.navigateTo({ url: to }), url);
  }
});
