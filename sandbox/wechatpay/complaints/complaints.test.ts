import { constants, privateDecrypt } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { dayOf } from '../state/time.ts';
import { isSignedBy, openResource } from '../testing/client.ts';
import { dayMs, minuteMs, moneyTools, outcome } from '../testing/money.ts';
import { type Receiver, type Sandbox, startReceiver, startSandbox } from '../testing/sandbox.ts';

let sandbox: Sandbox;
let receiver: Receiver;
beforeEach(async () => {
  sandbox = await startSandbox({ keyMode: 'public-key' });
  receiver = await startReceiver();
});
afterEach(async () => {
  await sandbox.close();
  await receiver.close();
});

const { advance, paidOrder } = moneyTools(() => sandbox);
const base = '/v3/merchant-service/complaints-v2';
const urls = '/v3/merchant-service/complaint-notifications';
const today = () => dayOf(sandbox.clock.now());
const range = () => `begin_date=${today()}&end_date=${today()}`;

async function complain(changes: object = {}): Promise<string> {
  const outTradeNo = await paidOrder(500);
  const answer = await sandbox.control('POST', '/complaints', { outTradeNo, ...changes });
  expect(answer.status).toBe(200);
  return answer.json.complaint.complaintId;
}
const detail = async (id: string) => (await sandbox.direct.get(`${base}/${id}`)).json;
const act = (id: string, what: string, body: object) => sandbox.direct.post(`${base}/${id}/${what}`, body);
const own = () => ({ complainted_mchid: sandbox.direct.account.mchid });
const opened = () =>
  receiver.callbacks.map(({ headers, body }) => {
    const { account } = sandbox.direct;
    expect(isSignedBy(account.publicKeyPem, headers, body)).toBe(true);
    const { event_type, resource } = JSON.parse(body);
    return [event_type, JSON.parse(openResource(account.apiV3Key, resource)).action_type];
  });

describe('a complaint', () => {
  test('is listed by the day, with the phone encrypted for the merchant', async () => {
    const id = await complain({ phone: '13912345678', detail: '杯子碎了' });
    const answer = await sandbox.direct.get(`${base}?${range()}`);
    expect(answer.json).toMatchObject({
      total_count: 1,
      limit: 10,
      offset: 0,
      data: [
        {
          complaint_id: id,
          complaint_state: 'PENDING',
          problem_type: 'REFUND',
          apply_refund_amount: 500,
          complaint_detail: '杯子碎了',
          complaint_order_info: [{ amount: 500 }],
          user_complaint_times: 1,
        },
      ],
    });
    expect(answer.text).not.toContain('13912345678');
    const padding = constants.RSA_PKCS1_OAEP_PADDING;
    const key = { key: sandbox.direct.account.privateKeyPem, padding, oaepHash: 'sha1' };
    const phone = privateDecrypt(key, Buffer.from(answer.json.data[0].payer_phone, 'base64')).toString();
    expect(phone).toBe('13912345678');
    expect(await detail(id)).toMatchObject({ payer_openid: 'oPayer' });
    expect((await sandbox.ecommerce.get(`${base}/${id}`)).status).toBe(404);
  });

  test('goes from the first response to its end, and begins again when the payer is not satisfied', async () => {
    const id = await complain();
    expect((await act(id, 'response', { ...own(), response_content: '马上处理' })).status).toBe(204);
    expect((await detail(id)).complaint_state).toBe('PROCESSING');
    expect((await act(id, 'complete', own())).status).toBe(204);
    expect((await detail(id)).complaint_state).toBe('PROCESSED');
    const late = await act(id, 'response', { ...own(), response_content: '还有' });
    expect(outcome(late)).toEqual([400, 'INVALID_REQUEST']);
    await sandbox.control('POST', `/complaints/${id}/act`, { action: 'continue', detail: '没有解决' });
    expect(await detail(id)).toMatchObject({ complaint_state: 'PENDING', user_complaint_times: 2 });
    const history = (await sandbox.direct.get(`${base}/${id}/negotiation-historys`)).json;
    expect(history.data.map((each: { operate_type: string }) => each.operate_type)).toEqual([
      'USER_CONTINUE_COMPLAINT',
      'MERCHANT_CONFIRM_COMPLETE',
      'MERCHANT_RESPONSE',
      'USER_CREATE_COMPLAINT',
    ]);
  });

  test('whose refund is approved ends by itself once the refund has arrived', async () => {
    const id = await complain();
    const { complaint_order_info: orders } = await detail(id);
    expect(
      (await act(id, 'update-refund-progress', { action: 'APPROVE', launch_refund_day: 0 })).status,
    ).toBe(204);
    expect((await detail(id)).complaint_state).toBe('PROCESSING');
    await sandbox.direct.post('/v3/refund/domestic/refunds', {
      out_trade_no: orders[0].out_trade_no,
      out_refund_no: 'R1',
      amount: { refund: 500, total: 500, currency: 'CNY' },
    });
    await advance(5 * minuteMs);
    expect(await detail(id)).toMatchObject({ complaint_state: 'PROCESSED', complaint_full_refunded: true });
  });

  test.each<[string, string, object, string]>([
    [
      'about another merchant',
      'response',
      { complainted_mchid: '1', response_content: 'x' },
      'INVALID_REQUEST',
    ],
    ['of a merchant over 200 characters', 'response', { response_content: '长'.repeat(201) }, 'PARAM_ERROR'],
    [
      'with a picture that nobody uploaded',
      'response',
      { response_content: 'x', response_images: ['no'] },
      'PARAM_ERROR',
    ],
    ['with an action that is none', 'update-refund-progress', { action: 'MAYBE' }, 'PARAM_ERROR'],
  ])('an answer %s is refused', async (_name, what, body, code) => {
    const id = await complain();
    const given = what === 'response' ? { ...own(), ...body } : body;
    expect(outcome(await act(id, what, given))).toEqual([400, code]);
  });

  test('over more than 30 days is not listed', async () => {
    const early = dayOf(sandbox.clock.now() - 31 * dayMs);
    const answer = await sandbox.direct.get(`${base}?begin_date=${early}&end_date=${today()}`);
    expect(outcome(answer)).toEqual([400, 'PARAM_ERROR']);
  });
});

