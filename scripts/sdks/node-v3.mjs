// wechatpay-node-v3: `createHttp`, as docs/sdks.md shows it.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const loaded = createRequire(`${process.env.SDK_FOLDER}/`)('wechatpay-node-v3');
const Pay = loaded.default ?? loaded;
const { env } = process;
const pay = new Pay({
  appid: env.WECHATPAY_APPID,
  mchid: env.WECHATPAY_MCHID,
  serial_no: env.WECHATPAY_SERIAL_NO,
  publicKey: readFileSync(env.WECHATPAY_PUBLIC_KEY_FILE),
  privateKey: readFileSync(env.WECHATPAY_PRIVATE_KEY_FILE),
});
const send = async (method, url, headers, body) => {
  const response = await fetch(url.replace('https://api.mch.weixin.qq.com', env.WECHATPAY_BASE_URL), {
    method,
    headers,
    ...(body && { body: JSON.stringify(body) }),
  });
  const data = await response.json().catch(() => undefined);
  return response.ok ? { status: response.status, data } : { status: response.status, error: data };
};
pay.createHttp({
  get: (url, headers) => send('GET', url, headers),
  post: (url, params, headers) => send('POST', url, headers, params),
});
const placed = await pay.transactions_native({
  description: 'sdk',
  out_trade_no: env.OUT_TRADE_NO,
  notify_url: 'https://shop.example/notify',
  amount: { total: 1 },
});
if (placed.status !== 200) throw new Error(JSON.stringify(placed));
const { data } = await pay.query({ out_trade_no: env.OUT_TRADE_NO });
console.log(`query ${data.trade_state}`);
