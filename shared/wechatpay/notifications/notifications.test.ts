import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPlatformKeys } from '../crypto/platform-keys.ts';
import { apiV3Key, encryptResource, oracleSign, rsaPair, signatureHeaders } from '../testing/material.ts';
import { maxNotificationBytes, parseNotification } from './notifications.ts';

const nowMs = Date.UTC(2025, 5, 1, 4);
const [pair, stranger] = [rsaPair('platform'), rsaPair('stranger')];
const serial = 'PUB_KEY_ID_0119000000012024';
const platformKeys = createPlatformKeys({
  publicKey: { id: serial, key: pair.publicKey },
  nowMs: () => nowMs,
});
const context = { platformKeys, apiV3Key, nowMs: () => nowMs };

const direct = {
  appid: 'wx8888888888888888',
  mchid: '1900000001',
  out_trade_no: 'T20250601001',
  transaction_id: '4200000000202506010000000001',
  trade_type: 'JSAPI',
  trade_state: 'SUCCESS',
  trade_state_desc: '支付成功',
  bank_type: 'OTHERS',
  attach: '自定义',
  success_time: '2025-06-01T12:00:00+08:00',
  payer: { openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o' },
  amount: { total: 100, payer_total: 100, currency: 'CNY', payer_currency: 'CNY' },
};
const { appid, mchid, ...shared } = direct;
const partner = { ...shared, sp_appid: appid, sp_mchid: mchid, sub_mchid: '1900000109' };
const combined = {
  combine_appid: appid,
  combine_mchid: mchid,
  combine_out_trade_no: 'C20250601001',
  combine_payer_info: { openid: direct.payer.openid },
  sub_orders: [
    {
      mchid,
      sub_mchid: '1900000109',
      out_trade_no: 'T1',
      trade_state: 'SUCCESS',
      amount: { total_amount: 1, payer_amount: 1 },
    },
  ],
};
const sharing = {
  mchid,
  transaction_id: '42',
  order_id: '30',
  out_order_no: 'S1',
  receiver: { type: 'MERCHANT_ID', account: '1900000109', amount: 1, description: '佣金' },
};
const complaint = { complaint_id: '200201820200101080076610000', action_type: 'CREATE_COMPLAINT' };
const violation = { sub_mchid: '1900000109', record_id: '2024040100001' };
const withdrawal = { mchid, out_request_no: 'W1', withdraw_id: '60', status: 'SUCCESS' };
const transfer = { mch_id: mchid, out_bill_no: 'B1', transfer_bill_no: '70', state: 'SUCCESS' };
const authorization = {
  appid,
  out_authorization_no: 'A1',
  openid: direct.payer.openid,
  state: 'TAKING_EFFECT',
};
const refund = {
  mchid,
  out_trade_no: 'T1',
  transaction_id: '42',
  out_refund_no: 'R1',
  refund_id: '50',
  refund_status: 'SUCCESS',
};

function callback(
  resource: unknown,
  eventType = 'TRANSACTION.SUCCESS',
  change: Record<string, unknown> = {},
) {
  const rawBody = JSON.stringify({
    id: 'EV-2025060112000000001',
    create_time: '2025-06-01T12:00:00+08:00',
    resource_type: 'encrypt-resource',
    event_type: eventType,
    summary: '支付成功',
    resource: { original_type: 'transaction', ...encryptResource(JSON.stringify(resource)) },
    ...change,
  });
  return signed(rawBody);
}

function signed(
  rawBody: string,
  change: Partial<{ privatePem: string; serial: string; nowMs: number }> = {},
) {
  return {
    rawBody,
    headers: signatureHeaders(rawBody, { privatePem: pair.privatePem, serial, nowMs, ...change }),
  };
}

const refused = (code: string) => expect.objectContaining({ name: 'WechatpayError', kind: 'fault', code });

describe('a callback that WeChat Pay signed', () => {
  it.each([
    ['direct-payment', direct, 'TRANSACTION.SUCCESS'],
    ['partner-payment', partner, 'TRANSACTION.SUCCESS'],
    ['combined-payment', combined, 'TRANSACTION.SUCCESS'],
    ['refund', refund, 'REFUND.SUCCESS'],
    ['refund', refund, 'REFUND.ABNORMAL'],
    ['refund', refund, 'REFUND.CLOSED'],
    ['sharing', sharing, 'TRANSACTION.SUCCESS'],
    ['sharing', { ...sharing, mchid: undefined, sp_mchid: mchid, sub_mchid: 's' }, 'TRANSACTION.SUCCESS'],
    ['sharing', sharing, 'PROFITSHARING.SUCCESS'],
    ['sharing', sharing, 'PROFITSHARING.RETURN'],
    ['complaint', complaint, 'COMPLAINT.CREATE'],
    ['violation', violation, 'VIOLATION.PUNISH'],
    ['violation', violation, 'VIOLATION.INTERCEPT'],
    ['violation', violation, 'VIOLATION.APPEAL'],
    ['withdrawal', withdrawal, 'MCHWITHDRAW.CHANGE'],
    ['transfer', transfer, 'MCHTRANSFER.BILL.FINISHED'],
    ['transfer-authorization', authorization, 'MCHTRANSFER.AUTHORIZATION.CONFIRMED'],
    ['transfer-authorization', authorization, 'MCHTRANSFER.AUTHORIZATION.CLOSED'],
    ['other', direct, 'TRANSACTION.FAIL'],
    ['other', refund, 'REFUND.SUCCESSFUL'],
    ['other', refund, 'A.REFUND.SUCCESS'],
    ['other', complaint, 'A.COMPLAINT.CREATE'],
    ['other', violation, 'VIOLATION.PUNISHED'],
    ['other', violation, 'A.VIOLATION.PUNISH'],
    ['other', withdrawal, 'MCHWITHDRAW.CHANGED'],
    ['other', withdrawal, 'A.MCHWITHDRAW.CHANGE'],
    ['other', transfer, 'MCHTRANSFER.BILL.FINISHED2'],
    ['other', transfer, 'A.MCHTRANSFER.BILL.FINISHED'],
    ['other', authorization, 'MCHTRANSFER.AUTHORIZATION.CLOSED2'],
    ['other', authorization, 'A.MCHTRANSFER.AUTHORIZATION.CLOSED'],
  ])('is understood as %s: %#', async (kind, resource, eventType) => {
    expect(await parseNotification(callback(resource, eventType), context)).toEqual({
      id: 'EV-2025060112000000001',
      createTime: '2025-06-01T12:00:00+08:00',
      eventType,
      summary: '支付成功',
      kind,
      resource,
    });
  });

  it('may come without associated data, which is then empty', async () => {
    const { associated_data: _, ...resource } = encryptResource(JSON.stringify(direct), undefined, '');
    const notification = await parseNotification(callback(0, undefined, { resource }), context);
    expect(notification.resource).toEqual(direct);
  });

  it('is taken as text or bytes, with headers in any case or as fetch gives them', async () => {
    const { rawBody, headers } = callback(direct);
    const lower = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
    );
    const lists = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.toUpperCase(), [value]]),
    );
    for (const given of [lower, lists, new Headers(headers)]) {
      const bytes = new Uint8Array(Buffer.from(rawBody));
      expect((await parseNotification({ headers: given, rawBody: bytes }, context)).kind).toBe(
        'direct-payment',
      );
    }
  });

  it('may be five minutes off in either direction, and no second more', async () => {
    const { rawBody, headers } = callback(direct);
    for (const off of [-300_000, 0, 300_000]) {
      await parseNotification({ rawBody, headers }, { ...context, nowMs: () => nowMs + off });
    }
    for (const off of [-301_000, 301_000]) {
      const late = parseNotification({ rawBody, headers }, { ...context, nowMs: () => nowMs + off });
      await expect(late).rejects.toEqual(refused('TIMESTAMP_STALE'));
    }
  });
});

