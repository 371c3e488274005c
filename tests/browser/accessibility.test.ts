/** What axe finds on the pages of the mini-program and in the tabs of the inspector, by the rules of WCAG 2 A and AA. */
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { users } from '../../sandbox/system/shop.ts';
import { requestToken, until } from '../../scripts/demo/client.ts';
import type { ApplyMerchantAnswers, SellerProductsAnswer } from '../../shared/contract/index.ts';
import { apply } from './application.ts';
import { barriersOn } from './barriers.ts';
import { type BrowserFixture, describeInBrowser, root } from './fixture.ts';
import { type InspectorPage, withInspector } from './inspector-page.ts';
import { tab, topPage } from './phone-page.ts';

const [buyer, applicant, operator] = users.map(({ openid }) => openid) as [string, string, string];
const smallestTargetPx = 44;

describeInBrowser('the mini-program', { pages: ['phone'] }, (fixture) => {
  /** All accessibility violations on the current screen. */
  async function problemsOn(page: Page): Promise<string[]> {
    const barriers = await barriersOn(page);
    return [...barriers, ...(await smallTargetsOn(page))];
  }

  test('has no barriers in shop, product, cart and checkout, and targets of 44 px', async () => {
    await fixture().withPhone(buyer, async ({ page }) => {
      await topPage(page).getByText('西湖龙井').waitFor();
      expect(await problemsOn(page)).toEqual([]);
      await topPage(page).getByText('请店主喝茶').tap();
      await topPage(page).getByText('付多少由你决定').waitFor();
      expect(await problemsOn(page)).toEqual([]);
      await topPage(page).getByText('加入购物车').tap();
      await page.locator('.nav-back').tap();
      await tab(page, '购物车').tap();
      await topPage(page).getByText('去结算').waitFor();
      await page.locator('.toast-layer').waitFor({ state: 'detached' });
      expect(await problemsOn(page)).toEqual([]);
      await topPage(page).getByText('去结算').tap();
      await topPage(page).getByText('支付 ¥5.00').waitFor();
      expect(await problemsOn(page)).toEqual([]);
    });
  });

  test('has no barriers on any of its pages', async () => {
    const paths = allPages();
    const queries = await fillPages(fixture());
    expect(paths).toEqual(expect.arrayContaining(Object.keys(queries)));
    const barriers: string[] = [];
    await fixture().withPhone(operator, async ({ page }) => {
      for (const path of paths) {
        await page.evaluate(`wx.reLaunch({ url: '/${path}${queries[path] ?? ''}' })`);
        await topPage(page).locator(`wx-page[data-page="${path}"]`).waitFor();
        await topPage(page).locator('.bone').first().waitFor({ state: 'detached' });
        expect(await topPage(page).getByText('没有加载出来').count(), path).toBe(0);
        barriers.push(...(await problemsOn(page)).map((barrier) => `${path}: ${barrier}`));
      }
    });
    expect(barriers).toEqual([]);
  }, 180_000);

  test('has no barriers in orders, the own page and the application form, and targets of 44 px', async () => {
    await fixture().withPhone(applicant, async ({ page }) => {
      await tab(page, '订单').tap();
      await topPage(page).getByText('还没有订单').waitFor();
      expect(await problemsOn(page)).toEqual([]);
      await tab(page, '我的').tap();
      await topPage(page).getByText('成为商家').waitFor();
      expect(await problemsOn(page)).toEqual([]);
      await topPage(page).getByText('成为商家').tap();
      await topPage(page).getByText('企业', { exact: true }).tap();
      await topPage(page).getByText('下一步').tap();
      await topPage(page).getByText('请先补全标红的项目').waitFor();
      expect(await problemsOn(page)).toEqual([]);
    });
  });
});

/** The pages of the mini-program, as its app.json lists them. */
function allPages(): string[] {
  const app = JSON.parse(readFileSync(`${root}/miniprogram/app.json`, 'utf8')) as {
    pages: string[];
    subPackages: { root: string; pages: string[] }[];
  };
  const more = app.subPackages.flatMap((part) => part.pages.map((page) => `${part.root}/${page}`));
  return [...app.pages, ...more];
}

/** An operator who is a seller too, with an order, a complaint and a product. @returns the query of each page that needs one */
async function fillPages({ client, system }: BrowserFixture): Promise<Record<string, string>> {
  const items = [{ productId: 'sticker', quantity: 1 }];
  const place = () => client.createOrder({ requestToken: requestToken(), items }, operator);
  const [{ paymentNo: unpaid }, { paymentNo }] = [await place(), await place()];
  await client.pay(paymentNo, operator);
  await until('the order to be paid', async () =>
    (await client.orderState(paymentNo, operator)).state === 'SUCCESS' ? true : undefined,
  );
  await client.post('/_sandbox/complaints', { outTradeNo: paymentNo, detail: '没有收到' });
  await system.host.fireTimer('reconcile');
  const [complaint] = await client.documents<{ _id: string }>('complaints');
  const { applicationId } = await apply(client, operator);
  for (const [act, body] of [
    ['review', { decision: 'approve' }],
    ['sign', {}],
  ] as const) {
    await client.post('/_sandbox/clock', { advanceMs: 60_000 });
    await client.post(`/_sandbox/applications/${applicationId}/${act}`, body);
  }
  const seller = await until('the seller', async () => {
    await client.post('/_sandbox/clock', { advanceMs: 60_000 });
    const query = { action: 'query', applicationId };
    const { applications } = await client.must<ApplyMerchantAnswers['query']>(
      'applyMerchant',
      query,
      operator,
    );
    return applications[0]?.sellerId;
  });
  const product = { title: '红糖馒头', amountFen: 600 };
  const added = await client.must<SellerProductsAnswer>(
    'sellerProducts',
    { action: 'add', sellerId: seller, requestToken: requestToken(), product },
    operator,
  );
  return {
    'pages/product/index': '?id=sticker',
    'pages/checkout/index': `?paymentNo=${unpaid}`,
    'pages/order/index': `?paymentNo=${paymentNo}`,
    'pages/application/index': `?id=${applicationId}`,
    'pages/seller/index': `?id=${applicationId}`,
    'pages/goods/index': `?seller=${seller}&product=${added.products[0]?.productId}`,
    'pages/settlement/index': `?id=${applicationId}`,
    'pages/funds/index': `?seller=${seller}`,
    'pages/operator/order/index': `?no=${paymentNo}`,
    'pages/operator/complaint/index': `?id=${complaint?._id}`,
  };
}

