import { describe, expect, it } from 'vitest';
import { refusal } from '../testing/scripted-shop.ts';
import { loadWithdrawal, type WithdrawalRecord } from './records.ts';
import { leaveSlot, takeSlot } from './slot.ts';
import { withdrawalRecord, withdrawing } from './testing/withdrawing.ts';
import { hasDueWithdrawals, workOnDueWithdrawals, workOnWithdrawal } from './work.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const later = Date.UTC(2027, 0);

function stored(changes: Partial<WithdrawalRecord> = {}) {
  const at = withdrawing();
  at.put(withdrawalRecord(changes));
  return {
    ...at,
    work: () => workOnWithdrawal(at.shop.ports, at.stored()),
    routes: () => at.shop.calls.map(({ route }) => route.split(' ')[0]),
    slots: () => at.shop.documents.all<{ _id: string; outRequestNo: string | null }>('withdrawal_slots'),
    refuse: (code: string, kind?: Parameters<typeof refusal>[1], of = 'POST') => {
      const { answer } = at.shop;
      at.shop.answer = (route, parameters) => {
        if (route.startsWith(of)) throw refusal(code, kind);
        return answer(route, parameters);
      };
    },
  };
}

describe('the turn of a withdrawal', () => {
  it('takes its merchant’s slot, stores what it sends, and sends it', async () => {
    const { shop, work, slots } = stored({ state: 'REQUESTED', remark: '货款' });
    const parameters = {
      ...{
        sub_mchid: '1900000109',
        out_request_no: 'N1',
        amount: 5000,
        remark: '货款',
        account_type: 'BASIC',
      },
      notify_url: 'https://shop.example/notify',
    };
    expect(await work()).toMatchObject({ state: 'PROCESSING', parameters, sentAtMs: shop.nowMs });
    expect(slots()).toMatchObject([{ _id: '1900000109', outRequestNo: 'N1' }]);
    expect(shop.calls).toEqual([{ route: 'POST /v3/ecommerce/fund/withdraw', parameters }]);
  });

  it('sends what was sent before, and keeps when that was', async () => {
    const parameters = { out_request_no: 'N1', amount: 5000 };
    const { shop, work } = stored({ parameters, sentAtMs: 5 });
    shop.nowMs = 5 + dayMs;
    shop.documents.put('withdrawals', withdrawalRecord({ parameters, sentAtMs: 5, nextAtMs: 5 }));
    expect(await work()).toMatchObject({ parameters, sentAtMs: 5 });
    expect(shop.calls).toMatchObject([{ parameters }]);
  });

  it.each([
    ['never comes', { state: 'SUCCESS', nextAtMs: null }],
    ['has not come', { state: 'PROCESSING', nextAtMs: later }],
  ] as const)('needs no account while it %s', async (_, changes) => {
    const { shop, stored: now } = stored(changes as Partial<WithdrawalRecord>);
    const read = now();
    const ports = { ...shop.ports, accounts: { find: () => undefined } };
    expect(await workOnWithdrawal(ports, read)).toEqual(read);
  });

  it('does not take the slot for a withdrawal that has ended', async () => {
    const { work, slots } = stored({ state: 'REFUSED', nextAtMs: null });
    await work();
    expect(slots()).toEqual([]);
  });

  it('takes a slot that another withdrawal has left', async () => {
    const { shop, work, slots } = stored({ state: 'REQUESTED' });
    await takeSlot(shop.documents, '1900000109', 'N0');
    await leaveSlot(shop.documents, '1900000109', 'N0');
    expect(await work()).toMatchObject({ state: 'PROCESSING' });
    expect(slots()).toMatchObject([{ outRequestNo: 'N1' }]);
  });

  it('is refused while another one of its merchant is not finished', async () => {
    const { shop, work } = stored({ state: 'REQUESTED' });
    await takeSlot(shop.documents, '1900000109', 'N0');
    expect(await work()).toMatchObject({
      ...{ state: 'REFUSED', nextAtMs: null, endedAtMs: shop.nowMs },
      failure: { code: 'UNFINISHED', message: expect.stringContaining('还有一笔提现未完成') },
    });
    expect(shop.calls).toEqual([]);
  });

  it('that was taken by another instance since it was read is left to that one', async () => {
    const { shop, put, stored: now } = stored({ state: 'REQUESTED' });
    const read = now();
    put({ ...read, state: 'PROCESSING', nextAtMs: later, version: 2 });
    expect(await workOnWithdrawal(shop.ports, read)).toMatchObject({ state: 'PROCESSING', version: 2 });
    expect(shop.calls).toEqual([]);
  });

  it.each([
    ['was taken', { nextAtMs: later }],
    ['is over', { nextAtMs: null }],
    ['is one of another state', { state: 'PROCESSING' }],
  ] as const)('is left when it %s since it was read', async (_, changes) => {
    const { shop, put, stored: now } = stored();
    const read = now();
    put({ ...read, ...changes, version: 2 } as WithdrawalRecord);
    expect(await workOnWithdrawal(shop.ports, read)).toMatchObject(changes);
    expect(shop.calls).toEqual([]);
  });

  it.each([
    ['has not come', { nextAtMs: withdrawalRecord().nextAtMs! + 1 }],
    ['never comes', { nextAtMs: null }],
  ])('does nothing when it %s', async (_, changes) => {
    const { shop, work, stored: now } = stored(changes);
    expect(await work()).toEqual(now());
    expect(shop.calls).toEqual([]);
  });

  it('is taken for a minute, so that no other instance sends it', async () => {
    const { shop, work, stored: now } = stored();
    let meanwhile: WithdrawalRecord | undefined;
    shop.answer = async () => {
      meanwhile = now();
      expect(await work()).toEqual(meanwhile);
      return { out_request_no: 'N1', withdraw_id: 'W1' };
    };
    expect(await work()).toMatchObject({ state: 'PROCESSING' });
    expect(meanwhile?.nextAtMs).toBe(shop.nowMs + minuteMs);
    expect(shop.calls).toHaveLength(1);
  });

  it('of one in progress is a query', async () => {
    const { work, routes, shop, stored: now } = stored({ state: 'PROCESSING' });
    let meanwhile: WithdrawalRecord | undefined;
    shop.answer = () => {
      meanwhile = now();
      return { out_request_no: 'N1', withdraw_id: 'W1', status: 'SUCCESS' };
    };
    expect(await work()).toMatchObject({ state: 'SUCCESS' });
    expect(meanwhile).toMatchObject({ nextAtMs: shop.nowMs + minuteMs, parameters: null, sentAtMs: null });
    expect(routes()).toEqual(['GET']);
  });

  it.each([
    ['is sent again', 5 * dayMs - 1, ['POST']],
    ['is only asked about, since WeChat Pay may take its number for a new one', 5 * dayMs, ['GET']],
  ])('of one whose answer was lost %s, %d ms after it was first sent', async (_, ageMs, expected) => {
    const { work, routes, put, shop } = stored();
    put(withdrawalRecord({ sentAtMs: shop.nowMs - ageMs, parameters: { out_request_no: 'N1' } }));
    await work();
    expect(routes()).toEqual(expected);
  });

  it.each([
    ['of another merchant number', { mchid: '1999999999' }],
    ['of an account that is not configured', { account: 'partner' }],
  ] as const)('of one %s is a fault of the configuration', async (_, changes) => {
    const { shop, work, stored: now } = stored(changes);
    await expect(work()).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      cause: expect.objectContaining({ message: expect.stringContaining('N1') }),
    });
    expect(now()).toEqual(withdrawalRecord(changes));
    expect(shop.calls).toEqual([]);
  });
});

