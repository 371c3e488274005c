import { expect, test } from 'vitest';
import { captureFormat, readCapture } from './capture.ts';
import { redact } from './redact.ts';

const exchange = { request: { method: 'GET', target: '/v3/certificates' }, response: { status: 200 } };

test.each([
  ['a page', 'https://pay.weixin.qq.com/doc/v3/merchant/4012791897', true],
  [
    'a page it was not compared with',
    'https://pay.weixin.qq.com/doc/v3/merchant/4012791897 (not compared with the page)',
    true,
  ],
  ['a thread of the forum', 'https://developers.weixin.qq.com/community/pay/doc/0008ca8f', true],
  ['a remark', 'https://pay.weixin.qq.com/doc/v3/merchant/4012791897 (order of Ms Wang)', false],
  ['another host', 'https://shop.example/doc/v3/merchant/4012791897', false],
])('a source stays only when it is public: %s', (_, source, kept) => {
  const [only] = redact(
    readCapture(JSON.stringify({ format: captureFormat, exchanges: [{ ...exchange, source }] })),
  ).exchanges;
  expect(only!.source).toBe(kept ? source : undefined);
});
