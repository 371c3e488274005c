/** Sharing rules on the operators' page. */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { users } from '../../sandbox/system/shop.ts';
import { requestToken, until } from '../../scripts/demo/client.ts';
import type { CreateOrderAnswer, SharingRule } from '../../shared/contract/index.ts';
import { ApplicationForm } from './application-form.ts';
import { barriersOn } from './barriers.ts';
import { describeInBrowser, keepScreenshot } from './fixture.ts';
import { openPage, openPhone, tab, topPage } from './phone-page.ts';

const [lin, , zhou] = users.map(({ openid }) => openid) as [string, string, string];

describeInBrowser('the money of a sale', { pages: ['phone'] }, (fixture) => {
  const at = (page: Page, text: string) => topPage(page).getByText(text, { exact: true });
  const sharings = () => fixture().client.documents<{ _id: string }>('sharings');
  const rules = () => fixture().client.documents<SharingRule & { _id: string }>('sharing_rules');

  test('is shared by a rule that an operator makes, corrects, changes and ends', async () => {
    const { client } = fixture();
    const { ecommerce } = await client.get<{ ecommerce: { mchid: string } }>('/_sandbox/credentials');
    await fixture().withPhone(zhou, async ({ page }) => {
      const form = new ApplicationForm(page);
      await openSharing(page);
      await at(page, '添加规则').tap();
      await at(page, '合计最多 30%').waitFor();
      await at(page, '添加一个接收方').tap();
      await at(page, '保存规则').tap();
      await at(page, '请填写 0.1 到 100 的数，最多一位小数').waitFor();
      await form.write('百分比（%）', '31');
      await at(page, '保存规则').tap();
      await topPage(page).getByText('超过该商户允许的最大分账比例 300‰').waitFor();
      await keepScreenshot(page, 'sharing-rule-zh');
      await form.write('百分比（%）', '15');
      await form.write('几天后分账', '3');
      await at(page, '保存规则').tap();
      await at(page, '15 %').waitFor();
      expect(await rules()).toMatchObject([
        { after: 'SHIPPING', days: 3, receivers: [{ account: ecommerce.mchid, part: { permille: 150 } }] },
      ]);
      await at(page, '修改').tap();
      await form.write('百分比（%）', '12.5');
      await at(page, '保存规则').tap();
      await at(page, '12.5 %').waitFor();
      await at(page, '修改').tap();
      await at(page, '结束这条规则').tap();
      await page.locator('.modal-confirm').tap();
      await at(page, '还没有规则').waitFor();
      expect(await rules()).toEqual([]);
    });
    expect(await client.call('shareProfit', { action: 'rules' }, lin)).toMatchObject({
      error: { code: 'NOT_ALLOWED' },
    });
  });

  test('has its rule in English, with receivers that are registered on the page', async () => {
    const phone = await openPhone(fixture().browser, fixture().system.url, { openid: zhou, language: 'en' });
    const { page } = phone;
    const form = new ApplicationForm(page);
    await openSharing(page, ['Me', 'Manage the shop', 'Profit sharing']);
    await at(page, 'Add a rule').tap();
    await at(page, 'Register a new receiver').tap();
    await form.choose('Kind', 'Person');
    await form.write('Merchant number or openid', 'oStaff');
    await form.pick('Relation to the seller', 'Other');
    await at(page, 'Register').tap();
    await at(page, 'Register').waitFor({ state: 'detached' });
    await at(page, 'Add a receiver').tap();
    await form.pick('Account', 'oStaff');
    await form.choose('How much', 'A fixed sum');
    await form.write('Amount in yuan', '2.5');
    await keepScreenshot(page, 'sharing-rule-en');
    expect(await barriersOn(page)).toEqual([]);
    await at(page, 'Save the rule').tap();
    await at(page, '¥2.50').waitFor();
    await keepScreenshot(page, 'sharing-en');
    await phone.close();
    expect(phone.complaints).toEqual([]);
    expect(await rules()).toMatchObject([
      { receivers: [{ type: 'PERSONAL_OPENID', account: 'oStaff', part: { amountFen: 250 } }] },
    ]);
  });

  test('of one order is subsidised and shared by hand on its page', async () => {
    const { client } = fixture();
    const { ecommerce } = await client.get<{ ecommerce: { mchid: string } }>('/_sandbox/credentials');
    await client.post(`/_sandbox/merchants/${ecommerce.mchid}/balance`, { addFen: 1000 });
    const items = [{ productId: 'bread-rye', quantity: 1 }];
    const order = { requestToken: requestToken(), items };
    const { paymentNo } = await client.must<CreateOrderAnswer>('createPartnerOrder', order, lin);
    await client.pay(paymentNo, lin);
    await until('the sharing to begin', async () => (await sharings()).length > 0 || undefined);
    await client.post('/_sandbox/clock', { advanceMs: 60_000 });
    await fixture().withPhone(zhou, async ({ page }) => {
      const form = new ApplicationForm(page);
      await openPage(page, `/pages/operator/share/index?no=${(await sharings())[0]!._id}`);
      await at(page, '补差给商家').tap();
      await form.write('金额（元）', '5');
      await at(page, '确定').tap();
      await at(page, '成功').waitFor();
      await topPage(page).getByRole('button', { name: '分账', exact: true }).tap();
      await form.write('金额（元）', '3');
      await at(page, '确定').tap();
      await at(page, '人工分账').waitFor();
    });
    expect(await sharings()).toMatchObject([
      {
        subsidy: { amountFen: 500, state: 'SUCCESS' },
        requests: [{ by: 'OPERATOR', receivers: [{ account: ecommerce.mchid, amountFen: 300 }] }],
      },
    ]);
  });

  async function openSharing(page: Page, [me, manage, entry] = ['我的', '店铺管理', '分账']): Promise<void> {
    await tab(page, me!).tap();
    await at(page, manage!).tap();
    await at(page, entry!).tap();
  }
});
