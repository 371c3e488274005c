import { describe, expect, it } from 'vitest';
import type { TransferMoneyAnswers } from '../../contract/index.ts';
import { CommerceError } from '../../core/errors.ts';
import { refusal } from '../testing/scripted-shop.ts';
import type { TransferRecord } from './records.ts';
import { openid, transferRecord, transferRequest, transferring } from './testing/transferring.ts';
import { transferMoney } from './transfer-money.ts';

const thrown = async (act: () => Promise<unknown>) => {
  const error = await act().catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(CommerceError);
  return error as CommerceError;
};

describe('a transfer', () => {
  it('is stored whole under the number of its token, and sent', async () => {
    const { shop, transfer, stored } = transferring();
    const view = await transfer();
    const { request, ...record } = stored();
    expect(record).toMatchObject({
      appid: shop.account.appid,
      mchid: shop.account.mchid,
      openid,
      amountFen: 5000,
      remark: '三月佣金',
      sceneId: '1005',
      state: 'WAIT_USER_CONFIRM',
      operatorOpenid: 'oOperator',
      authorizationId: null,
      day: '2026-01-02',
      cancelRequested: false,
      createdAtMs: shop.nowMs,
      failure: null,
      listKey: `0${shop.nowMs}-${record._id}`,
    });
    expect(record._id).toMatch(/^[0-9a-f]{32}$/);
    expect(request!.path).toMatch(/transfer-bills$/);
    expect(JSON.parse(request!.body)).toMatchObject({
      out_bill_no: record._id,
      openid,
      notify_url: 'https://shop.example/notify',
    });
    expect(view).toEqual({
      outBillNo: record._id,
      amountFen: 5000,
      remark: '三月佣金',
      sceneId: '1005',
      state: 'WAIT_USER_CONFIRM',
      createdAtMs: shop.nowMs,
      expiresAtMs: record.expiresAtMs,
      openid,
      transferBillNo: '133',
    });
  });

  it('of the same token is the same, and is sent once', async () => {
    const { shop, transfer } = transferring();
    const first = await transfer();
    expect(await transfer()).toEqual(first);
    expect(shop.calls).toHaveLength(1);
    expect((await transfer({ requestToken: 'fedcba9876543210' })).outBillNo).not.toBe(first.outBillNo);
  });

  it.each([
    { amountFen: 5001 },
    { openid: 'oOtherOne' },
    { remark: '四月佣金' },
    { sceneId: '1000', reports: { 活动名称: 'x', 奖励说明: 'y' } },
    { withoutConfirmation: true },
  ])('of the same token is refused with %j', async (changes) => {
    const { transfer } = transferring();
    await transfer();
    expect(await thrown(() => transfer(changes))).toMatchObject({
      code: 'TOKEN_REUSED',
      texts: { en: expect.stringContaining('new token for a new transfer') },
    });
  });

  it('may be asked for by another function of the shop', async () => {
    const { ports, stored } = transferring();
    await transferMoney(ports, undefined, transferRequest);
    expect(stored()).toMatchObject({ operatorOpenid: null });
  });

  it('needs a direct merchant number', async () => {
    const { transfer } = transferring();
    const error = await thrown(() => transfer({}, { accounts: { find: () => undefined } }));
    expect(error).toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('direct merchant number'),
    });
  });

  it('that WeChat Pay has no key for is not stored', async () => {
    const { shop, transfer } = transferring();
    const encryptionKey = () => Promise.reject(refusal('PLATFORM_KEY_MISSING', 'fault'));
    const client = { ...shop.account.client, platformKeys: { encryptionKey } } as never;
    const accounts = { find: () => ({ ...shop.account, client }) };
    expect(await thrown(() => transfer({ userName: '林小满' }, { accounts }))).toMatchObject({
      code: 'CONFIG_INVALID',
    });
    expect(shop.documents.all('transfers')).toEqual([]);
  });

  it.each([
    ['PERSON_LIMIT', 'TRANSFER_LIMIT', '超过限额', 'Exceeds the limit.'],
    ['DAILY_LIMIT', 'TRANSFER_LIMIT', '超过限额', 'Exceeds the limit.'],
    ['TOO_MANY', 'TRANSFER_LIMIT', '超过限额', 'Exceeds the limit.'],
    [
      'PARAM_ERROR',
      'WECHATPAY_REFUSED',
      '微信支付没有接受这笔转账（PARAM_ERROR）。超过限额 · Exceeds the limit.',
      'WeChat Pay did not accept the transfer (PARAM_ERROR). 超过限额 · Exceeds the limit.',
    ],
  ])('that was refused says why: %s', async (reason, code, zh, en) => {
    const { transfer, stored, put } = transferring();
    await transfer();
    const failure = { code: reason, message: '超过限额 · Exceeds the limit.' };
    put({ ...stored(), state: 'REFUSED', failure, nextAtMs: null } as TransferRecord);
    const error = await thrown(() => transfer());
    expect(error).toMatchObject({ code, texts: { zh, en } });
    expect(error.wechatPay).toEqual(code === 'WECHATPAY_REFUSED' ? { code: reason } : undefined);
  });

  it('is shown as another instance has left it when too many write at once', async () => {
    const { shop, transfer, stored, put } = transferring();
    const { update } = shop.documents;
    shop.documents.update = async (collection, ...rest) => {
      if (collection !== 'transfers') return update(collection, ...rest);
      put({ ...stored(), state: 'ACCEPTED' });
      return false;
    };
    expect(await transfer()).toMatchObject({ state: 'ACCEPTED' });
  });

  it('waits when too many write at once, and anything else is learned', async () => {
    const { shop, transfer } = transferring();
    const { update } = shop.documents;
    shop.documents.update = async (collection, ...rest) =>
      collection === 'transfers' ? false : update(collection, ...rest);
    expect(await transfer()).toMatchObject({ state: 'WAITING' });
    shop.documents.update = () => Promise.reject(new CommerceError('INTERNAL'));
    expect((await thrown(() => transfer())).code).toBe('INTERNAL');
    shop.documents.update = () => Promise.reject(new TypeError('a bug'));
    await expect(transfer()).rejects.toThrow('a bug');
  });
});