describe('平台协助', () => {
  const platform = (id: string, action: string, more: object = {}) =>
    sandbox.control('POST', `/complaints/${id}/act`, { action, ...more });

  test('is asked for by the payer with a reason, and ended by the payer or by the customer service', async () => {
    await sandbox.direct.post(urls, { url: receiver.url });
    const id = await complain();
    await platform(id, 'applyPlatformService', { reason: '商家响应不及时', detail: '一周没有人理我' });
    expect(await detail(id)).toMatchObject({ in_platform_service: true, complaint_state: 'PENDING' });
    expect((await platform(id, 'applyPlatformService')).json.error).toBe('WRONG_STATE');
    await platform(id, 'cancelPlatformService');
    expect(await detail(id)).toMatchObject({ in_platform_service: false });
    expect((await platform(id, 'finishPlatformService')).json.error).toBe('WRONG_STATE');
    await platform(id, 'applyPlatformService');
    await platform(id, 'finishPlatformService', { detail: '已协助处理' });
    const { json } = await sandbox.direct.get(`${base}/${id}/negotiation-historys`);
    expect(json.data).toMatchObject([
      { operate_type: 'PLATFORM_SERVICE_FINISHED', operate_details: '已协助处理' },
      { operate_type: 'USER_APPLY_PLATFORM_SERVICE' },
      { operate_type: 'USER_CANCEL_PLATFORM_SERVICE' },
      {
        operate_type: 'USER_APPLY_PLATFORM_SERVICE',
        user_appy_platform_service_reason: '商家响应不及时',
        user_appy_platform_service_reason_description: '一周没有人理我',
      },
      { operate_type: 'USER_CREATE_COMPLAINT' },
    ]);
    await expect.poll(() => receiver.callbacks.length).toBe(5);
    expect(opened().map(([, action]) => action)).toEqual([
      'CREATE_COMPLAINT',
      'USER_APPLY_PLATFORM_SERIVCE',
      'USER_CANCEL_PLATFORM_SERVICE',
      'USER_APPLY_PLATFORM_SERIVCE',
      'PLATFORM_SERVICE_FINISHED',
    ]);
  });
});

