import { describe, expect, it } from 'vitest';
import type { TransferMoneyAnswers } from '../../contract/index.ts';
import { refusal } from '../testing/scripted-shop.ts';
import { type AuthorizationRecord, authorizationsCollection, viewAuthorization } from './authorizations.ts';
import { receiveTransfer } from './receive-transfer.ts';
import { authorizing } from './testing/authorizing.ts';
import { openid } from './testing/transferring.ts';

describe('the lists of authorisations', () => {
  it('show an operator all, and the newest first', async () => {
    const { shop, act, ask } = authorizing();
    await ask();
    const [first] = shop.documents.all<AuthorizationRecord>(authorizationsCollection);
    const later = { ...first!, _id: 'later', number: 'N2', createdAtMs: shop.nowMs + 1, openid: 'oOtherOne' };
    shop.documents.put(authorizationsCollection, later);
    const answer = (await act({ action: 'authorizations' })) as TransferMoneyAnswers['authorizations'];
    expect(answer.authorizations.map(({ openid: of }) => of)).toEqual(['oOtherOne', openid]);
    expect(answer.authorizations[0]).not.toHaveProperty('confirmation');
  });

  it('show a person their own, with what opens them, even while WeChat Pay cannot be asked', async () => {
    const { shop, script, ports, ask } = authorizing();
    await ask();
    const list = (by: string) => receiveTransfer(ports, by, { action: 'authorizations' });
    const { mchid, appid } = shop.account;
    const confirmation = { mchId: mchid, appId: appid, package: 'P' };
    expect(await list(openid)).toMatchObject({
      authorizations: [{ state: 'WAIT_USER_CONFIRM', confirmation }],
    });
    expect(await list('oStranger')).toEqual({ authorizations: [] });
    script.wire = refusal('RESPONSE_TIMEOUT', 'unknown');
    expect(await list(openid)).toMatchObject({ authorizations: [{ confirmation }] });
    script.wire = new TypeError('a bug');
    await expect(list(openid)).rejects.toThrow('a bug');
    script.wire = { state: 'TAKING_EFFECT', authorization_id: 'A1' };
    const answer = (await list(openid)) as { authorizations: object[] };
    expect(answer.authorizations[0]).not.toHaveProperty('confirmation');
    expect(answer.authorizations[0]).not.toHaveProperty('openid');
  });

  it.each([
    ['waits', { packageInfo: 'P' }, 'WAIT_USER_CONFIRM', true],
    ['waits, with what opens it unknown', {}, 'WAIT_USER_CONFIRM', false],
    ['ended', { state: 'CLOSED', packageInfo: 'P' }, 'CLOSED', false],
    ['is not known to have arrived', { state: 'REQUESTED', packageInfo: 'P' }, 'WAITING', false],
  ] as const)(
    'show one that %s, and what opens it only if that can be confirmed',
    async (_, of, state, opens) => {
      const { ask, change, stored } = authorizing();
      await ask();
      change({ packageInfo: null, ...of });
      const view = viewAuthorization(stored(), true);
      expect(view.state).toBe(state);
      expect('confirmation' in view).toBe(opens);
    },
  );

  it('say that nobody was asked', async () => {
    await expect(authorizing().query()).rejects.toMatchObject({ code: 'TRANSFER_NOT_AUTHORIZED' });
  });
});