describe('what a transfer is refused for', () => {
  const reports = transferRequest.reports;
  it.each([
    [{ amountFen: 200_000 }, 'userName', '2,000 元及以上'],
    [{ amountFen: 29, userName: '林' }, 'userName', '低于 0.3 元'],
    [{ reports: { 岗位类型: 'x' } }, 'reports.报酬说明', '岗位类型、报酬说明'],
    [{ reports: { ...reports, 别的: 'x' } }, 'reports.别的', '岗位类型、报酬说明'],
    [{ perception: '活动奖励' }, 'perception', '劳务报酬、报销款'],
  ])('names the field: %j', async (changes, path, text) => {
    const { shop, transfer } = transferring();
    const { code, fields, texts } = await thrown(() => transfer(changes));
    expect({ code, fields, texts }).toMatchObject({
      code: 'BAD_REQUEST',
      texts: { zh: expect.stringContaining('按提示修改'), en: expect.stringContaining('the fields listed') },
      fields: [{ path, message: expect.stringContaining(text) }],
    });
    expect(shop.documents.all('transfers')).toEqual([]);
  });

  it.each([
    { amountFen: 199_999 },
    { amountFen: 200_000, userName: '林小满' },
    { amountFen: 30, userName: '林小满' },
    { amountFen: 29 },
    { amountFen: 10 },
    { perception: '劳务报酬' },
    { remark: '佣'.repeat(32) },
  ])('accepts what is just within its limits: %j', async (changes) => {
    expect((await transferring().transfer(changes)).state).toBe('WAIT_USER_CONFIRM');
  });

  it.each([9, 1_000_000_001])('refuses an amount of %d fen', async (amountFen) => {
    const { code } = await thrown(() => transferring().transfer({ amountFen }));
    expect(code).toBe('AMOUNT_OUT_OF_RANGE');
  });

  it.each([
    { remark: '佣'.repeat(33) },
    { remark: '佣\n金' },
    { remark: '' },
    { openid: 'o1234' },
    { openid: `o${'1'.repeat(64)}` },
    { openid: 'oReceiver ' },
    { sceneId: '100' },
    { sceneId: '1005x' },
    { sceneId: 'x1005' },
    { reports: { ...reports, 岗位类型: '推'.repeat(33) } },
    { reports: { [`岗${'位'.repeat(15)}`]: 'x' } },
    { userName: '林'.repeat(51) },
    { perception: '劳'.repeat(33) },
  ])('refuses %j', async (changes) => {
    const { code } = await thrown(() => transferring().transfer(changes));
    expect(code).toBe('BAD_REQUEST');
  });

  it.each([
    ['is not enabled here', { sceneId: '1009', reports: { 采购商品名称: 'x' } }, ['1005']],
    ['no page lists', { sceneId: '9999' }, ['9999']],
  ])('is a scene that %s', async (_, changes, enabled) => {
    const { transfer } = transferring();
    const error = await thrown(() => transfer(changes, { scenes: () => enabled }));
    expect(error.code).toBe('TRANSFER_SCENE');
  });
});

