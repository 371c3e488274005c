import { describe, expect, it } from 'vitest';
import { refusal } from '../testing/scripted-shop.ts';
import { authorizationsCollection, refreshAuthorization, requireAuthorization } from './authorizations.ts';
import { authorizing, details } from './testing/authorizing.ts';
import { openid, transferRequest } from './testing/transferring.ts';

const dayMs = 24 * 3600_000;
const path = '/v3/fund-app/mch-transfer/user-confirm-authorization';

describe('a request for an authorisation', () => {
  it('is stored with its bytes and sent once, until it has ended', async () => {
    const { shop, ask, query, stored, sent } = authorizing();
    const made = await ask({ perception: '劳务报酬' });
    const { number, body, ...record } = stored();
    expect(number).toMatch(/^[0-9a-f]{32}$/);
    expect(JSON.parse(body)).toEqual({
      out_authorization_no: number,
      appid: shop.account.appid,
      openid,
      transfer_scene_id: '1005',
      user_display_name: '林小满',
      user_recv_perception: '劳务报酬',
      authorization_notify_url: 'https://shop.example/notify',
    });
    expect(record).toMatchObject({
      round: 1,
      state: 'WAIT_USER_CONFIRM',
      operatorOpenid: 'oOperator',
      packageInfo: 'P',
      createdAtMs: shop.nowMs,
      askedAtMs: shop.nowMs,
      authorizationId: null,
      authorizedAtMs: null,
      closedAtMs: null,
      closeReason: null,
    });
    expect(made).toEqual({
      authorizationNo: number,
      sceneId: '1005',
      state: 'WAIT_USER_CONFIRM',
      createdAtMs: shop.nowMs,
      openid,
    });
    expect(shop.calls).toEqual([{ route: `POST ${path}`, parameters: JSON.parse(body) }]);
    sent();
    expect(await ask()).toEqual(made);
    expect(await query()).toEqual(made);
    expect(sent()).toEqual(['GET', 'GET']);
  });

  it.each(['CLOSED', 'REFUSED'] as const)(
    'is made again under another number once it is %s',
    async (state) => {
      const { ask, change, stored, sent } = authorizing();
      const { authorizationNo } = await ask();
      change({ state, closedAtMs: 7, closeReason: 'X', packageInfo: null });
      sent();
      const again = await ask();
      expect(again.authorizationNo).not.toBe(authorizationNo);
      expect(again).not.toHaveProperty('closedAtMs');
      expect(stored()).toMatchObject({ round: 2, state: 'WAIT_USER_CONFIRM', packageInfo: 'P' });
      expect(sent()).toEqual(['POST']);
    },
  );

  it('has a number of its own for each person and scene', async () => {
    const numbers = new Set<string>();
    for (const changes of [{}, { openid: 'oOtherOne' }, { sceneId: '1000' }]) {
      const { ask, shop } = authorizing();
      const { appid } = shop.account;
      shop.answer = (_, { out_authorization_no, openid: of }) => ({
        ...{ out_authorization_no, appid, openid: of, state: 'WAIT_USER_CONFIRM', package_info: 'P' },
      });
      numbers.add((await ask(changes)).authorizationNo);
    }
    expect(numbers.size).toBe(3);
  });

  it.each([
    ['a scene that is not enabled', { sceneId: '1009' }, 'TRANSFER_SCENE'],
    ['a perception of another scene', { perception: '活动奖励' }, 'BAD_REQUEST'],
    ['no name', { displayName: '' }, 'BAD_REQUEST'],
  ])('is refused for %s', async (_, changes, code) => {
    const { ask, shop } = authorizing();
    await expect(ask(changes)).rejects.toMatchObject({ code });
    expect(shop.documents.all(authorizationsCollection)).toEqual([]);
  });

  it('needs an address for its callbacks', async () => {
    const { act } = authorizing();
    const asked = act({ action: 'authorize', ...details }, { notifyUrl: () => undefined });
    await expect(asked).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('WECHATPAY_NOTIFY_URL'),
    });
  });

  it('goes out again with the same bytes while it is unknown whether it arrived', async () => {
    const { shop, script, ask, stored, query } = authorizing();
    script.applied = refusal('RESPONSE_TIMEOUT', 'unknown');
    await expect(ask()).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
    expect(stored()).toMatchObject({ state: 'REQUESTED' });
    await expect(query()).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
    script.applied = { state: 'WAIT_USER_CONFIRM', package_info: 'P' };
    expect(await query()).toMatchObject({ state: 'WAIT_USER_CONFIRM' });
    expect(new Set(shop.calls.map((call) => JSON.stringify(call))).size).toBe(1);
  });

  it('was refused when WeChat Pay says so, and does not know its number', async () => {
    const { script, ask, stored, sent } = authorizing();
    script.applied = refusal('PARAM_ERROR');
    script.wire = refusal('NOT_FOUND');
    await expect(ask()).rejects.toMatchObject({
      code: 'WECHATPAY_REFUSED',
      wechatPay: { code: 'PARAM_ERROR' },
      message: expect.stringContaining('(PARAM_ERROR)'),
    });
    expect(stored()).toMatchObject({ state: 'REFUSED', closeReason: 'PARAM_ERROR' });
    expect(sent()).toEqual(['POST', 'GET']);
  });

  it('may have been accepted while WeChat Pay does not say whether it knows its number', async () => {
    const { script, ask, stored } = authorizing();
    script.applied = refusal('PARAM_ERROR');
    script.wire = refusal('RESPONSE_TIMEOUT', 'unknown');
    await expect(ask()).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
    expect(stored()).toMatchObject({ state: 'REQUESTED', closeReason: null });
  });

  it('was accepted when WeChat Pay knows its number after all', async () => {
    const { script, ask } = authorizing();
    script.applied = refusal('PARAM_ERROR');
    script.wire = { state: 'TAKING_EFFECT', authorization_id: 'A1' };
    expect(await ask()).toMatchObject({ state: 'TAKING_EFFECT' });
  });

  it('that was answered before it is sent again is asked about', async () => {
    const { script, ask, sent } = authorizing();
    script.applied = { state: 'TAKING_EFFECT' };
    script.wire = {
      state: 'TAKING_EFFECT',
      authorization_id: 'A1',
      authorize_time: '2026-01-02T11:04:05+08:00',
    };
    expect(await ask()).toMatchObject({
      state: 'TAKING_EFFECT',
      authorizedAtMs: Date.UTC(2026, 0, 2, 3, 4, 5),
    });
    expect(sent()).toEqual(['POST', 'GET']);
  });

  it('has what opens it sent again when that is not known', async () => {
    const { script, ask, change, query, sent, stored } = authorizing();
    await ask();
    change({ packageInfo: null });
    sent();
    await query();
    expect(sent()).toEqual(['GET', 'POST']);
    expect(stored()).toMatchObject({ packageInfo: 'P' });
    script.wire = { state: 'WAIT_USER_CONFIRM', package_info: 'NEWER' };
    await query();
    expect(stored()).toMatchObject({ packageInfo: 'NEWER' });
    script.applied = refusal('PARAM_ERROR');
    script.wire = { state: 'WAIT_USER_CONFIRM' };
    change({ packageInfo: null });
    await expect(query()).rejects.toMatchObject({ code: 'WECHATPAY_REFUSED' });
    expect(stored()).toMatchObject({ state: 'WAIT_USER_CONFIRM' });
  });
});

