/** Every page of the mini-program, with something to show on it. */
import { readFileSync } from 'node:fs';
import { requestToken, until } from '../../scripts/demo/client.ts';
import type {
  ApplyMerchantAnswers,
  CreateOrderAnswer,
  SellerProductsAnswer,
} from '../../shared/contract/index.ts';
import { apply } from './application.ts';
import { type BrowserFixture, root } from './fixture.ts';

export const complaintText = '没有收到';

/** The pages of the mini-program, as its app.json lists them. */
export function allPages(): string[] {
  const app = JSON.parse(readFileSync(`${root}/miniprogram/app.json`, 'utf8')) as {
    pages: string[];
    subPackages: { root: string; pages: string[] }[];
  };
  const more = app.subPackages.flatMap((part) => part.pages.map((page) => `${part.root}/${page}`));
  return [...app.pages, ...more];
}

/** An operator who is a seller too, with orders, a complaint and a product. @returns the query of each page that needs one */
export async function fillPages(
  { client, system }: BrowserFixture,
  operator: string,
): Promise<Record<string, string>> {
  const items = [{ productId: 'sticker', quantity: 1 }];
  const place = () => client.createOrder({ requestToken: requestToken(), items }, operator);
  const [{ paymentNo: unpaid }, { paymentNo }] = [await place(), await place()];
  await client.pay(paymentNo, operator);
  await until('the order to be paid', async () =>
    (await client.orderState(paymentNo, operator)).state === 'SUCCESS' ? true : undefined,
  );
  const goods = { requestToken: requestToken(), items: [{ productId: 'bread-rye', quantity: 1 }] };
  const sale = await client.must<CreateOrderAnswer>('createPartnerOrder', goods, operator);
  await client.pay(sale.paymentNo, operator);
  await until('the sale to wait for its sharing', async () => (await client.documents('sharings'))[0]);
  await client.post('/_sandbox/complaints', { outTradeNo: paymentNo, detail: complaintText });
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
    'pages/operator/share/index': `?no=${sale.orders[0]?.outTradeNo}`,
    'pages/operator/complaint/index': `?id=${complaint?._id}`,
  };
}