describe('a callback that is not provably from WeChat Pay', () => {
  const good = callback(direct);
  const without = (name: string) => ({ ...good.headers, [name]: undefined });

  it.each(['Wechatpay-Signature', 'Wechatpay-Serial', 'Wechatpay-Timestamp', 'Wechatpay-Nonce'])(
    'is refused without %s',
    async (name) => {
      const request = { rawBody: good.rawBody, headers: without(name) };
      await expect(parseNotification(request, context)).rejects.toEqual(refused('SIGNATURE_MISSING'));
    },
  );

  it.each([
    [
      'another key under the right serial',
      signed(good.rawBody, { privatePem: stranger.privatePem }),
      'SIGNATURE_WRONG',
    ],
    [
      'an unknown public key',
      signed(good.rawBody, { serial: 'PUB_KEY_ID_0119000000019999' }),
      'SERIAL_UNKNOWN',
    ],
    ['an unknown certificate', signed(good.rawBody, { serial: '5A'.repeat(20) }), 'SERIAL_UNKNOWN'],
    ['a body with one byte more', { ...good, rawBody: `${good.rawBody} ` }, 'SIGNATURE_WRONG'],
    [
      'a body that was parsed and serialised again',
      { ...good, rawBody: JSON.stringify(JSON.parse(good.rawBody), null, 1) },
      'SIGNATURE_WRONG',
    ],
    [
      'two serials',
      { ...good, headers: { ...good.headers, 'wechatpay-serial': 'PUB_KEY_ID_0119000000019999' } },
      'SIGNATURE_MISSING',
    ],
    [
      'an SM2 signature',
      { ...good, headers: { ...good.headers, 'Wechatpay-Signature-Type': 'WECHATPAY2-SM2-WITH-SM3' } },
      'SIGNATURE_MISSING',
    ],
    [
      'a nonce with a newline',
      { ...good, headers: { ...good.headers, 'Wechatpay-Nonce': 'a\nb' } },
      'SIGNATURE_MISSING',
    ],
    ['a timestamp in ms', signed(good.rawBody, { nowMs: nowMs * 1000 }), 'SIGNATURE_MISSING'],
  ])('is refused: %s', async (_, request, code) => {
    await expect(parseNotification(request, context)).rejects.toEqual(refused(code));
  });

  it('is refused as a probe even when the signature behind the prefix is right', async () => {
    const probe = {
      ...good.headers,
      'Wechatpay-Signature': `WECHATPAY/SIGNTEST/${good.headers['Wechatpay-Signature']}`,
    };
    const request = { rawBody: good.rawBody, headers: probe };
    await expect(parseNotification(request, context)).rejects.toEqual(refused('SIGNATURE_PROBE'));
  });

  it.each(['body', 'signature', 'nonce'] as const)(
    'is refused whatever byte of its %s was changed',
    async (part) => {
      const { rawBody, headers } = good;
      const { 'Wechatpay-Signature': signature = '', 'Wechatpay-Nonce': nonce = '' } = headers;
      const original = { body: rawBody, signature: Buffer.from(signature, 'base64'), nonce }[part];
      const change = fc.asyncProperty(fc.nat(1000), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const bytes = Buffer.from(original);
        bytes[at % bytes.length]! ^= flip;
        const changed = {
          body: { rawBody: bytes, headers },
          signature: { rawBody, headers: { ...headers, 'Wechatpay-Signature': bytes.toString('base64') } },
          nonce: { rawBody, headers: { ...headers, 'Wechatpay-Nonce': bytes.toString('latin1') } },
        }[part];
        const code = expect.stringMatching(/^SIGNATURE_(WRONG|MISSING)$/);
        await expect(parseNotification(changed, context)).rejects.toEqual(refused(code));
      });
      await fc.assert(change, { numRuns: 50 });
    },
  );

  it('is refused before anything of it is parsed, and when it is too large before it is verified', async () => {
    const rawBody = 'x'.repeat(maxNotificationBytes + 1);
    await expect(parseNotification({ rawBody, headers: {} }, context)).rejects.toEqual(
      refused('BODY_TOO_LARGE'),
    );
    const fits = parseNotification(signed('x'.repeat(maxNotificationBytes)), context);
    await expect(fits).rejects.toEqual(refused('NOT_JSON'));
  });
});

