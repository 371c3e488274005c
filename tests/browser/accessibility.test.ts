/** What axe finds on the pages of the mini-program and in the tabs of the inspector, by the rules of WCAG 2 A and AA. */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { users } from '../../sandbox/system/shop.ts';
import { requestToken } from '../../scripts/demo/client.ts';
import { apply } from './application.ts';
import { barriersOn } from './barriers.ts';
import { type BrowserFixture, describeInBrowser } from './fixture.ts';
import { type InspectorPage, withInspector } from './inspector-page.ts';
import { tab, topPage } from './phone-page.ts';

const [buyer, applicant] = users.map(({ openid }) => openid) as [string, string];
const smallestTargetPx = 44;

describeInBrowser('the mini-program', { pages: ['phone'] }, (fixture) => {
  /** All accessibility violations on the current screen. */
  async function problemsOn(page: Page): Promise<string[]> {
    const barriers = await barriersOn(page, { runOnly: ['wcag2a', 'wcag2aa'] });
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

/** The inspector's tabs, and whether each has a list to choose from. */
const inspectorTabs = [
  { name: 'Timeline', hasList: true },
  { name: 'Exchanges', hasList: true },
  { name: 'Callbacks', hasList: true },
  { name: 'Applications', hasList: true },
  // Its table has a test of its own.
  { name: 'Bills', hasList: false },
  { name: 'Faults', hasList: false },
  { name: 'Keys', hasList: false },
  { name: 'Connect', hasList: false },
  { name: 'Database', hasList: true },
];

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
    for (const { name, hasList } of inspectorTabs) {
      await inspector.open(name);
      if (hasList) await inspector.rows().first().waitFor();
      await visit(name);
      if (!hasList || width >= 720) continue;
      await inspector.rows().first().click();
      await inspector.detail.waitFor();
      await visit(`${name}, detail`);
    }
  }

  /** The phone's frame has tests of its own. */
  const seriousBarriersOn = ({ page }: InspectorPage) =>
    barriersOn(page, { exclude: 'iframe', impacts: ['serious', 'critical'] });

  test.each(looks)(
    'has no serious barriers in any tab, $theme and $width px wide',
    async ({ theme, width }) => {
      await fillTabs(fixture());
      const barriers: string[] = [];
      await withInspector(fixture(), { theme, width }, async (inspector) => {
        await eachTab(inspector, width, async (name) => {
          const found = await seriousBarriersOn(inspector);
          barriers.push(...found.map((barrier) => `${name}: ${barrier}`));
        });
      });
      expect(barriers).toEqual([]);
    },
  );

  test.each(looks)(
    'has no serious barriers in an opened step, $theme and $width px wide',
    async ({ theme, width }) => {
      const paymentNo = await fillTabs(fixture());
      await withInspector(fixture(), { theme, width, hash: `timeline/${paymentNo}` }, async (inspector) => {
        await (await inspector.openStep('JSAPI order')).waitFor();
        expect(await seriousBarriersOn(inspector)).toEqual([]);
      });
    },
  );

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
