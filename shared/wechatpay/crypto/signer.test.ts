import { createPrivateKey } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { oracleSign, rsaPair } from '../testing/material.ts';
import vectors from '../testing/vectors/jce-vectors.json' with { type: 'json' };
import { authorizationHeader, paySign, requestMessage, signMessage } from './signer.ts';

const pair = rsaPair('merchant');
const account = { mchid: '1900000001', serialNo: '5157F09EFDC096DE15EBE81A47057A7232F1B8E1' };

const field = fc.string({
  unit: fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghij0123456789'),
  minLength: 1,
});
const parts = fc.record({
  method: fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE'),
  path: field.map((text) => `/v3/${text}`),
  timestamp: fc.nat(),
  nonce: field,
  body: fc.string({ unit: 'grapheme' }),
});

describe('the message that a request signs', () => {
  it('is the documented five lines, the empty body of a GET being an empty line', () => {
    const message = requestMessage({
      method: 'GET',
      path: '/v3/certificates?algorithm_type=RSA',
      timestamp: 1554208460,
      nonce: '593BEC0C930BF1AFEB40B4A08C8FB242',
      body: '',
    });
    expect(message).toBe(
      'GET\n/v3/certificates?algorithm_type=RSA\n1554208460\n593BEC0C930BF1AFEB40B4A08C8FB242\n\n',
    );
  });

  it('holds each part on its line and the body unchanged to its last byte', () => {
    fc.assert(
      fc.property(parts, (input) => {
        const message = requestMessage(input);
        const [method, path, timestamp, nonce, ...rest] = message.split('\n');
        expect([method, path, timestamp, nonce]).toEqual([
          input.method,
          input.path,
          String(input.timestamp),
          input.nonce,
        ]);
        expect(rest.join('\n')).toBe(`${input.body}\n`);
      }),
    );
  });

  it('differs whenever a part differs', () => {
    fc.assert(
      fc.property(parts, parts, (a, b) => {
        expect(requestMessage(a) === requestMessage(b)).toBe(JSON.stringify(a) === JSON.stringify(b));
      }),
    );
  });
});

describe('signatures', () => {
  it.each(vectors.signatures)('agree with the JDK, byte for byte: %#', ({ message, signature }) => {
    const key = createPrivateKey({
      key: Buffer.from(vectors.privateKeyPkcs8, 'base64'),
      format: 'der',
      type: 'pkcs8',
    });
    expect(signMessage(message, key)).toBe(signature);
  });

  it('agree with jsrsasign, byte for byte, whatever the body', () => {
    fc.assert(
      fc.property(parts, (input) => {
        const message = requestMessage(input);
        expect(signMessage(message, pair.privateKey)).toBe(oracleSign(message, pair.privatePem));
      }),
      { numRuns: 20 },
    );
  });

  it('are in the Authorization header with everything needed to verify them', () => {
    const input = { method: 'POST', path: '/v3/x', timestamp: 1700000000, nonce: 'N0nce', body: '{"a":1}' };
    const header = authorizationHeader(input, { ...account, privateKey: pair.privateKey });
    const signature = oracleSign('POST\n/v3/x\n1700000000\nN0nce\n{"a":1}\n', pair.privatePem);
    expect(header).toBe(
      `WECHATPAY2-SHA256-RSA2048 mchid="1900000001",nonce_str="N0nce",signature="${signature}",timestamp="1700000000",serial_no="${account.serialNo}"`,
    );
  });
});

it('gives wx.requestPayment its five parameters, with the time in whole seconds as a string', () => {
  const params = paySign({ appid: 'wx8888888888888888', prepayId: 'wx201410272009395522' }, pair.privateKey, {
    nowMs: 1554208460999,
    nonce: 'Abc123',
  });
  const message = 'wx8888888888888888\n1554208460\nAbc123\nprepay_id=wx201410272009395522\n';
  expect(params).toEqual({
    timeStamp: '1554208460',
    nonceStr: 'Abc123',
    package: 'prepay_id=wx201410272009395522',
    signType: 'RSA',
    paySign: oracleSign(message, pair.privatePem),
  });
});
