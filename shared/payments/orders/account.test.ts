import { expect, it } from 'vitest';
import { createShop, payer, token } from '../testing/shop.ts';
import { accountOf } from './account.ts';
import { createOrder } from './create.ts';
import { loadSinglePayment } from './store.ts';

it.each([
  { changed: 'the appid', account: { appid: 'wxffffffffffffffff' } },
  { changed: 'the merchant number', account: { mchid: '1900000099' } },
])('refuses in both languages once $changed is another', async ({ account }) => {
  const shop = createShop();
  const request = { requestToken: token('a'), items: [{ productId: 'tea', quantity: 1 }] };
  const { paymentNo } = await createOrder(shop.ports, payer, request);
  const payment = (await loadSinglePayment(shop.documents, paymentNo))!;
  await expect(accountOf(shop.ports, payment)).resolves.toBe(shop.wechat.account);
  Object.assign(shop.wechat.account, account);
  await expect(accountOf(shop.ports, payment)).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    texts: {
      zh: expect.stringContaining('已不在配置中'),
      en: expect.stringContaining('no longer configured'),
    },
  });
});
