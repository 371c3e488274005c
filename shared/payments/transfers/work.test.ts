import { describe, expect, it } from 'vitest';
import { refusal } from '../testing/scripted-shop.ts';
import { countTransfer } from './daily-limit.ts';
import { loadTransfer, type TransferRecord } from './records.ts';
import { transferRecord, transferring } from './testing/transferring.ts';
import { refreshTransfer, workOnDueTransfers, workOnTransfer } from './work.ts';

const minuteMs = 60_000;
const answered =
  (state: string, more: object = {}) =>
  () => ({
    out_bill_no: 'B1',
    transfer_bill_no: '133',
    state,
    ...more,
  });

function stored(changes: Partial<TransferRecord> = {}) {
  const at = transferring();
  at.put(transferRecord(changes));
  const known = async () => (await loadTransfer(at.shop.documents, 'B1'))!;
  return {
    ...at,
    known,
    work: async () => workOnTransfer(at.ports, await known()),
    refresh: async () => refreshTransfer(at.ports, await known()),
    routes: () => at.shop.calls.map(({ route }) => route.replace(/.*(?=cancel)/, '').split(' ')[0]),
  };
}

describe('the turn of a transfer', () => {
  it('counts it under the limits, then sends what was stored', async () => {
    const { shop, work } = stored({ state: 'REQUESTED' });
    expect(await work()).toMatchObject({ state: 'WAIT_USER_CONFIRM', packageInfo: 'PACKAGE' });
    expect(shop.documents.all('transfer_days')).toMatchObject([{ transfers: [{ outBillNo: 'B1' }] }]);
    expect(shop.calls).toEqual([{ route: 'POST /v3/transfer', parameters: { out_bill_no: 'B1' } }]);
  });

  it.each([
    ['DAILY_LIMIT', { transferDailyFen: 4999 }, /^超过当日转账总额/],
    ['PERSON_LIMIT', { transferDailyPersonFen: 4999 }, /^超过向同一用户/],
    ['TOO_MANY', { maxTransfersPerDay: 0 }, /^超过当日转账笔数/],
  ] as const)('refuses it by the limit %s, and never sends it', async (code, limits, text) => {
    const { shop, ports, known } = stored({ state: 'REQUESTED' });
    const limited = { ...ports, policy: { ...ports.policy, ...limits } };
    expect(await workOnTransfer(limited, await known())).toMatchObject({
      state: 'REFUSED',
      failure: { code, message: expect.stringMatching(text) },
      nextAtMs: null,
      endedAtMs: shop.nowMs,
      request: null,
    });
    expect(shop.calls).toEqual([]);
  });

  it.each([
    ['never comes', { state: 'SUCCESS', nextAtMs: null }],
    ['has not come', { state: 'ACCEPTED', nextAtMs: Date.UTC(2027, 0) }],
  ] as const)('needs no account while it %s', async (_, changes) => {
    const { ports, known } = stored(changes as Partial<TransferRecord>);
    const read = await known();
    expect(await workOnTransfer({ ...ports, accounts: { find: () => undefined } }, read)).toEqual(read);
  });

  it('does not count a transfer that has ended', async () => {
    const { shop, work } = stored({ state: 'REFUSED', nextAtMs: null });
    await work();
    expect(shop.documents.all('transfer_days')).toEqual([]);
  });

  it('is taken for a minute, so that no other instance sends it', async () => {
    const { shop, work, known } = stored();
    let meanwhile: TransferRecord | undefined;
    shop.answer = async () => {
      meanwhile = await known();
      expect(await work()).toEqual(meanwhile);
      return answered('ACCEPTED')();
    };
    expect(await work()).toMatchObject({ state: 'ACCEPTED' });
    expect(meanwhile?.nextAtMs).toBe(shop.nowMs + minuteMs);
    expect(shop.calls).toHaveLength(1);
  });

  it.each([
    ['was taken', { nextAtMs: Date.UTC(2027, 0) }],
    ['is over', { nextAtMs: null }],
    ['is one of another state', { state: 'ACCEPTED' }],
  ] as const)('is left when it %s since it was read', async (_, changes) => {
    const { shop, ports, put, known } = stored();
    const read = await known();
    put({ ...read, ...changes, version: 2 } as TransferRecord);
    expect(await workOnTransfer(ports, read)).toMatchObject(changes);
    expect(shop.calls).toEqual([]);
  });

  it.each([
    ['has not come', { nextAtMs: Date.UTC(2027, 0) }],
    ['never comes', { nextAtMs: null }],
  ])('does nothing when it %s', async (_, changes) => {
    const { work, known, shop } = stored(changes);
    expect(await work()).toEqual(await known());
    expect(shop.calls).toEqual([]);
  });

  it('is kept when another instance has counted it meanwhile', async () => {
    const { ports, put, known } = stored({ state: 'REQUESTED' });
    const read = await known();
    put({ ...read, state: 'ACCEPTED', nextAtMs: null, version: 2 });
    expect(await workOnTransfer(ports, read)).toMatchObject({ state: 'ACCEPTED' });
  });

  it('comes for the longest waiting first, and for each alone', async () => {
    const { shop, ports, put } = stored({ state: 'ACCEPTED' });
    put(transferRecord({ _id: 'B2', state: 'ACCEPTED', nextAtMs: shop.nowMs - 1 }));
    put(transferRecord({ _id: 'B3', state: 'ACCEPTED', nextAtMs: shop.nowMs - 2, mchid: '1999999999' }));
    put(transferRecord({ _id: 'B4', state: 'ACCEPTED', nextAtMs: shop.nowMs + 1 }));
    shop.answer = (_, { out_bill_no }) => ({ ...answered('ACCEPTED')(), out_bill_no });
    expect(await workOnDueTransfers(ports, () => true)).toBe(2);
    expect(shop.calls.map(({ parameters }) => parameters.out_bill_no)).toEqual(['B2', 'B1']);
    expect(await loadTransfer(shop.documents, 'B3')).toMatchObject({ nextAtMs: shop.nowMs + 10 * minuteMs });
    expect(await workOnDueTransfers(ports, () => false)).toBe(0);
  });

  it.each([
    ['another appid', { appid: 'wx9' }],
    ['another merchant', { mchid: '1999999999' }],
  ])('of %s needs that account', async (_, changes) => {
    const { work, shop } = stored(changes);
    await expect(work()).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    expect(shop.calls).toEqual([]);
  });

  it('needs an account', async () => {
    const { ports, known } = stored();
    const without = { ...ports, accounts: { find: () => undefined } };
    await expect(workOnTransfer(without, await known())).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });
});

