/** What axe finds on the pages of the mini-program, by the rules of WCAG 2 A and AA. */
import { mkdtempSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import { buildPhone } from '../../sandbox/phone/build.ts';
import { staticPages } from '../../sandbox/system/pages.ts';
import { users } from '../../sandbox/system/shop.ts';
import { type System, startSystem } from '../../sandbox/system/system.ts';
import { buildFunctions } from '../../scripts/build/functions.ts';
import { launchBrowser, openPhone, tab, test, topPage } from './support.ts';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const smallestTargetPx = 44;
let system: System;
let browser: Browser;

beforeAll(async () => {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const phone = mkdtempSync(join(tmpdir(), 'phone-'));
  await Promise.all([buildFunctions({ root }), buildPhone(phone)]);
  system = await startSystem({ root, port: 0, pages: staticPages({ '/phone/': phone }) });
  browser = await launchBrowser();
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await system?.close();
});

/** Everything wrong with what is on screen now. */
async function problemsOn(page: Page): Promise<string[]> {
  await page.evaluate(axeSource);
  const found = (await page.evaluate(`axe.run({ runOnly: ['wcag2a', 'wcag2aa'] })`)) as AxeResults;
  const small = await topPage(page).evaluate(
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
  return [...found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 120)}`), ...small];
}

test('shop, product, cart and checkout have no barriers, and targets of 44 px', async () => {
  const { page, close } = await openPhone(browser, system.url, { openid: users[0]?.openid ?? '' });
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
  await close();
}, 60_000);

test('orders, the own page and the application form have no barriers, and targets of 44 px', async () => {
  const { page, close } = await openPhone(browser, system.url, { openid: users[1]?.openid ?? '' });
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
  await close();
}, 60_000);