describe('a callback that is signed but not understood', () => {
  it.each([
    ['not JSON', signed('hello'), 'NOT_JSON'],
    ['an empty body', signed(''), 'NOT_JSON'],
    ['a JSON that is no object', signed('[1]'), 'NOTIFICATION_MALFORMED'],
    ['null', signed('null'), 'NOTIFICATION_MALFORMED'],
    ['no resource', callback(direct, undefined, { resource: undefined }), 'NOTIFICATION_MALFORMED'],
    ['no id', callback(direct, undefined, { id: 7 }), 'NOTIFICATION_MALFORMED'],
    [
      'encrypted with another key',
      callback(0, undefined, { resource: encryptResource('{}', 'x'.repeat(32)) }),
      'DECRYPT_FAILED',
    ],
    [
      'encrypted text that is not JSON',
      callback(0, undefined, { resource: encryptResource('hello') }),
      'NOT_JSON',
    ],
    ['a resource that is no object', callback(7), 'NOTIFICATION_MALFORMED'],
    ['a resource that is null', callback(null), 'NOTIFICATION_MALFORMED'],
    [
      'associated data that is no text',
      callback(0, undefined, { resource: { ...encryptResource('{}'), associated_data: 7 } }),
      'NOTIFICATION_MALFORMED',
    ],
    ['a share without a receiver', callback(refund, 'PROFITSHARING.SUCCESS'), 'NOTIFICATION_MALFORMED'],
    ['a share to nobody', callback({ ...sharing, receiver: 'x' }), 'NOTIFICATION_MALFORMED'],
    [
      'a combined payment without orders',
      callback({ ...combined, sub_orders: {} }),
      'NOTIFICATION_MALFORMED',
    ],
  ])('is an error of its own: %s', async (_, request, code) => {
    await expect(parseNotification(request, context)).rejects.toEqual(refused(code));
  });

  it.each([
    ['appid mchid out_trade_no trade_state', direct, 'TRANSACTION.SUCCESS'],
    ['sp_appid sp_mchid sub_mchid out_trade_no trade_state', partner, 'TRANSACTION.SUCCESS'],
    ['combine_appid combine_mchid combine_out_trade_no', combined, 'TRANSACTION.SUCCESS'],
    ['transaction_id order_id out_order_no', sharing, 'PROFITSHARING.SUCCESS'],
    ['out_trade_no out_refund_no refund_status', refund, 'REFUND.SUCCESS'],
    ['complaint_id', complaint, 'COMPLAINT.CREATE'],
    ['sub_mchid record_id', violation, 'VIOLATION.PUNISH'],
    ['out_request_no withdraw_id status', withdrawal, 'MCHWITHDRAW.CHANGE'],
    ['mch_id out_bill_no transfer_bill_no state', transfer, 'MCHTRANSFER.BILL.FINISHED'],
    ['appid out_authorization_no openid state', authorization, 'MCHTRANSFER.AUTHORIZATION.CLOSED'],
  ])('names what it lacks of %s', async (members, resource, eventType) => {
    for (const member of members.split(' ')) {
      const lacking = callback({ ...resource, [member]: 7 }, eventType);
      await expect(parseNotification(lacking, context)).rejects.toMatchObject({
        code: 'NOTIFICATION_MALFORMED',
        message: expect.stringContaining(`lacks ${member}.`),
      });
    }
  });

  it.each(['mchid', 'out_trade_no', 'trade_state'])('names %s when an order lacks it', async (member) => {
    const orders = [{ ...combined.sub_orders[0], [member]: undefined }];
    const lacking = callback({ ...combined, sub_orders: orders });
    await expect(parseNotification(lacking, context)).rejects.toThrow(`lacks ${member}.`);
  });

  it('says that an order is no object', async () => {
    const broken = callback({ ...combined, sub_orders: [1] });
    await expect(parseNotification(broken, context)).rejects.toThrow('A sub order is not a JSON object.');
  });

  it('never prints its content', async () => {
    const headers = signatureHeaders('{"openid":"oSecret', { privatePem: pair.privatePem, serial, nowMs });
    const failure = await parseNotification({ rawBody: '{"openid":"oSecret', headers }, context).catch(
      (e) => e,
    );
    expect(`${failure.message} ${failure.cause}`).not.toContain('oSecret');
  });
});

it('signs its own test material as documented', () => {
  const headers = signatureHeaders('{}', { privatePem: pair.privatePem, serial, nowMs, nonce: 'n' });
  expect(headers['Wechatpay-Signature']).toBe(oracleSign(`${nowMs / 1000}\nn\n{}\n`, pair.privatePem));
});