describe('what is done in each state', () => {
  const noPackage = { packageInfo: null };
  const cancelled = { cancelRequested: true };
  it.each([
    ['RESERVED', {}, 'POST'],
    ['RESERVED', cancelled, 'GET'],
    ['RESERVED', { request: null }, 'GET'],
    ['PROCESSING', cancelled, 'POST'],
    ['WAIT_USER_CONFIRM', { packageInfo: 'P' }, 'GET'],
    ['WAIT_USER_CONFIRM', noPackage, 'POST'],
    ['WAIT_USER_CONFIRM', { ...noPackage, ...cancelled }, 'cancel'],
    ['CHECKING', {}, 'GET'],
    ['ACCEPTED', {}, 'GET'],
    ['CANCELING', cancelled, 'GET'],
  ] as const)('%s %j: %s', async (state, changes, expected) => {
    const { shop, work, routes } = stored({ state, ...changes });
    shop.answer = answered('ACCEPTED');
    expect(await work()).toMatchObject({ state: 'ACCEPTED' });
    expect(routes()).toEqual([expected]);
  });
});

describe('a transfer that WeChat Pay does not take', () => {
  const refusing = (code: string, kind?: Parameters<typeof refusal>[1]) => () => {
    throw refusal(code, kind);
  };

  it.each([
    ['SYSTEM_ERROR', 'refused'],
    ['FREQUENCY_LIMITED', 'refused'],
    ['NOT_ENOUGH', 'refused'],
    ['RESPONSE_TIMEOUT', 'unknown'],
  ] as const)('goes out again after %s (%s)', async (code, kind) => {
    const { shop, work, known } = stored({ attempts: 2 });
    shop.answer = refusing(code, kind);
    const message = code === 'NOT_ENOUGH' ? expect.stringMatching(/^商户余额不足/) : `${code} 说明`;
    expect(await work()).toMatchObject({
      state: 'RESERVED',
      attempts: 3,
      nextAtMs: shop.nowMs + 5 * minuteMs,
      failure: { code, message },
    });
    expect((await known()).request).not.toBeNull();
    expect(shop.logged).toMatchObject([{ event: 'transfer.later', fields: { outBillNo: 'B1', code } }]);
  });

  it('is asked about some minutes after a refusal, and only then never happened', async () => {
    const { shop, ports, work, known, routes } = stored({ attempts: 4 });
    await countTransfer(ports, await known());
    shop.answer = refusing('PARAM_ERROR');
    const refused = await work();
    expect(refused).toMatchObject({
      state: 'CHECKING',
      failure: { code: 'PARAM_ERROR', message: 'PARAM_ERROR 说明' },
      nextAtMs: shop.nowMs + 5 * minuteMs,
      attempts: 0,
    });
    shop.nowMs = refused.nextAtMs!;
    shop.answer = refusing('NOT_FOUND');
    expect(await work()).toMatchObject({
      state: 'REFUSED',
      failure: { code: 'PARAM_ERROR' },
      nextAtMs: null,
      endedAtMs: shop.nowMs,
      request: null,
    });
    expect(routes()).toEqual(['POST', 'GET']);
    expect(shop.documents.all('transfer_days')).toMatchObject([{ transfers: [] }]);
  });

  it('is cancelled, if that was asked for, when WeChat Pay does not know it', async () => {
    const { shop, work } = stored({ cancelRequested: true });
    shop.answer = refusing('RESOURCE_NOT_EXISTS');
    expect(await work()).toMatchObject({
      state: 'CHECKING',
      failure: { code: 'CANCELLED', message: expect.stringMatching(/^已撤销/) },
    });
    shop.nowMs += 5 * minuteMs;
    expect(await work()).toMatchObject({ state: 'CANCELLED', nextAtMs: null });
  });

  it('goes on when it arrived after all', async () => {
    const { shop, work } = stored({ state: 'CHECKING' });
    shop.answer = answered('WAIT_USER_CONFIRM');
    expect(await work()).toMatchObject({ state: 'WAIT_USER_CONFIRM', failure: null });
  });

  it('again, once it is known there, is asked about', async () => {
    const { shop, work, routes } = stored({ state: 'PROCESSING' });
    shop.answer = (route) => {
      if (route.startsWith('POST')) throw refusal('PARAM_ERROR');
      return answered('SUCCESS')();
    };
    expect(await work()).toMatchObject({ state: 'SUCCESS' });
    expect(routes()).toEqual(['POST', 'GET']);
  });

  it('and later does not know any more, is lost, and a person is told', async () => {
    const { shop, work } = stored({ state: 'ACCEPTED' });
    shop.answer = refusing('NOT_FOUND');
    expect(await work()).toMatchObject({ state: 'ACCEPTED', failure: { code: 'NOT_FOUND' }, attempts: 1 });
    expect(shop.logged).toContainEqual({
      level: 'error',
      event: 'transfer.lost',
      fields: { outBillNo: 'B1', state: 'ACCEPTED' },
    });
  });

  it.each([
    ['an outage', 'RESPONSE_TIMEOUT', 'unknown'],
    ['another refusal', 'NO_AUTH', 'refused'],
  ] as const)('keeps what is known of it while a question is met with %s', async (_, code, kind) => {
    const { shop, work } = stored({ state: 'CHECKING' });
    shop.answer = refusing(code, kind);
    expect(await work()).toMatchObject({ state: 'CHECKING', failure: { code }, attempts: 1 });
  });

  it('to cancel was confirmed meanwhile, which a question shows', async () => {
    const { shop, work, routes } = stored({ state: 'WAIT_USER_CONFIRM', cancelRequested: true });
    shop.answer = (route) => {
      if (route.endsWith('/cancel')) throw refusal('INVALID_REQUEST');
      return answered('SUCCESS')();
    };
    expect(await work()).toMatchObject({ state: 'SUCCESS' });
    expect(routes()).toEqual(['cancel', 'GET']);
  });

  it('to cancel is asked again when there is no answer', async () => {
    const { shop, work, routes } = stored({ state: 'WAIT_USER_CONFIRM', cancelRequested: true });
    shop.answer = refusing('RESPONSE_TIMEOUT', 'unknown');
    expect(await work()).toMatchObject({ state: 'WAIT_USER_CONFIRM', attempts: 1 });
    expect(routes()).toEqual(['cancel']);
  });

  it.each([
    ['send', {}],
    ['ask', { state: 'ACCEPTED' }],
    ['cancel', { state: 'WAIT_USER_CONFIRM', cancelRequested: true }],
  ] as const)('is no reason to hide a bug of ours: %s', async (_, changes) => {
    const { shop, work } = stored(changes);
    shop.answer = () => {
      throw new TypeError('a bug');
    };
    await expect(work()).rejects.toThrow('a bug');
  });

  it.each([
    ['RESERVED', 'PARAM_ERROR'],
    ['CHECKING', 'NOT_FOUND'],
  ] as const)('keeps the end that another instance found: %s', async (state, code) => {
    const { shop, work, put } = stored({ state });
    const ended = transferRecord({ state: 'SUCCESS', nextAtMs: null, version: 9 });
    shop.answer = () => {
      put(ended);
      throw refusal(code);
    };
    expect(await work()).toEqual(ended);
  });
});