describe('what WeChat Pay says about an authorisation', () => {
  it('is recorded with its times, and what opened it is gone', async () => {
    const { script, ask, query, stored } = authorizing();
    await ask();
    script.wire = {
      state: 'TAKING_EFFECT',
      authorization_id: 'A1',
      authorize_time: '2026-01-02T11:04:05+08:00',
    };
    await query();
    expect(stored()).toMatchObject({ state: 'TAKING_EFFECT', authorizationId: 'A1', packageInfo: null });
    const close_info = { close_time: '2026-01-02T12:04:05+08:00', close_reason: 'USER_CLOSE' };
    script.wire = { state: 'CLOSED', transfer_scene_id: '1005', close_info };
    expect(await query()).toMatchObject({
      state: 'CLOSED',
      authorizedAtMs: Date.UTC(2026, 0, 2, 3, 4, 5),
      closedAtMs: Date.UTC(2026, 0, 2, 4, 4, 5),
      closeReason: 'USER_CLOSE',
    });
    expect(stored()).toMatchObject({ authorizationId: 'A1' });
    script.wire = new Error('asked again');
    expect(await query()).toMatchObject({ state: 'CLOSED' });
  });

  it.each([
    ['number', { out_authorization_no: 'X' }],
    ['appid', { appid: 'wx9' }],
    ['person', { openid: 'oStranger' }],
    ['scene', { transfer_scene_id: '1000' }],
    ['state', { state: 'SOMETHING_NEW' }],
  ])('of another %s changes nothing', async (_, changes) => {
    const { script, ask, query, stored } = authorizing();
    await ask();
    const before = stored();
    script.wire = { state: 'TAKING_EFFECT', authorization_id: 'A1', ...changes };
    await expect(query()).rejects.toMatchObject({ code: 'TRANSFER_NOT_AUTHORIZED' });
    expect(stored()).toEqual(before);
  });

  it('of another number in answer to the application changes nothing', async () => {
    const { script, ask, stored } = authorizing();
    script.applied = { state: 'WAIT_USER_CONFIRM', out_authorization_no: 'X' };
    await expect(ask()).rejects.toMatchObject({ code: 'TRANSFER_NOT_AUTHORIZED' });
    expect(stored()).toMatchObject({ state: 'REQUESTED' });
  });

  it('is that it was forgotten, a day after it was asked for', async () => {
    const { shop, script, ask, query, stored } = authorizing();
    await ask();
    script.wire = refusal('NOT_FOUND');
    shop.nowMs += dayMs;
    await expect(query()).rejects.toMatchObject({ code: 'WECHATPAY_REFUSED' });
    shop.nowMs += 1;
    script.wire = refusal('RESPONSE_TIMEOUT', 'unknown');
    await expect(query()).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
    script.wire = refusal('NOT_FOUND');
    expect(await query()).toMatchObject({
      state: 'CLOSED',
      closedAtMs: shop.nowMs,
      closeReason: 'NOT_FOUND',
    });
    expect(stored()).toMatchObject({ packageInfo: null });
  });

  it.each([
    ['of a request that ended', { state: 'CLOSED' }],
    ['of an earlier request', { number: 'X', round: 2 }],
  ] as const)('comes too late %s', async (_, changes) => {
    const { shop, script, ask, query, change, stored } = authorizing();
    await ask();
    const { answer } = shop;
    script.wire = { state: 'TAKING_EFFECT', authorization_id: 'A1' };
    shop.answer = (...call) => {
      change(changes);
      return answer(...call);
    };
    await query();
    expect(stored()).toMatchObject({ ...changes, authorizationId: null });
  });

  it('is logged when the state changes', async () => {
    const { shop, script, ask, query } = authorizing();
    await ask();
    await query();
    script.wire = { state: 'TAKING_EFFECT', authorization_id: 'A1' };
    await query();
    const states = shop.logged.filter(({ event }) => event === 'authorization.state');
    expect(states.map(({ fields }) => fields.state)).toEqual(['WAIT_USER_CONFIRM', 'TAKING_EFFECT']);
  });

  it.each([{ appid: 'wx9' }, { mchid: '1' }])(
    'is asked of the account that it was made with: %j',
    async (changes) => {
      const { ask, change, ports, stored } = authorizing();
      await ask();
      change(changes);
      await expect(refreshAuthorization(ports, stored())).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
      const without = { ...ports, accounts: { find: () => undefined } };
      await expect(refreshAuthorization(without, stored())).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    },
  );
});

