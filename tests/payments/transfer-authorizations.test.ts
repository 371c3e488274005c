/** Transfers without a confirmation against the simulator: the request, its answer, and what ends it. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type {
  ReceiveTransferAnswers,
  TransferAuthorizationView,
  TransferMoneyAnswers,
} from '../../shared/contract/index.ts';
import { refusal } from '../../shared/core/testing/expect-refusal.ts';
import { applyAuthorizationCallback } from '../../shared/payments/transfers/authorization-callback.ts';
import {
  type AuthorizationRecord,
  authorizationsCollection,
} from '../../shared/payments/transfers/authorizations.ts';
import { receiveTransfer } from '../../shared/payments/transfers/receive-transfer.ts';
import { transfersCollection } from '../../shared/payments/transfers/records.ts';
import { transferMoney } from '../../shared/payments/transfers/transfer-money.ts';
import { openid, type TransferShop, transferShop } from './transfer-shop.ts';

const sceneId = '1005';
const unconfirmed = { withoutConfirmation: true };

let at: TransferShop;
beforeEach(async () => {
  at = await transferShop();
});
afterEach(() => at.close());

async function ask(
  action: 'authorize' | 'authorization' = 'authorize',
  changes: object = {},
): Promise<TransferAuthorizationView> {
  const details = action === 'authorize' ? { displayName: '推广员 小满', ...changes } : changes;
  const answer = await transferMoney(at.ports, 'oOperator', { action, openid, sceneId, ...details });
  return (answer as TransferMoneyAnswers['authorize']).authorization;
}

async function seen(by = openid): Promise<readonly TransferAuthorizationView[]> {
  const answer = await receiveTransfer(at.ports, by, { action: 'authorizations' });
  return (answer as ReceiveTransferAnswers['authorizations']).authorizations;
}

function decide(number: string, agrees: boolean) {
  const path = `/transfer-authorizations/${number}/decide`;
  return at.shop.sandbox.control('POST', path, { agrees, openid });
}

async function authorized(): Promise<TransferAuthorizationView> {
  const asked = await ask();
  await decide(asked.authorizationNo, true);
  return asked;
}

const sentTo = (end: string) =>
  at.shop.sent.filter(({ method, url }) => method === 'POST' && url.endsWith(end));
const documents = (collection: string) => at.shop.documents.all(collection);

describe('an authorisation', () => {
  it('is asked for, opened by the person with its package, and in force once they agree', async () => {
    const asked = await ask();
    expect(asked).toMatchObject({ state: 'WAIT_USER_CONFIRM', sceneId, openid });
    expect(asked).not.toHaveProperty('confirmation');
    const [shown] = await seen();
    expect(shown).not.toHaveProperty('openid');
    const opened = await at.shop.sandbox.control('POST', '/transfers/open', shown!.confirmation);
    expect(opened.json.authorization).toMatchObject({ out_authorization_no: asked.authorizationNo });
    await decide(asked.authorizationNo, true);
    expect(await ask('authorization')).toMatchObject({ state: 'TAKING_EFFECT' });
    const [after] = await seen();
    expect(after).toMatchObject({ state: 'TAKING_EFFECT' });
    expect(after).not.toHaveProperty('confirmation');
  });

  it('is one request however often it is asked for, by several operators at once too', async () => {
    const asked = await Promise.all([ask(), ask(), ask('authorize', { displayName: '另一个名字' })]);
    expect(new Set(asked.map(({ authorizationNo }) => authorizationNo)).size).toBe(1);
    await ask();
    expect(new Set(sentTo('/user-confirm-authorization').map(({ body }) => body)).size).toBe(1);
    expect(await documents(authorizationsCollection)).toHaveLength(1);
  });

  it.each(['before', 'after'] as const)(
    'keeps its number when the answer is lost %s it took effect',
    async (lose) => {
      at.shop.lose = lose;
      await refusal('OUTCOME_UNKNOWN', () => ask());
      expect(await seen()).toMatchObject([{ state: 'WAITING' }]);
      at.shop.lose = undefined;
      const asked = await ask();
      expect(asked.state).toBe('WAIT_USER_CONFIRM');
      expect((await seen())[0]).toHaveProperty('confirmation');
      const sent = sentTo('/user-confirm-authorization');
      expect(sent.length).toBeGreaterThan(1);
      expect(new Set(sent.map(({ body }) => body)).size).toBe(1);
    },
  );

  it('is listed for operators, the newest first, with the person', async () => {
    const first = await ask();
    await at.shop.sandbox.clock.advance(1000);
    const second = await ask('authorize', { openid: 'oSomebodyElse' });
    const answer = await transferMoney(at.ports, 'oOperator', { action: 'authorizations' });
    const { authorizations } = answer as TransferMoneyAnswers['authorizations'];
    expect(authorizations.map(({ authorizationNo }) => authorizationNo)).toEqual([
      second.authorizationNo,
      first.authorizationNo,
    ]);
    expect(authorizations[0]).toMatchObject({ openid: 'oSomebodyElse', sceneId });
  });

  it('is shown to nobody else', async () => {
    await ask();
    expect(await seen('oStranger')).toEqual([]);
  });

  it('that nobody answered for 24 hours is closed, and asked for anew under another number', async () => {
    const first = await ask();
    await at.shop.sandbox.clock.advance(25 * 3600_000);
    expect(await ask('authorization')).toMatchObject({
      state: 'CLOSED',
      closeReason: 'USER_OVERDUE_UNCONFIRMED',
    });
    const second = await ask();
    expect(second.state).toBe('WAIT_USER_CONFIRM');
    expect(second.authorizationNo).not.toBe(first.authorizationNo);
  });

  it('that WeChat Pay refuses can be asked for again', async () => {
    const { account } = at.shop;
    const wrong = { ...account, appid: 'wx0000000000000000' };
    const { ports } = at;
    at.ports = { ...ports, accounts: { find: () => wrong } };
    expect((await refusal('WECHATPAY_REFUSED', () => ask())).wechatPay).toMatchObject({
      code: 'INVALID_REQUEST',
    });
    expect(await documents(authorizationsCollection)).toMatchObject([{ state: 'REFUSED' }]);
    at.ports = ports;
    expect(await ask()).toMatchObject({ state: 'WAIT_USER_CONFIRM' });
  });

  it('is refused for a scene that this shop has not, a wrong reason, or without an address for callbacks', async () => {
    await refusal('TRANSFER_SCENE', () => ask('authorize', { sceneId: '1009' }));
    await refusal('BAD_REQUEST', () => ask('authorize', { perception: '活动奖励' }));
    await refusal('BAD_REQUEST', () => ask('authorize', { displayName: '' }));
    at.ports = { ...at.ports, notifyUrl: () => undefined };
    await refusal('CONFIG_INVALID', () => ask());
    expect(await documents(authorizationsCollection)).toEqual([]);
  });
});

describe('a callback about an authorisation', () => {
  const resource = ({ authorizationNo }: TransferAuthorizationView, changes: object = {}) => ({
    mchid: at.shop.account.mchid,
    appid: at.shop.account.appid,
    out_authorization_no: authorizationNo,
    authorization_id: 'A1',
    openid,
    state: 'TAKING_EFFECT',
    authorize_time: '2026-11-27T21:00:00+08:00',
    ...changes,
  });
  const closed = {
    state: 'CLOSED',
    close_info: { close_time: '2026-11-28T21:00:00+08:00', close_reason: 'USER_CLOSE' },
  };
  const stored = () => documents(authorizationsCollection);
  const receive = (of: object, account: 'direct' | 'partner' = 'direct') =>
    applyAuthorizationCallback(at.ports, account, of as ReturnType<typeof resource>);

  it('says that the person agreed, and later that it ended, without a query', async () => {
    const asked = await ask();
    expect(await receive(resource(asked))).toBe('changed');
    expect(await receive(resource(asked))).toBe('no-news');
    expect(await stored()).toMatchObject([{ state: 'TAKING_EFFECT', authorizedAtMs: expect.any(Number) }]);
    expect(await receive(resource(asked, closed))).toBe('changed');
    expect(await stored()).toMatchObject([{ state: 'CLOSED', closeReason: 'USER_CLOSE' }]);
    // A late one.
    expect(await receive(resource(asked))).toBe('no-news');
    expect(await stored()).toMatchObject([{ state: 'CLOSED' }]);
  });

  it.each([
    ['of an unknown number', { out_authorization_no: 'NOSUCH' }, 'direct'],
    ['about another person', { openid: 'oStranger' }, 'direct'],
    ['of another merchant', { mchid: '1' }, 'direct'],
    ['of another mini-program', { appid: 'wx0000000000000000' }, 'direct'],
    ['about another scene', { transfer_scene_id: '1009' }, 'direct'],
    ["for the provider's account", {}, 'partner'],
  ] as const)('%s changes nothing', async (_, changes, account) => {
    const asked = await ask();
    expect(await receive(resource(asked, changes), account)).toBe('UNKNOWN_AUTHORIZATION');
    expect(await documents(authorizationsCollection)).toMatchObject([{ state: 'WAIT_USER_CONFIRM' }]);
  });
});

describe('a transfer to a person who authorised it', () => {
  it('arrives without a confirmation, and is written down', async () => {
    await authorized();
    const made = await at.transfer('a', unconfirmed);
    expect(made).toMatchObject({ state: 'ACCEPTED', openid });
    await at.pass(3);
    expect(await at.seen(made.outBillNo)).toMatchObject({ state: 'SUCCESS' });
    expect(at.ledger()).toMatchObject([{ _id: `TRANSFER:${made.outBillNo}`, amountFen: -5000 }]);
    expect(at.applications()).toEqual([]);
  });

  it.each(['before', 'after'] as const)(
    'is one transfer when the answer is lost %s it took effect',
    async (lose) => {
      await authorized();
      // The authorisation is known to be in effect; only the response of the transfer is lost.
      const { accounts } = at.ports;
      const losing = accounts.find('direct')!;
      const client = new Proxy(losing.client, {
        get(target, name) {
          if (name === 'send') at.shop.lose = lose;
          const value = Reflect.get(target, name);
          return typeof value === 'function' ? value.bind(target) : value;
        },
      });
      const lossy = { ...at.ports, accounts: { find: () => ({ ...losing, client }) } };
      expect((await at.transfer('a', unconfirmed, lossy)).state).toBe('WAITING');
      at.shop.lose = undefined;
      await at.pass(5);
      const again = await at.transfer('a', unconfirmed);
      expect(again.state).toBe('SUCCESS');
      expect(await at.atSimulator()).toMatchObject([{ outBillNo: again.outBillNo, state: 'SUCCESS' }]);
      expect(new Set(sentTo('/transfer-bills/transfer').map(({ body }) => body)).size).toBe(1);
      expect(at.ledger()).toHaveLength(1);
    },
  );

  it('is confirmed like any other when that is not asked for', async () => {
    await authorized();
    expect((await at.transfer('a')).state).toBe('WAIT_USER_CONFIRM');
    await refusal('TOKEN_REUSED', () => at.transfer('a', unconfirmed));
    await at.transfer('b', unconfirmed);
    await refusal('TOKEN_REUSED', () => at.transfer('b'));
  });
});

describe('without an authorisation in force', () => {
  const prepared: [string, () => Promise<unknown>][] = [
    ['nobody was asked', async () => {}],
    ['the person has not answered', () => ask()],
    ['the person refused', async () => decide((await ask()).authorizationNo, false)],
    ['the person ended it', async () => decide((await authorized()).authorizationNo, false)],
    [
      'it is of another scene',
      async () => decide((await ask('authorize', { sceneId: '1000' })).authorizationNo, true),
    ],
  ];
  it.each(prepared)('when %s, nothing is transferred, and both languages say why', async (_, prepare) => {
    await prepare();
    const refused = await refusal('TRANSFER_NOT_AUTHORIZED', () => at.transfer('a', unconfirmed));
    expect(refused.texts.zh).toContain('授权');
    expect(refused.texts.en).toContain('authoris');
    expect(await documents(transfersCollection)).toEqual([]);
    expect(sentTo('/transfer-bills/transfer')).toEqual([]);
    // The same token may still be used for a transfer with confirmation.
    expect((await at.transfer('a')).state).toBe('WAIT_USER_CONFIRM');
  });

  it('ended between the question and the transfer, the transfer is refused and counts no more', async () => {
    const { authorizationNo } = await authorized();
    await ask('authorization');
    const account = at.ports.accounts.find('direct')!;
    const client = new Proxy(account.client, {
      get(target, name) {
        if (name !== 'send') {
          const value = Reflect.get(target, name);
          return typeof value === 'function' ? value.bind(target) : value;
        }
        return async (request: Parameters<typeof target.send>[0]) => {
          await decide(authorizationNo, false);
          return target.send(request);
        };
      },
    });
    const late = { ...at.ports, accounts: { find: () => ({ ...account, client }) } };
    const made = await at.transfer('a', unconfirmed, late);
    expect(made.state).toBe('CHECKING');
    await at.pass(10);
    expect(at.stored(made.outBillNo).state).toBe('REFUSED');
    await refusal('WECHATPAY_REFUSED', () => at.transfer('a', unconfirmed));
    await refusal('TRANSFER_NOT_AUTHORIZED', () => at.transfer('b', unconfirmed));
    expect(await at.atSimulator()).toEqual([]);
    expect(at.ledger()).toEqual([]);
  });

  it('what WeChat Pay says about another person is not believed', async () => {
    const { authorizationNo } = await authorized();
    const [stored] = (await documents(authorizationsCollection)) as AuthorizationRecord[];
    await at.shop.documents.update(
      authorizationsCollection,
      stored!._id,
      { version: stored!.version },
      { openid: 'oSomebodyElse', version: stored!.version + 1 },
    );
    expect(stored!.number).toBe(authorizationNo);
    await refusal('TRANSFER_NOT_AUTHORIZED', () => at.transfer('a', unconfirmed));
    expect(await at.atSimulator()).toEqual([]);
  });
});