describe('the address of the callbacks', () => {
  test('is created once, read, changed and deleted', async () => {
    expect((await sandbox.direct.get(urls)).status).toBe(404);
    const send = (method: string, body: object | '') =>
      sandbox.direct.send(method, urls, body === '' ? '' : JSON.stringify(body));
    expect((await send('PUT', { url: receiver.url })).status).toBe(404);
    const created = await send('POST', { url: receiver.url });
    expect(created.json).toEqual({ mchid: sandbox.direct.account.mchid, url: receiver.url });
    expect((await send('POST', { url: receiver.url })).status).toBe(400);
    expect((await send('PUT', { url: 'https://shop.example/other' })).json.url).toContain('other');
    expect((await sandbox.direct.get(urls)).json.url).toContain('other');
    expect((await send('DELETE', '')).status).toBe(204);
    expect((await sandbox.direct.get(urls)).status).toBe(404);
  });

  test('hears of what the payer does, and not of what the merchant does', async () => {
    await sandbox.direct.post(urls, { url: receiver.url });
    const id = await complain();
    await act(id, 'response', { ...own(), response_content: '好' });
    await sandbox.control('POST', `/complaints/${id}/act`, { action: 'respond', detail: '快一点' });
    await act(id, 'complete', own());
    await sandbox.control('POST', `/complaints/${id}/act`, { action: 'continue' });
    await expect.poll(() => receiver.callbacks.length).toBe(3);
    expect(opened()).toEqual([
      ['COMPLAINT.CREATE', 'CREATE_COMPLAINT'],
      ['COMPLAINT.STATE_CHANGE', 'USER_RESPONSE'],
      ['COMPLAINT.STATE_CHANGE', 'CONTINUE_COMPLAINT'],
    ]);
  });

  test('of violations is a provider’s, and hears what its sub-merchant is punished for', async () => {
    const path = '/v3/merchant-risk-manage/violation-notifications';
    expect(outcome(await sandbox.direct.get(path))).toEqual([403, 'NO_AUTH']);
    const subMchid = sandbox.credentials.ecommerce.subMerchants[0]!.subMchid;
    expect((await sandbox.control('POST', '/violations', { subMchid })).json.error).toBe('NO_ADDRESS');
    await sandbox.ecommerce.post(path, { notify_url: receiver.url });
    expect((await sandbox.control('POST', '/violations', { subMchid })).status).toBe(200);
    await expect.poll(() => receiver.callbacks.length).toBe(1);
    const { event_type, resource } = JSON.parse(receiver.callbacks[0]!.body);
    expect(event_type).toBe('VIOLATION.PUNISH');
    expect(JSON.parse(openResource(sandbox.ecommerce.account.apiV3Key, resource))).toMatchObject({
      sub_mchid: subMchid,
      record_id: expect.any(String),
      risk_type: 'TRANSACTION_DISPUTE',
    });
  });
});

describe('a complaint whose payer waits for an answer at once', () => {
  const message = { blocks: [{ type: 'TEXT', text: { text: '马上为您处理' } }], sender_identity: 'MANUAL' };

  test('is answered in blocks, and the same idempotent_id is one message', async () => {
    const id = await complain({ needsImmediateService: true });
    expect(await detail(id)).toMatchObject({ need_immediate_service: true, complaint_state: 'PENDING' });
    const answer = { ...own(), message, idempotent_id: 'a' };
    const first = await act(id, 'response-immediate-service', answer);
    expect([first.status, await act(id, 'response-immediate-service', answer)]).toMatchObject([
      200,
      { json: first.json },
    ]);
    await act(id, 'response-immediate-service', { ...answer, idempotent_id: 'b' });
    const { json } = await sandbox.direct.get(`${base}/${id}/negotiation-historys`);
    expect(json.data.map((each: { operate_type: string }) => each.operate_type)).toEqual([
      'MERCHANT_RESPONSE',
      'MERCHANT_RESPONSE',
      'USER_CREATE_COMPLAINT',
    ]);
    expect(json.data[1]).toMatchObject({
      log_id: first.json.log_id,
      normal_message: { blocks: message.blocks },
    });
    expect(await detail(id)).toMatchObject({ complaint_state: 'PROCESSING' });
  });

  test.each([
    ['about which nobody waits', {}, { idempotent_id: 'a' }, 'INVALID_REQUEST'],
    ['without idempotent_id', { needsImmediateService: true }, {}, 'PARAM_ERROR'],
    [
      "with somebody else's picture",
      { needsImmediateService: true },
      { idempotent_id: 'a', message: { blocks: [{ type: 'IMAGE', image: { media_id: 'unknown' } }] } },
      'PARAM_ERROR',
    ],
  ])('refuses an answer %s', async (_, complaint, changes, code) => {
    const id = await complain(complaint);
    const refused = await act(id, 'response-immediate-service', { ...own(), message, ...changes });
    expect(outcome(refused)).toEqual([400, code]);
  });
});