describe('a person who looks', () => {
  it('has WeChat Pay asked, at most every two seconds', async () => {
    const { shop, refresh, known } = stored({ state: 'ACCEPTED' });
    shop.answer = async () => {
      expect(await known()).toMatchObject({ askedAtMs: shop.nowMs });
      return answered('TRANSFERING')();
    };
    expect(await refresh()).toMatchObject({ state: 'TRANSFERING' });
    shop.nowMs += 1999;
    await refresh();
    expect(shop.calls).toHaveLength(1);
    shop.nowMs += 1;
    await refresh();
    expect(shop.calls).toHaveLength(2);
  });

  it.each([
    ['ended', { state: 'SUCCESS', nextAtMs: null }],
    ['not been counted', { state: 'REQUESTED' }],
  ] as const)('sees what is stored of one that has %s', async (_, changes) => {
    const { shop, refresh, known } = stored(changes);
    expect(await refresh()).toEqual(await known());
    expect(shop.calls).toEqual([]);
  });

  it('asks once with another who looks at the same moment', async () => {
    const { shop, ports, known } = stored({ state: 'ACCEPTED' });
    shop.answer = answered('ACCEPTED');
    const read = await known();
    await refreshTransfer(ports, read);
    await refreshTransfer(ports, read);
    expect(shop.calls).toHaveLength(1);
  });

  it('sees what is stored while WeChat Pay does not know it, and learns of anything else', async () => {
    const { shop, refresh } = stored();
    shop.answer = () => {
      throw refusal('NOT_FOUND');
    };
    expect(await refresh()).toMatchObject({ state: 'RESERVED', askedAtMs: shop.nowMs });
    shop.nowMs += 2000;
    shop.answer = () => {
      throw refusal('NOT_FOUND', 'unknown');
    };
    await expect(refresh()).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