describe('an attempt that fails', () => {
  it.each([
    ['SYSTEM_ERROR', 'refused', 0, 1],
    ['FREQUENCY_LIMITED', 'refused', 1, 1],
    ['CONNECTION_LOST', 'unknown', 2, 5],
    ['SIGNATURE_WRONG', 'fault', 3, 15],
    ['CONNECTION_LOST', 'unknown', 4, 60],
    ['CONNECTION_LOST', 'unknown', 9, 60],
    // A balance that is too low is waited for by no withdrawal.
    ['NOT_ENOUGH', 'unknown', 0, 1],
  ] as const)(
    'with %s (%s), the attempt %d, is repeated after %d minutes',
    async (code, kind, attempts, minutes) => {
      const { shop, work, refuse, routes, slots } = stored({ attempts });
      await takeSlot(shop.documents, '1900000109', 'N1');
      refuse(code, kind);
      expect(await work()).toMatchObject({
        ...{ state: 'RESERVED', attempts: attempts + 1, nextAtMs: shop.nowMs + minutes * minuteMs },
        failure: { code, message: `${code} 说明` },
      });
      expect(routes()).toEqual(['POST']);
      expect(slots()).toMatchObject([{ outRequestNo: 'N1' }]);
      expect(shop.logged).toMatchObject([
        {
          event: 'withdrawal.later',
          fields: { outRequestNo: 'N1', code },
          level: kind === 'fault' ? 'error' : 'warn',
        },
      ]);
    },
  );

  it('with a refusal is asked about, and counts if an earlier one had arrived', async () => {
    const { work, refuse, routes } = stored();
    refuse('PARAM_ERROR');
    expect(await work()).toMatchObject({ state: 'PROCESSING', failure: null });
    expect(routes()).toEqual(['POST', 'GET']);
  });

  it.each(['RESOURCE_NOT_EXISTS', 'ORDER_NOT_EXIST', 'NOT_FOUND'])(
    'with a refusal, and is unknown to WeChat Pay (%s), never happened: the next one may be made',
    async (code) => {
      const { shop, work, refuse, slots } = stored();
      await takeSlot(shop.documents, '1900000109', 'N1');
      refuse(code, 'refused', 'GET');
      refuse('NOT_ENOUGH');
      expect(await work()).toMatchObject({
        ...{ state: 'REFUSED', nextAtMs: null, endedAtMs: shop.nowMs },
        failure: { code: 'NOT_ENOUGH', message: 'NOT_ENOUGH 说明' },
      });
      expect(slots()).toMatchObject([{ outRequestNo: null }]);
      expect(shop.logged).toMatchObject([{ level: 'warn', event: 'withdrawal.refused' }]);
    },
  );

  it('after its number may have been forgotten, and is unknown, is refused for that', async () => {
    const { shop, work, put, refuse } = stored();
    put(withdrawalRecord({ sentAtMs: shop.nowMs - 6 * dayMs }));
    refuse('RESOURCE_NOT_EXISTS', 'refused', 'GET');
    expect(await work()).toMatchObject({ state: 'REFUSED', failure: { code: 'RESOURCE_NOT_EXISTS' } });
  });

  it.each([
    ['PROCESSING', 'RESOURCE_NOT_EXISTS', 'refused'],
    ['RESERVED', 'NO_AUTH', 'refused'],
    ['RESERVED', 'RESOURCE_NOT_EXISTS', 'unknown'],
  ] as const)(
    'of one that is %s, whose query gets %s (%s), is asked about later',
    async (state, code, kind) => {
      const { shop, work, put, refuse } = stored();
      put(withdrawalRecord({ state, sentAtMs: shop.nowMs - 6 * dayMs }));
      refuse(code, kind, 'GET');
      expect(await work()).toMatchObject({
        state,
        attempts: 1,
        nextAtMs: shop.nowMs + minuteMs,
        failure: { code },
      });
    },
  );

  it('is not refused when its callback came meanwhile', async () => {
    const { shop, work, put } = stored();
    shop.answer = (route) => {
      if (route.startsWith('GET')) put(withdrawalRecord({ state: 'SUCCESS', nextAtMs: later, version: 9 }));
      throw refusal(route.startsWith('GET') ? 'NOT_FOUND' : 'PARAM_ERROR');
    };
    expect(await work()).toMatchObject({ state: 'SUCCESS', nextAtMs: later, failure: null });
  });

  it.each(['POST', 'GET'])('because of a bug (%s) is not taken for an answer', async (method) => {
    const { shop, work, put } = stored();
    put(withdrawalRecord({ state: method === 'POST' ? 'RESERVED' : 'PROCESSING' }));
    shop.answer = () => {
      throw new TypeError('a bug');
    };
    await expect(work()).rejects.toThrow('a bug');
  });
});

