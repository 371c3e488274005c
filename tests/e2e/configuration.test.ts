import { afterEach, expect, it } from 'vitest';
import { requestToken } from '../../scripts/demo/client.ts';
import { payer, type Running, run } from './support.ts';

let running: Running | undefined;
afterEach(async () => {
  await running?.system.close();
  running = undefined;
});

it.each([
  ['WECHATPAY_APPID', 'not-an-appid'],
  ['WECHATPAY_DIRECT_MCHID', '19000'],
  ['WECHATPAY_DIRECT_SERIAL_NO', 'no serial'],
  ['WECHATPAY_DIRECT_PRIVATE_KEY', 'MIIB'],
  ['WECHATPAY_DIRECT_API_V3_KEY', 'thirty-one-bytes-are-not-enough'],
  ['WECHATPAY_DIRECT_PUBLIC_KEY', 'MIIB'],
  ['WECHATPAY_NOTIFY_URL', 'http://shop.example/pay-notify'],
  ['WECHATPAY_API_BASES', 'http://api.mch.weixin.qq.com'],
])(
  'a wrong %s is named in the log, and the user only hears that the shop is set up wrongly',
  async (name, value) => {
    running = await run({ adjustValues: (values) => ({ ...values, [name]: value }) });
    const result = await running.client.call(
      'createOrder',
      { requestToken: requestToken(), items: [{ productId: 'sticker', quantity: 1 }] },
      payer,
    );
    expect(result).toMatchObject({ ok: false, error: { code: 'CONFIG_INVALID' } });
    expect(JSON.stringify(result)).not.toContain(name);
    const [invocation] = running.system.host.invocations(1);
    expect(invocation?.logs.join('\n')).toContain(name);
    expect(await running.client.documents('orders')).toEqual([]);
  },
);

it('all that is wrong is named at once', async () => {
  running = await run({
    adjustValues: (values) => ({ ...values, WECHATPAY_APPID: 'wx0', WECHATPAY_DIRECT_MCHID: '19000' }),
  });
  await running.client.call(
    'createOrder',
    { requestToken: requestToken(), items: [{ productId: 'sticker', quantity: 1 }] },
    payer,
  );
  const log = running.system.host.invocations(1)[0]?.logs.join('\n');
  expect(log).toContain('WECHATPAY_APPID');
  expect(log).toContain('WECHATPAY_DIRECT_MCHID');
});
