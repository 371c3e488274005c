import fc from 'fast-check';
import { captureFormat } from '../../../sandbox/compare/capture.ts';
import { nearText, nearValue } from './mutations.ts';

const captured = {
  format: captureFormat,
  account: 'direct',
  source: 'https://pay.weixin.qq.com/doc/v3/merchant/4012791856',
  exchanges: [
    {
      request: {
        method: 'POST',
        target: '/v3/pay/transactions/jsapi?mchid=1900000001',
        headers: {
          Authorization: 'WECHATPAY2-SHA256-RSA2048 mchid="1900000001"',
          'Content-Type': 'application/json',
        },
        body: { out_trade_no: 'T1', amount: { total: 100, currency: 'CNY' }, payer: { openid: 'o1' } },
      },
      response: { status: 200, headers: { 'Request-ID': 'R1' }, body: '{"prepay_id":"wx26112221580621"}' },
    },
  ],
};
const harFile = {
  log: {
    entries: [
      {
        request: {
          method: 'GET',
          url: 'https://api.mch.weixin.qq.com/v3/certificates',
          headers: [{ name: 'Accept', value: 'application/json' }],
          postData: { text: '{}' },
        },
        response: { status: 200, headers: [], content: { text: 'e30=', encoding: 'base64' } },
      },
    ],
  },
};
/** Captures and HAR files, with a value changed or a piece of the text. */
export const captureText = fc.oneof(
  nearValue(captured, harFile).map((value) => String(JSON.stringify(value))),
  nearText(JSON.stringify(captured), JSON.stringify(harFile)),
);
