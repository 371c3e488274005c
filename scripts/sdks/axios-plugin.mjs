// wechatpay-axios-plugin: `baseURL`, or nothing at all with HTTPS_PROXY and NODE_EXTRA_CA_CERTS.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const { Wechatpay } = createRequire(`${process.env.SDK_FOLDER}/`)('wechatpay-axios-plugin');
const { env } = process;
const wxpay = new Wechatpay({
  mchid: env.WECHATPAY_MCHID,
  serial: env.WECHATPAY_SERIAL_NO,
  privateKey: readFileSync(env.WECHATPAY_PRIVATE_KEY_FILE),
  certs: { [env.WECHATPAY_PUBLIC_KEY_ID]: readFileSync(env.WECHATPAY_PUBLIC_KEY_FILE) },
  ...(env.HTTPS_PROXY === undefined && { baseURL: `${env.WECHATPAY_BASE_URL}/` }),
});
const placed = await wxpay.v3.pay.transactions.native.post({
  appid: env.WECHATPAY_APPID,
  mchid: env.WECHATPAY_MCHID,
  description: 'sdk',
  out_trade_no: env.OUT_TRADE_NO,
  notify_url: 'https://shop.example/notify',
  amount: { total: 1 },
});
if (!placed.data.code_url) throw new Error(JSON.stringify(placed.data));
const { data } = await wxpay.v3.pay.transactions.outTradeNo.$out_trade_no$.get({
  params: { mchid: env.WECHATPAY_MCHID },
  out_trade_no: env.OUT_TRADE_NO,
});
console.log(`query ${data.trade_state}`);
