/** From the empty form of “become a seller” to a paid order on the seller's page, with a real browser's touch. */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { users } from '../../sandbox/system/shop.ts';
import type { DemoClient } from '../../scripts/demo/client.ts';
import { ApplicationForm, applyment4subPages, ecommercePages } from './application-form.ts';
import { type BrowserFixture, describeInBrowser } from './fixture.ts';
import { answerPaySheet, tab, topPage } from './phone-page.ts';

const [buyer, applicant] = users.map(({ openid }) => openid) as [string, string];
const pollMs = 10_000;

/** The phone of a user, whose own timers wait until `page.clock` lets time pass. */
function withPhone(
  fixture: BrowserFixture,
  openid: string,
  run: (page: Page) => Promise<void>,
): Promise<void> {
  return fixture.withPhone(openid, async ({ page }) => {
    await page.clock.install();
    await run(page);
  });
}

async function openForm(page: Page): Promise<ApplicationForm> {
  await tab(page, '我的').tap();
  await topPage(page).getByText('成为商家').tap();
  return new ApplicationForm(page);
}

/** What the reviewer or the seller does at WeChat Pay; then time passes, in the sandbox and on the page. */
async function meanwhile(
  client: DemoClient,
  page: Page,
  act: 'review' | 'sign',
  body: object,
): Promise<void> {
  const [application] = await client.documents<{ _id: string }>('applications');
  await client.post(`/_sandbox/applications/${application?._id}/${act}`, body);
  await client.post('/_sandbox/clock', { advanceMs: 60_000 });
  await page.clock.fastForward(pollMs);
}

/** The stage as the page shows it. */
async function stage(page: Page, text: string): Promise<void> {
  await topPage(page).locator('.state-head').getByText(text, { exact: true }).waitFor();
}

/** Only the steps that are done have a time. */
async function timesOfSteps(page: Page, done: readonly string[], toCome: readonly string[]): Promise<void> {
  const step = (name: string) => topPage(page).locator('.mile', { hasText: name });
  for (const name of done) expect(await step(name).textContent()).toMatch(/2\d{3}-\d\d-\d\d \d\d:\d\d$/);
  for (const name of toCome) expect((await step(name).textContent())?.trim()).toBe(name);
}

async function correctTheNumber(page: Page, form: ApplicationForm): Promise<void> {
  await form.title('超级管理员');
  const field = form.field('管理员手机号');
  await field.getByText('手机号码是 11 位数字').waitFor();
  // The page has scrolled to it.
  const { height } = page.viewportSize()!;
  await expect.poll(async () => (await field.boundingBox())!.y).toBeGreaterThanOrEqual(0);
  await expect.poll(async () => (await field.boundingBox())!.y).toBeLessThan(height);
  await form.write('管理员手机号', '13800138000');
  await field.getByText('手机号码是 11 位数字').waitFor({ state: 'detached' });
  expect(await topPage(page).locator('.field [role=alert]').count()).toBe(0);
  await form.next();
}

async function reviseTheShortname(page: Page, form: ApplicationForm, reason: string): Promise<void> {
  await topPage(page).locator('.reason', { hasText: '商户简称' }).getByText(reason).waitFor();
  await topPage(page).getByText('去修改').tap();
  await form.title('商家类型');
  await form.field('商户简称').getByText(reason).waitFor();
  await form.write('商户简称', '小满面包房');
  await form.fixed();
  await form.agreeAndSubmit('重新提交');
}

/** From the seller's page: a price that is none, then a product on sale. */
async function addAProduct(page: Page, form: ApplicationForm): Promise<void> {
  await topPage(page).getByRole('tab', { name: '商品' }).tap();
  await topPage(page).getByText('还没有商品').waitFor();
  await topPage(page).getByText('添加商品').tap();
  await form.write('商品名称', '红糖馒头');
  await form.write('价格（元）', '六元');
  await topPage(page).getByText('上架', { exact: true }).tap();
  await form.field('价格（元）').getByRole('alert').waitFor();
  await form.write('价格（元）', '6');
  await topPage(page).getByText('上架', { exact: true }).tap();
  await topPage(page).getByRole('button', { name: '红糖馒头' }).waitFor();
}

async function buy(fixture: BrowserFixture): Promise<void> {
  await withPhone(fixture, buyer, async (page) => {
    await topPage(page).getByText('红糖馒头').tap();
    await topPage(page).getByText('立即购买').tap();
    await topPage(page).getByText('支付 ¥6.00').tap();
    await answerPaySheet(page, '支付');
    await topPage(page).getByText('支付成功').waitFor();
  });
}

/** From the seller's page: a number that is too short, then a good one that WeChat Pay accepts. */
async function changeTheAccount(client: DemoClient, page: Page, form: ApplicationForm): Promise<void> {
  await topPage(page).getByText('修改结算账户').tap();
  await form.fromList('开户银行', '招商银行');
  await form.pick('开户城市', '广东省', '深圳市');
  await form.write('银行账号', '123');
  await topPage(page).getByText('提交修改').tap();
  await form.field('银行账号').getByRole('alert').waitFor();
  await form.write('银行账号', '6225880000000000088');
  await topPage(page).getByText('提交修改').tap();
  await topPage(page).getByText('新账户正在审核').waitFor();
  await client.post('/_sandbox/clock', { advanceMs: 60_000 });
  await page.clock.fastForward(pollMs);
  await topPage(page).getByText('修改已生效').waitFor();
  await topPage(page).getByText('回商家中心').tap();
  await topPage(page)
    .getByText(/招商银行 62.*88/)
    .waitFor();
}