describe('an operator', () => {
  it('cancels: it is stored first, and carried out whatever happens', async () => {
    const { shop, act, put } = transferring();
    put(transferRecord({ state: 'WAIT_USER_CONFIRM', nextAtMs: shop.nowMs + 99 }));
    shop.answer = () => {
      throw refusal('RESPONSE_TIMEOUT', 'unknown');
    };
    const answer = await act({ action: 'cancel', outBillNo: 'B1' });
    expect(answer).toMatchObject({ transfer: { state: 'WAIT_USER_CONFIRM' } });
    expect(shop.documents.all('transfers')).toMatchObject([{ cancelRequested: true }]);
    expect(shop.calls).toMatchObject([{ route: expect.stringMatching(/cancel$/) }]);
  });

  it('is answered at once where WeChat Pay cancels at once', async () => {
    const { shop, act, put } = transferring();
    put(transferRecord({ state: 'WAIT_USER_CONFIRM', nextAtMs: shop.nowMs + 99 }));
    const update = shop.documents.update;
    // Another instance learns of the end first.
    shop.documents.update = async (collection, id, where, set) => {
      const done = await update(collection, id, where, set);
      if ('cancelRequested' in set)
        put({ ...transferRecord({ state: 'CANCELLED', nextAtMs: null }), version: 9 });
      return done;
    };
    expect(await act({ action: 'cancel', outBillNo: 'B1' })).toMatchObject({
      transfer: { state: 'CANCELLED' },
    });
  });

  it.each(['query', 'cancel'])('cannot name a transfer with other characters to %s', async (action) => {
    const { act, put } = transferring();
    put(transferRecord());
    for (const outBillNo of ['!B1', 'B1!', '']) {
      expect((await thrown(() => act({ action, outBillNo }))).code).toBe('BAD_REQUEST');
    }
  });

  it('cancels once, and not what has ended', async () => {
    const { act, put, shop } = transferring();
    const cancel = () => act({ action: 'cancel', outBillNo: 'B1' });
    put(transferRecord({ state: 'CANCELLED', nextAtMs: null }));
    expect(await cancel()).toMatchObject({ transfer: { state: 'CANCELLED' } });
    for (const state of ['SUCCESS', 'REFUSED'] as const) {
      put(transferRecord({ state, nextAtMs: null }));
      await expect(cancel()).rejects.toMatchObject({ code: 'TRANSFER_STATE' });
      expect(shop.documents.all('transfers')).toMatchObject([{ version: 1 }]);
    }
  });

  it.each(['query', 'cancel'])('is told that there is none to %s', async (action) => {
    const { act } = transferring();
    await expect(act({ action, outBillNo: 'NOSUCH' })).rejects.toMatchObject({ code: 'TRANSFER_NOT_FOUND' });
  });

  it('queries, and learns in our words why that is not possible', async () => {
    const { shop, act, put } = transferring();
    put(transferRecord({ state: 'ACCEPTED' }));
    shop.answer = () => {
      throw refusal('RESPONSE_TIMEOUT', 'unknown');
    };
    await expect(act({ action: 'query', outBillNo: 'B1' })).rejects.toMatchObject({
      code: 'OUTCOME_UNKNOWN',
    });
  });

  it('lists by pages of twenty, the newest first, of one person or of all', async () => {
    const { act, put } = transferring();
    const key = (index: number) => String(index).padStart(2, '0');
    for (let index = 0; index < 41; index++) {
      put(
        transferRecord({ _id: `B${index}`, listKey: key(index), openid: index === 7 ? 'oSeventh' : openid }),
      );
    }
    const list = async (more: object) =>
      (await act({ action: 'list', ...more })) as TransferMoneyAnswers['list'];
    const first = await list({});
    expect(first.transfers.map(({ outBillNo }) => outBillNo)).toEqual(
      Array.from({ length: 20 }, (_, index) => `B${40 - index}`),
    );
    expect(first.next).toBe(key(21));
    const second = await list({ before: first.next });
    expect(second.transfers[0]?.outBillNo).toBe('B20');
    const exactly = await list({ before: key(20) });
    expect(exactly.transfers).toHaveLength(20);
    expect(exactly).not.toHaveProperty('next');
    const last = await list({ before: second.next });
    expect(last).not.toHaveProperty('next');
    expect(last.transfers).toHaveLength(1);
    expect((await list({ openid: 'oSeventh' })).transfers).toMatchObject([{ outBillNo: 'B7' }]);
  });

  it('sees the scenes that this shop has, and the limits', async () => {
    const { act } = transferring();
    expect(await act({ action: 'scenes' }, { scenes: () => ['1000', '9999'] })).toEqual({
      scenes: [
        {
          sceneId: '1000',
          name: '现金营销',
          reports: ['活动名称', '奖励说明'],
          perceptions: ['活动奖励', '现金奖励'],
        },
      ],
      limits: { minFen: 10, nameFromFen: 200_000, dailyFen: 10_000_000, dailyPersonFen: 500_000 },
    });
  });
});
