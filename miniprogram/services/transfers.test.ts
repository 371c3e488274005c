import { expect, test } from 'vitest';
import type { TransferAuthorizationView, TransferView } from '../../shared/contract/index.ts';
import { networkError } from './api';
import { authorize, type ReceiveTools, receive } from './transfers';

const confirmation = { mchId: '1', appId: 'wx1', package: 'p' };
const transferIn = (state: TransferView['state']): TransferView => ({
  outBillNo: 'b',
  amountFen: 100,
  remark: 'r',
  sceneId: '1000',
  state,
  createdAtMs: 0,
});

/** @param answers of the server, in turn; the last one repeats */
function tools(shown: 'ok' | string, ...answers: (TransferView['state'] | 'offline')[]) {
  let asked = 0;
  const made: ReceiveTools = {
    requestMerchantTransfer: () =>
      shown === 'ok' ? Promise.resolve({}) : Promise.reject({ errMsg: `requestMerchantTransfer:${shown}` }),
    sleep: () => Promise.resolve(),
    api: {
      receiveTransfer: (async () => {
        const state = answers[Math.min(asked++, answers.length - 1)]!;
        if (state === 'offline') return { ok: false, error: networkError };
        return { ok: true, data: { transfer: transferIn(state) } };
      }) as ReceiveTools['api']['receiveTransfer'],
    },
  };
  return made;
}

test.each([
  ['is received when the server says so', tools('ok', 'SUCCESS'), { name: 'ended' }],
  [
    'is asked about until it has ended',
    tools('ok', 'WAIT_USER_CONFIRM', 'offline', 'TRANSFERING', 'FAIL'),
    { name: 'ended' },
  ],
  [
    'is unconfirmed while the server does not know',
    tools('ok', 'WAIT_USER_CONFIRM'),
    { name: 'unconfirmed' },
  ],
  ['is left for later', tools('fail cancel', 'WAIT_USER_CONFIRM'), { name: 'later' }],
  ['is received though the phone says cancelled', tools('fail cancel', 'SUCCESS'), { name: 'ended' }],
  [
    "fails with WeChat's own words",
    tools('fail 转账单已失效', 'WAIT_USER_CONFIRM'),
    { name: 'failed', message: '转账单已失效' },
  ],
])('%s', async (_, made, outcome) => {
  expect(await receive('b', confirmation, made)).toMatchObject(outcome);
});

/** @param answers of the server, in turn; the last one repeats */
function authorizing(shown: 'ok' | string, ...answers: (TransferAuthorizationView['state'] | 'offline')[]) {
  let asked = 0;
  const receiveTransfer = async () => {
    const state = answers[Math.min(asked++, answers.length - 1)]!;
    if (state === 'offline') return { ok: false, error: networkError };
    const authorization = { authorizationNo: 'n', sceneId: '1000', state, createdAtMs: 0 };
    return { ok: true, data: { authorizations: [authorization] } };
  };
  const api = { receiveTransfer: receiveTransfer as ReceiveTools['api']['receiveTransfer'] };
  return { ...tools(shown), api };
}

test.each([
  ['is answered when the server says so', authorizing('ok', 'TAKING_EFFECT'), { name: 'answered' }],
  [
    'is asked about until the server knows the answer',
    authorizing('ok', 'WAIT_USER_CONFIRM', 'offline', 'CLOSED'),
    { name: 'answered', authorizations: [{ state: 'CLOSED' }] },
  ],
  [
    'is unconfirmed while the server does not know',
    authorizing('ok', 'WAIT_USER_CONFIRM'),
    { name: 'unconfirmed' },
  ],
  ['is left for later', authorizing('fail cancel', 'WAIT_USER_CONFIRM'), { name: 'later' }],
  [
    'is given though the phone says cancelled',
    authorizing('fail cancel', 'TAKING_EFFECT'),
    { name: 'answered' },
  ],
  [
    "fails with WeChat's own words",
    authorizing('fail 授权单已失效', 'WAIT_USER_CONFIRM'),
    { name: 'failed', message: '授权单已失效' },
  ],
])('an authorisation %s', async (_, made, outcome) => {
  expect(await authorize('n', { mchId: '1', appId: 'wx1', package: 'p' }, made)).toMatchObject(outcome);
});
