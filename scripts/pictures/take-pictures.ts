/** What the READMEs' pictures show, and how the system comes to show it. */
import { join } from 'node:path';
import type { Browser, FrameLocator, Page } from 'playwright-core';
import { users } from '../../sandbox/system/shop.ts';
import type { System } from '../../sandbox/system/system.ts';
import type { CreateOrderAnswer } from '../../shared/contract/index.ts';
import { newContext } from '../../tests/browser/browser.ts';
import { DemoClient, requestToken } from '../demo/client.ts';

export type Language = 'zh' | 'en';

interface Camera {
  readonly system: System;
  readonly browser: Browser;
  readonly language: Language;
  /** The folder that the pictures are written to. */
  readonly out: string;
}

const [buyer, other] = users.map(({ openid }) => openid) as [string, string];

/** What is tapped on the phone, in its language. */
const texts = {
  zh: {
    tea: '西湖龙井',
    cup: '青瓷主人杯',
    addToCart: '加入购物车',
    buy: '立即购买',
    pay: '支付',
    paid: '支付成功',
    cart: '购物车',
    checkout: '去结算',
    me: '我的',
    become: '成为商家',
    company: '企业',
    fulfilled: '履约',
  },
  en: {
    tea: 'Longjing tea',
    cup: 'Celadon tea cup',
    addToCart: 'Add to cart',
    buy: 'Buy now',
    pay: 'Pay',
    paid: 'Paid',
    cart: 'Cart',
    checkout: 'Check out',
    me: 'Me',
    become: 'Become a seller',
    company: 'Enterprise',
    fulfilled: 'Fulfilled',
  },
} as const;

/** @returns the files that were written */
export async function takePictures(camera: Camera): Promise<string[]> {
  await placeOrders(camera);
  return [
    await onPhone(camera, 'phone-shop', async () => {}),
    await onPhone(camera, 'phone-pay', showPaySheet),
    await onPhone(camera, 'phone-apply', showForm),
    await takeOverview(camera),
  ];
}

/** A page of the mini-program and the language it is in: the phone alone, or in its frame in the inspector. */
type Phone = Page | FrameLocator;

const topPage = (phone: Phone) => phone.locator('.page-frame:not([hidden])');

async function onPhone(
  { browser, system, language, out }: Camera,
  name: string,
  show: (phone: Page, language: Language) => Promise<void>,
): Promise<string> {
  const context = await newContext(browser, {
    viewport: { width: 390, height: 844 },
    deviceScaleFactor: 1.5,
  });
  try {
    const page = await context.newPage();
    await page.goto(`${system.url}/phone/?user=${buyer}&lang=${language === 'zh' ? 'zh_CN' : 'en'}`);
    await topPage(page).getByText(texts[language].tea).waitFor();
    await show(page, language);
    await page.locator('.toast-layer').waitFor({ state: 'detached' });
    return await save(page, out, name);
  } finally {
    await context.close();
  }
}

async function showPaySheet(page: Page, language: Language): Promise<void> {
  const t = texts[language];
  for (const name of [t.tea, t.cup]) {
    await topPage(page)
      .getByRole('button', { name: `${t.addToCart} ${name}` })
      .tap();
  }
  await page.locator('.tabs .tab').filter({ hasText: t.cart }).tap();
  await topPage(page).getByText(t.checkout).tap();
  await topPage(page)
    .getByRole('button', { name: `${t.pay} ¥` })
    .tap();
  await page.locator('.paysheet-pay').waitFor();
}

async function showForm(page: Page, language: Language): Promise<void> {
  const t = texts[language];
  await page.locator('.tabs .tab').filter({ hasText: t.me }).tap();
  await topPage(page).getByText(t.become).first().tap();
  await topPage(page).getByText(t.company, { exact: true }).tap();
}

/** Orders of before: paid, unpaid, and one payment to two sellers. */
async function placeOrders({ system }: Camera): Promise<void> {
  const client = new DemoClient(system.url);
  const place = (name: string, ...productIds: string[]) =>
    client.must<CreateOrderAnswer>(
      name,
      {
        requestToken: requestToken(),
        items: productIds.map((productId) => ({ productId, quantity: 1 })),
      },
      other,
    );
  const cup = await place('createOrder', 'cup-celadon');
  await client.pay(cup.paymentNo, other);
  const goods = await place('createPartnerOrder', 'bread-rye', 'honey-lychee');
  await client.pay(goods.paymentNo, other);
  await place('createOrder', 'sticker');
}

/** An order bought on the phone of the inspector, from tap to fulfilment. */
async function takeOverview({ browser, system, language, out }: Camera): Promise<string> {
  const t = texts[language];
  const context = await newContext(browser, {
    viewport: { width: 1440, height: 900 },
    locale: language === 'zh' ? 'zh-CN' : 'en-GB',
  });
  try {
    const page = await context.newPage();
    await page.goto(`${system.url}/#timeline`);
    const phone = page.frameLocator('iframe');
    await topPage(phone).getByText(t.tea).tap();
    await topPage(phone).getByText(t.buy).tap();
    await topPage(phone)
      .getByRole('button', { name: `${t.pay} ¥` })
      .tap();
    await phone.locator('.paysheet-pay').tap();
    await topPage(phone).getByText(t.paid, { exact: true }).first().waitFor();
    await new DemoClient(system.url).post('/_cloud/timers/reconcile', {});
    await page.locator('.list-row').first().click();
    await page.locator('.milestones .done').filter({ hasText: t.fulfilled }).waitFor();
    return await save(page, out, 'overview');
  } finally {
    await context.close();
  }
}

async function save(page: Page, folder: string, name: string): Promise<string> {
  const path = join(folder, `${name}.png`);
  await page.screenshot({ path, animations: 'disabled' });
  return path;
}
