/** The mini-program in the phone, against the real bundles and the simulator. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import { buildPhone } from '../../sandbox/phone/build.ts';
import { staticPages } from '../../sandbox/system/pages.ts';
import { users } from '../../sandbox/system/shop.ts';
import { type System, startSystem } from '../../sandbox/system/system.ts';
import { buildFunctions } from '../../scripts/build/functions.ts';
import { answerPaySheet, launchBrowser, type OpenPhone, openPhone, tab, test, topPage } from './support.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
let system: System;
let browser: Browser;

beforeAll(async () => {
  const phone = mkdtempSync(join(tmpdir(), 'phone-'));
  await Promise.all([buildFunctions({ root }), buildPhone(phone)]);
  system = await startSystem({ root, port: 0, pages: staticPages({ '/phone/': phone }) });
  browser = await launchBrowser();
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await system?.close();
});

async function withPhone(user: number, run: (phone: OpenPhone) => Promise<void>): Promise<void> {
  const phone = await openPhone(browser, system.url, { openid: users[user]?.openid ?? '' });
  try {
    await run(phone);
    expect(phone.complaints).toEqual([]);
  } finally {
    await phone.close();
  }
}

test('a product is bought, and the page says paid only after the server does', async () => {
  await withPhone(0, async ({ page }) => {
    await page.getByText('一分钱贴纸').tap();
    await topPage(page).getByText('立即购买').tap();
    await topPage(page).getByText('支付 ¥0.01').tap();
    await answerPaySheet(page, '支付');
    await topPage(page).getByText('支付成功').waitFor();
    await topPage(page).getByText('查看订单').tap();
    await topPage(page).getByText('已支付').waitFor();
  });
}, 60_000);

test('a cart of own and sellers’ goods is paid in two payments, and is empty afterwards', async () => {
  await withPhone(1, async ({ page }) => {
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
}, 60_000);

test('a cancelled payment can be taken up again from the order, and the order can be cancelled', async () => {
  await withPhone(2, async ({ page }) => {
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
    await topPage(page).getByText('取消订单').tap();
    await page.locator('.modal-confirm').tap();
    await topPage(page).getByText('已关闭').waitFor();
  });
}, 60_000);

test('while the network is lost after paying, the page keeps asking and then finds out', async () => {
  const phone = await openPhone(browser, system.url, { openid: users[0]?.openid ?? '' });
  const { page } = phone;
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
  await phone.close();
}, 60_000);

test('another user has another phone: nothing of the first one’s cart is there', async () => {
  await withPhone(0, async ({ page }) => {
    await page.getByRole('button', { name: /加入购物车 青瓷/ }).tap();
    await page.locator('.status-user').tap();
    await page.getByRole('button', { name: users[1]?.name ?? '' }).tap();
    await page.locator('.status-user', { hasText: users[1]?.name ?? '' }).waitFor();
    await tab(page, '购物车').tap();
    await topPage(page).getByText('购物车还是空的').waitFor();
  });
}, 60_000);