describe('a transfer without confirmation', () => {
  it('is by the authorisation that is in force at this moment', async () => {
    const { shop, script, ports, ask } = authorizing();
    const require = () => requireAuthorization(ports, shop.account, details);
    await expect(require()).rejects.toMatchObject({ code: 'TRANSFER_NOT_AUTHORIZED' });
    await ask();
    await expect(require()).rejects.toMatchObject({ code: 'TRANSFER_NOT_AUTHORIZED' });
    script.wire = { state: 'TAKING_EFFECT' };
    await expect(require()).rejects.toMatchObject({ code: 'TRANSFER_NOT_AUTHORIZED' });
    script.wire = { state: 'TAKING_EFFECT', authorization_id: 'A1' };
    expect(await require()).toBe('A1');
    script.wire = { state: 'CLOSED' };
    await expect(require()).rejects.toMatchObject({ code: 'TRANSFER_NOT_AUTHORIZED' });
  });

  it('names the authorisation in place of the person', async () => {
    const { shop, script, ask, transfer } = authorizing();
    await ask();
    script.wire = { state: 'TAKING_EFFECT', authorization_id: 'A1' };
    script.applied = { out_bill_no: 'x', transfer_bill_no: '133', state: 'ACCEPTED' };
    await transfer({ withoutConfirmation: true });
    const { route, parameters } = shop.calls.at(-1)!;
    expect(route).toMatch(/transfer-bills\/transfer$/);
    expect(parameters).toMatchObject({ authorization_id: 'A1', transfer_amount: transferRequest.amountFen });
    expect(parameters).not.toHaveProperty('openid');
  });
});