describeInBrowser('a seller of a platform', { pages: ['phone'], providerKind: 'ecommerce' }, (fixture) => {
  test('comes from an empty form through errors and a rejection to a paid order', async () => {
    const { client, system } = fixture();
    await withPhone(fixture(), applicant, async (page) => {
      const form = await openForm(page);
      const administrator = ecommercePages.findIndex(([title]) => title === '超级管理员') + 1;
      await form.fill(ecommercePages.slice(0, administrator));
      await correctTheNumber(page, form);
      await form.fill(ecommercePages.slice(administrator));
      await form.agreeAndSubmit();
      await stage(page, '审核中');
      await timesOfSteps(page, ['提交申请'], ['微信支付审核', '签约', '开通收款']);

      const reason = '简称与主体无关，请修改';
      await meanwhile(client, page, 'review', {
        decision: 'reject',
        reasons: { merchant_shortname: reason },
      });
      await stage(page, '已驳回');
      await reviseTheShortname(page, form, reason);
      await stage(page, '审核中');

      await meanwhile(client, page, 'review', { decision: 'approve' });
      await stage(page, '待签约');
      await timesOfSteps(page, ['提交申请', '微信支付审核'], ['签约', '开通收款']);
      await topPage(page).locator('.sign img').waitFor();
      await meanwhile(client, page, 'sign', {});
      await stage(page, '已开通');
      await timesOfSteps(page, ['提交申请', '微信支付审核', '签约', '开通收款'], []);
      expect(await topPage(page).locator('.sign').count()).toBe(0);

      await topPage(page).getByText('进入商家中心').tap();
      await topPage(page).locator('.seller-head').getByText('小满面包房').waitFor();
      await addAProduct(page, form);
      await buy(fixture());
      await page.locator('.nav-back').tap();
      await topPage(page).getByText('进入商家中心').tap();
      const order = topPage(page).locator('.card', { hasText: '红糖馒头' });
      await order.getByText('已支付').waitFor();
      await changeTheAccount(client, page, form);
      expect(system.emulator.files.list()).toEqual([]);
    });
  });

  test('sees the first wrong answer, errors that a correction settles gone, and “complete” only what is', async () => {
    await withPhone(fixture(), applicant, async (page) => {
      const form = await openForm(page);
      const alerts = topPage(page).locator('.field [role=alert]');
      const noteOf = (title: string) =>
        topPage(page).locator('.apply-review-row', { hasText: title }).locator('.caption, .error-text');
      const goTo = (step: number) => page.evaluate(`getCurrentPages().at(-1).draw(${step})`);

      // What is missing is below the edge of a small phone.
      await page.setViewportSize({ width: 390, height: 520 });
      await form.choose('你是哪一类商家', '个体工商户');
      const shortName = form.field('商户简称');
      expect((await shortName.boundingBox())!.y).toBeGreaterThan(520);
      await form.next();
      await shortName.getByText('这一项需要填写').waitFor();
      await expect.poll(async () => (await shortName.boundingBox())!.y).toBeLessThan(520);
      await page.setViewportSize({ width: 390, height: 844 });
      await form.write('商户简称', '小满面包');
      await form.next();

      await form.title('营业执照');
      await form.photograph('营业执照/登记证书照片', { name: 'licence.png', content: 'no picture' });
      const problem = form.field('营业执照/登记证书照片').locator('.photo-problem');
      expect(await problem.textContent()).toBe('不支持此文件类型：图片须为 JPG、PNG 或 BMP。');

      await goTo(2);
      await form.title('经营者证件');
      await form.pick('身份证有效期开始', '2099年', '03月', '08日');
      await form.pick('身份证有效期结束', '2098年', '03月', '08日');
      await form.next();
      const end = form.field('身份证有效期结束');
      await end.getByText('结束日期须晚于开始日期').waitFor();
      const wrong = await alerts.count();
      await form.pick('身份证有效期开始', '2015年', '03月', '08日');
      await end.getByRole('alert').waitFor({ state: 'detached' });
      // That of the first day as well.
      expect(await alerts.count()).toBe(wrong - 2);

      await goTo(6);
      await form.title('核对并提交');
      expect(await noteOf('商家类型').textContent()).toBe('已填好');
      expect(await noteOf('营业执照').textContent()).toBe('还有 4 项没填');
      expect(await noteOf('经营者证件').textContent()).toMatch(/项需要修改$/);
      await topPage(page).locator('.apply-agree').tap();
      await topPage(page).getByText('提交申请', { exact: true }).tap();
      await topPage(page).getByText('请先补全标红的项目').waitFor();
      expect(await fixture().client.documents('applications')).toEqual([]);
    });
  });
});

describeInBrowser(
  'a seller of a service provider',
  { pages: ['phone'], providerKind: 'partner' },
  (fixture) => {
    test('fills the other form, and it is accepted', async () => {
      await withPhone(fixture(), applicant, async (page) => {
        const form = await openForm(page);
        await form.fill(applyment4subPages);
        await form.agreeAndSubmit();
        await stage(page, '审核中');
        expect(await fixture().client.documents('applications')).toMatchObject([
          { kind: 'partner', state: 'APPLYMENT_STATE_AUDITING' },
        ]);
      });
    });
  },
);