it('withdrawals are worked on when they are due, the longest waiting first, each alone', async () => {
  const { shop, put } = stored({ state: 'PROCESSING' });
  const { nowMs } = shop;
  put(
    withdrawalRecord({ _id: 'N2', state: 'PROCESSING', nextAtMs: nowMs - 1 }),
    withdrawalRecord({ _id: 'N3', state: 'PROCESSING', nextAtMs: nowMs - 2, mchid: '1999999999' }),
    withdrawalRecord({ _id: 'N4', state: 'PROCESSING', nextAtMs: nowMs + 1 }),
  );
  expect(await hasDueWithdrawals(shop.ports)).toBe(true);
  expect(await workOnDueWithdrawals(shop.ports, () => false)).toBe(0);
  expect(await workOnDueWithdrawals(shop.ports, () => true)).toBe(2);
  expect(shop.calls.map(({ parameters }) => parameters.out_request_no)).toEqual(['N2', 'N1']);
  expect(await loadWithdrawal(shop.documents, 'N3')).toMatchObject({ nextAtMs: nowMs + 10 * minuteMs });
  expect(await hasDueWithdrawals(shop.ports)).toBe(false);
});

describe('the slot of a merchant', () => {
  it('is held by one withdrawal until that one leaves it', async () => {
    const { documents } = withdrawing().shop;
    expect(await takeSlot(documents, '19', 'N1')).toBe('N1');
    expect(await takeSlot(documents, '19', 'N1')).toBe('N1');
    expect(await takeSlot(documents, '19', 'N2')).toBe('N1');
    expect(await takeSlot(documents, '20', 'N2')).toBe('N2');
    await leaveSlot(documents, '19', 'N2');
    expect(await takeSlot(documents, '19', 'N2')).toBe('N1');
    await leaveSlot(documents, '19', 'N1');
    expect(await takeSlot(documents, '19', 'N2')).toBe('N2');
    await leaveSlot(documents, '21', 'N1');
    expect(documents.all('withdrawal_slots')).toHaveLength(2);
  });
});
