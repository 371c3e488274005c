/** What axe finds on the pages of the mini-program and in the tabs of the inspector, by the rules of WCAG 2 A and AA. */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { provinces } from '../../sandbox/phone/runtime/tags/regions.ts';
import { users } from '../../sandbox/system/shop.ts';
import { type Account, TestClient } from '../../sandbox/wechatpay/testing/client.ts';
import { requestToken } from '../../scripts/demo/client.ts';
import { apply } from './application.ts';
import { barriersOn } from './barriers.ts';
import { allPages, complaintText, fillPages } from './filled-pages.ts';
import { type BrowserFixture, describeInBrowser } from './fixture.ts';
import { flawsOn } from './flaws.ts';
import { type InspectorPage, withInspector } from './inspector-page.ts';
import { chineseIn, openPage, tab, topPage } from './phone-page.ts';

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
      await topPage(page).getByText('支付 ¥5.00').tap();
      await page.locator('.paysheet').waitFor();
      expect(await barriersOn(page)).toEqual([]);
    });
  });

  /** Goes through all pages, each with something to show. */
  async function eachPage(
    page: Page,
    queries: Readonly<Record<string, string>>,
    visit: (path: string) => Promise<void>,
  ): Promise<void> {
    for (const path of allPages()) {
      await page.evaluate(`wx.reLaunch({ url: '/${path}${queries[path] ?? ''}' })`);
      await topPage(page).locator(`wx-page[data-page="${path}"]`).waitFor();
      await topPage(page).locator('.bone').first().waitFor({ state: 'detached' });
      const failed = topPage(page).getByText(/没有加载出来|This did not load/);
      expect(await failed.count(), path).toBe(0);
      await visit(path);
    }
  }

  test('has no barriers on any of its pages, no label that is cut off or twice there, and no Chinese in English', async () => {
    const queries = await fillPages(fixture(), operator);
    expect(allPages()).toEqual(expect.arrayContaining(Object.keys(queries)));
    const problems: string[] = [];
    await fixture().withPhone(operator, async ({ page }) => {
      await eachPage(page, queries, async (path) => {
        const found = [...(await problemsOn(page)), ...(await flawsOn(page))];
        problems.push(...found.map((problem) => `${path}: ${problem}`));
      });
    });
    const given = `${textsOfPeople(fixture())} ${complaintText} ${officialNames}`;
    await fixture().withPhone(
      operator,
      async ({ page }) => {
        await eachPage(page, queries, async (path) => {
          const found = [...(await chineseIn(page, given)), ...(await flawsOn(page))];
          problems.push(...found.map((problem) => `${path} in English: ${problem}`));
        });
      },
      'en',
    );
    expect(problems).toEqual([]);
  });

  test('has no barriers and in English no Chinese in the steps and sheets of the application form', async () => {
    await fixture().withPhone(
      applicant,
      async ({ page }) => {
        await openPage(page, '/pages/apply/index');
        await topPage(page).getByText('Enterprise', { exact: true }).tap();
        const problems: string[] = [];
        const given = `${exampleNames} ${provinces().flatMap(({ name, cities }) => [name, ...cities.map((city) => city.name)])}`;
        const look = async (where: string) => {
          const found = [...(await barriersOn(page)), ...(await chineseIn(page, given))];
          problems.push(...found.map((problem) => `${where}: ${problem}`));
        };
        const steps = await topPage(page).locator('.apply-bar').count();
        for (let step = 0; step < steps; step++) {
          await page.evaluate(`getCurrentPages().at(-1).draw(${step})`);
          await topPage(page)
            .locator(`[aria-valuenow="${step + 1}"]`)
            .waitFor();
          await look(`step ${step + 1}`);
          for (const field of await topPage(page).locator('.field [aria-haspopup=dialog]').all()) {
            await field.tap();
            await page.locator('.sheet-cancel').waitFor();
            await look(`picker of step ${step + 1}`);
            await page.locator('.sheet-cancel').tap();
            await page.locator('.mask').waitFor({ state: 'detached' });
          }
        }
        expect(problems).toEqual([]);
      },
      'en',
    );
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

/** Examples of names that WeChat Pay takes in Chinese only. */
const exampleNames = '南山面包房 餐饮';

/** A scene of transfers and what it asks for, as WeChat Pay calls them: they stand beside their English names. */
const officialNames = '现金营销 活动名称 奖励说明';

/** What was written in Chinese by users, sellers and operators, and is shown as they wrote it. */
function textsOfPeople({ system }: BrowserFixture): string {
  const { database } = system.emulator;
  const collections = ['products', 'orders', 'sellers', 'applications', 'complaints'];
  return JSON.stringify(collections.map((name) => database.list(name, { limit: 100 }).documents));
}

/** Tabs without a list to choose from here; the table of Bills has a test of its own. */
const withoutList = ['Bills', 'Faults', 'Keys', 'Connect'];

const looks = [
  { theme: 'light', width: 1280 },
  { theme: 'dark', width: 390 },
] as const;

describeInBrowser('the inspector', { pages: ['inspector', 'phone'] }, (fixture) => {
  /**
   * A paid order, an application, and last a request with a wrong signature, so that no tab is empty.
   * @returns the order's number
   */
  async function fillTabs({ client, system }: BrowserFixture): Promise<string> {
    const items = [{ productId: 'sticker', quantity: 1 }];
    const { paymentNo } = await client.createOrder({ requestToken: requestToken(), items }, buyer);
    await client.pay(paymentNo, buyer);
    await apply(client, applicant);
    const { direct } = await client.get<{ direct: Account }>('/_sandbox/credentials');
    const program = new TestClient(direct, (request) => fetch(request), system.url);
    const answer = await program.post('/v3/security/echo', {}, { message: (text) => text.slice(0, -1) });
    expect(answer.status).toBe(401);
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
      if (name === 'Network') {
        await inspector.button('Storage').click();
        await visit('Network, storage');
        await inspector.button('Calls').click();
      }
      if (!hasList || width >= 720) continue;
      await inspector.rows().first().click();
      await inspector.detail.waitFor();
      await visit(`${name}, detail`);
    }
  }

  /** The phone's frame has tests of its own. */
  const barriersIn = ({ page }: InspectorPage) => barriersOn(page, { exclude: 'iframe' });

  test.each(looks)(
    'has no barriers in any tab, no label that is cut off or twice there, and nobody’s openid, $theme and $width px wide',
    async ({ theme, width }) => {
      await fillTabs(fixture());
      const barriers: string[] = [];
      await withInspector(fixture(), { theme, width }, async (inspector) => {
        await eachTab(inspector, width, async (name) => {
          const found = [...(await barriersIn(inspector)), ...(await flawsOn(inspector.page))];
          // The page Connect gives programs somebody to take payments from.
          if (name !== 'Connect') found.push(...(await openidsIn(inspector)));
          barriers.push(...found.map((barrier) => `${name}: ${barrier}`));
        });
      });
      expect(barriers).toEqual([]);
    },
    120_000,
  );

  /** Personal data, which the page masks until it is asked to show it. */
  async function openidsIn({ page }: InspectorPage): Promise<string[]> {
    const text = await page.locator('.panel').textContent();
    return [buyer, applicant].filter((openid) => text?.includes(openid));
  }

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
      // The timer may have compared some by now.
      await page.route('**/_cloud/database/bill_days?*', (route) =>
        route.fulfill({ json: { documents: [] } }),
      );
      await page.reload();
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
