/** The unmodified wx-server-sdk against the emulator. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { CloudCallAnswer } from '../../sandbox/cloudbase/types.ts';
import { cloudCall } from './cloud-call.ts';
import { setEnvironment, startCloud, type TestCloud } from './testing/cloud.ts';

let restore: () => void;
let cloud: TestCloud;
let received: { api: string; parameters: unknown }[] = [];
let answer: CloudCallAnswer | undefined;

beforeAll(async () => {
  restore = setEnvironment({ WX_API_TOKEN: 'token', WX_CONTEXT_KEYS: 'WX_API_TOKEN' });
  cloud = await startCloud(undefined, async (api, parameters) => {
    received.push({ api, parameters });
    return answer;
  });
});
beforeEach(() => {
  received = [];
});
afterAll(async () => {
  await cloud.close();
  restore();
});

const upload = {
  order_key: { order_number_type: 2, transaction_id: '4200' },
  logistics_type: 3,
  shipping_list: [{ item_desc: '龙井 🍵' }],
};

it('sends its parameters under the documented API name, and returns the response', async () => {
  answer = {
    body: { errcode: 0, errmsg: 'ok', order: { order_state: 2, shipping: { finish_shipping: true } } },
  };
  expect(await cloudCall('uploadShippingInfo', upload)).toEqual({
    order: { order_state: 2, shipping: { finish_shipping: true } },
  });
  expect(received).toEqual([{ api: 'wxa.sec.order.uploadShippingInfo', parameters: upload }]);
  await cloudCall('sendSubscribeMessage', { touser: 'o1' });
  expect(received[1]).toEqual({ api: 'subscribeMessage.send', parameters: { touser: 'o1' } });
});

it.each([
  ['uploadCombinedShippingInfo', 'wxa.sec.order.uploadCombinedShippingInfo'],
  ['getOrder', 'wxa.sec.order.getOrder'],
  ['notifyConfirmReceive', 'wxa.sec.order.notifyConfirmReceive'],
  ['setMessagePath', 'wxa.sec.order.setMsgJumpPath'],
  ['isTradeManaged', 'wxa.sec.order.isTradeManaged'],
] as const)('knows %s under the name %s', async (api, name) => {
  answer = { body: { errcode: 0 } };
  await cloudCall(api, { a: 1 });
  expect(received).toEqual([{ api: name, parameters: { a: 1 } }]);
});

it('returns refusals of the API and of the gateway with their codes', async () => {
  answer = { body: { errcode: 10060001, errmsg: '支付单不存在' } };
  expect(await cloudCall('getOrder', {})).toEqual({
    errcode: 10060001,
    errmsg: expect.stringContaining('支付单不存在'),
  });
  answer = { errorCode: -5010010 };
  expect(await cloudCall('getOrder', {})).toMatchObject({ errcode: -5010010 });
  answer = { errorCode: -604101 };
  expect(await cloudCall('getOrder', {})).toMatchObject({ errcode: -604101 });
  answer = undefined;
  expect(await cloudCall('getOrder', {})).toMatchObject({ errcode: -604100 });
});

it('says of an API that has no cloud call that it has none', async () => {
  expect(await cloudCall('reportSpecialOrder', {})).toMatchObject({ errcode: -604100 });
  expect(received).toEqual([]);
});

it('fails without an answer', async () => {
  answer = 'lost';
  await expect(cloudCall('getOrder', {})).rejects.toThrow('-501001 resource system error');
});