function smallTargetsOn(page: Page): Promise<string[]> {
  return topPage(page).evaluate(
    (top, least) =>
      [...top.querySelectorAll('[role=button],[role=radio],[role=checkbox],[role=tab],input')]
        .map((element) => ({
          box: element.getBoundingClientRect(),
          name: element.textContent || element.className,
        }))
        .filter(({ box }) => box.width > 0 && box.height > 0 && (box.height < least || box.width < least))
        .map(
          ({ box, name }) =>
            `${name.trim().slice(0, 30)}: ${Math.round(box.width)}×${Math.round(box.height)} px`,
        ),
    smallestTargetPx - 0.5,
  );
}

/** Tabs without a list to choose from here; the table of Bills has a test of its own. */
const withoutList = ['Network', 'Bills', 'Faults', 'Keys', 'Connect'];

const looks = [
  { theme: 'light', width: 1280 },
  { theme: 'dark', width: 390 },
] as const;

describeInBrowser('the inspector', { pages: ['inspector'] }, (fixture) => {
  /** One paid order and one application, so that no tab is empty. @returns the order's number */
  async function fillTabs({ client }: BrowserFixture): Promise<string> {
    const items = [{ productId: 'sticker', quantity: 1 }];
    const { paymentNo } = await client.createOrder({ requestToken: requestToken(), items }, buyer);
    await client.pay(paymentNo, buyer);
    await apply(client, applicant);
    return paymentNo;
  }

  /** Goes through the tabs; in a narrow window, where list and detail take turns, through both. */
  async function eachTab(
    inspector: InspectorPage,
    width: number,
    visit: (tabName: string) => Promise<void>,
  ): Promise<void> {
    const { page } = inspector;
    const names = await page.getByRole('tab').allTextContents();
    // In a wide window the phone is no tab.
    for (const name of names.filter((each) => each !== 'Phone')) {
      await inspector.open(name);
      await page.locator('.panel > *').first().waitFor();
      const hasList = !withoutList.includes(name);
      if (hasList) await inspector.rows().first().waitFor();
      await visit(name);
      if (!hasList || width >= 720) continue;
      await inspector.rows().first().click();
      await inspector.detail.waitFor();
      await visit(`${name}, detail`);
    }
  }

  /** The phone's frame has tests of its own. */
  const barriersIn = ({ page }: InspectorPage) => barriersOn(page, { exclude: 'iframe' });

  test.each(looks)('has no barriers in any tab, $theme and $width px wide', async ({ theme, width }) => {
    await fillTabs(fixture());
    const barriers: string[] = [];
    await withInspector(fixture(), { theme, width }, async (inspector) => {
      await eachTab(inspector, width, async (name) => {
        const found = await barriersIn(inspector);
        barriers.push(...found.map((barrier) => `${name}: ${barrier}`));
      });
    });
    expect(barriers).toEqual([]);
  });

  test.each(looks)(
    'has no barriers in an opened step, $theme and $width px wide',
    async ({ theme, width }) => {
      const paymentNo = await fillTabs(fixture());
      await withInspector(fixture(), { theme, width, hash: `timeline/${paymentNo}` }, async (inspector) => {
        await (await inspector.openStep('JSAPI order')).waitFor();
        expect(await barriersIn(inspector)).toEqual([]);
      });
    },
  );

  test('says in a narrow window why a list is empty', async () => {
    const placed = await fillTabs(fixture());
    await withInspector(fixture(), { width: 390, hash: 'bills' }, async (inspector) => {
      const { page } = inspector;
      await page.getByText('No bill has been compared yet').waitFor();
      await inspector.open('Timeline');
      await inspector.rows(placed).waitFor();
      await page.getByLabel('Search orders').fill('nothing like that');
      await page.getByText('Nothing matches').waitFor();
      await page.getByLabel('Search orders').fill(placed);
      await inspector.rows(placed).waitFor();
    });
  });

  test('never scrolls sideways in a narrow window', async () => {
    await fillTabs(fixture());
    await withInspector(fixture(), { width: 390 }, async (inspector) => {
      await eachTab(inspector, 390, async (name) => {
        const excessPx = await inspector.page.evaluate<number>(
          `Math.max(...[...document.querySelectorAll('.split-detail, .page, body')].map((box) => box.scrollWidth - box.clientWidth))`,
        );
        expect(excessPx, name).toBeLessThanOrEqual(1);
      });
    });
  });
});
