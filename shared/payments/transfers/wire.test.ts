import { expect, it } from 'vitest';
import { scriptedShop } from '../testing/scripted-shop.ts';
import {
  applyForTransfer,
  cancelTransfer,
  isState,
  queryTransfer,
  statusOf,
  transferRequest,
} from './wire.ts';

const details = {
  outBillNo: 'B1',
  openid: 'oReceiver',
  amountFen: 5000,
  remark: '三月佣金',
  sceneId: '1005',
  reports: { 岗位类型: '推广员', 报酬说明: '三月佣金' },
};
const body = {
  appid: 'wx0123456789abcdef',
  out_bill_no: 'B1',
  transfer_scene_id: '1005',
  transfer_amount: 5000,
  transfer_remark: '三月佣金',
  transfer_scene_report_infos: [
    { info_type: '岗位类型', info_content: '推广员' },
    { info_type: '报酬说明', info_content: '三月佣金' },
  ],
};
const wire = { out_bill_no: 'B1', transfer_bill_no: '133', state: 'ACCEPTED' };
const path = '/v3/fund-app/mch-transfer/transfer-bills';

it('applies with the fields of the page, without those that were not given', async () => {
  const { account } = scriptedShop();
  const request = await transferRequest(account, details, undefined);
  expect({ ...request, body: JSON.parse(request.body) }).toEqual({
    path,
    body: { ...body, openid: 'oReceiver' },
    serial: null,
  });
});

it('applies with all that was given, and by an authorisation without the openid', async () => {
  const { account } = scriptedShop();
  const more = { userName: '林小满', perception: '劳务报酬', authorizationId: 'A1' };
  const request = await transferRequest(account, { ...details, ...more }, 'https://n');
  expect({ ...request, body: JSON.parse(request.body) }).toEqual({
    path: `${path}/transfer`,
    body: {
      ...body,
      user_name: expect.stringMatching(/^[\w+/]{100,}={0,2}$/),
      notify_url: 'https://n',
      user_recv_perception: '劳务报酬',
      authorization_id: 'A1',
    },
    serial: 'PUB_KEY_ID_0119000000012026',
  });
});

it('names the key that encrypted the name with each sending, and may be sent again', async () => {
  const sent: object[] = [];
  const { account } = scriptedShop();
  const send = async (request: object) => {
    sent.push(request);
    return wire;
  };
  const client = { ...account.client, send };
  for (const serial of ['PUB_KEY_ID_1', null]) {
    await applyForTransfer({ ...account, client: client as never }, { path, body: '{}', serial });
  }
  const request = { method: 'POST', path, body: '{}', idempotent: true };
  expect(sent).toEqual([{ ...request, encryptedWithSerial: 'PUB_KEY_ID_1' }, request]);
});

it('queries and cancels by our number', async () => {
  const shop = scriptedShop();
  shop.answer = () => wire;
  const status = { outBillNo: 'B1', transferBillNo: '133', state: 'ACCEPTED' };
  expect(await queryTransfer(shop.account, 'B1')).toEqual(status);
  expect(await cancelTransfer(shop.account, 'B1')).toEqual(status);
  const byNumber = `${path}/out-bill-no/{out_bill_no}`;
  expect(shop.calls).toEqual([
    { route: `GET ${byNumber}`, parameters: { out_bill_no: 'B1' } },
    { route: `POST ${byNumber}/cancel`, parameters: { out_bill_no: 'B1' } },
  ]);
});

it('reads what WeChat Pay says, with times in epoch ms', () => {
  const times = { create_time: '2026-01-02T11:04:05+08:00', update_time: '2026-01-02T11:05:05+08:00' };
  const more = { transfer_amount: 5000, openid: 'o', package_info: 'P', fail_reason: 'X' };
  expect(statusOf({ ...wire, ...more, ...times })).toEqual({
    outBillNo: 'B1',
    transferBillNo: '133',
    state: 'ACCEPTED',
    amountFen: 5000,
    openid: 'o',
    packageInfo: 'P',
    failReason: 'X',
    acceptedAtMs: Date.UTC(2026, 0, 2, 3, 4, 5),
    updatedAtMs: Date.UTC(2026, 0, 2, 3, 5, 5),
  });
});

it.each([
  ...[
    'ACCEPTED',
    'PROCESSING',
    'WAIT_USER_CONFIRM',
    'TRANSFERING',
    'CANCELING',
    'SUCCESS',
    'FAIL',
    'CANCELLED',
  ],
])('knows the state %s', (state) => {
  expect(isState(state)).toBe(true);
});

it.each(['RESERVED', 'SOMETHING_NEW'])('does not know the state %s', (state) => {
  expect(isState(state)).toBe(false);
});
