/** Callbacks about authorisations. */
import { expect, it } from 'vitest';
import { applyAuthorizationCallback } from './authorization-callback.ts';
import { authorizing } from './testing/authorizing.ts';
import { openid } from './testing/transferring.ts';

const asked = async () => {
  const at = authorizing();
  await at.ask();
  const { number, appid, mchid } = at.stored();
  const resource = { appid, mchid, out_authorization_no: number, openid, state: 'TAKING_EFFECT' };
  const receive = (changes: object = {}, account: 'direct' | 'partner' = 'direct') =>
    applyAuthorizationCallback(at.shop.ports, account, { ...resource, ...changes } as never);
  return { ...at, receive };
};

it('records what it says, once', async () => {
  const { receive, stored } = await asked();
  const said = {
    authorization_id: 'A1',
    authorize_time: '2026-01-02T11:04:05+08:00',
    transfer_scene_id: '1005',
  };
  expect(await receive(said)).toBe('changed');
  const authorizedAtMs = Date.UTC(2026, 0, 2, 3, 4, 5);
  expect(stored()).toMatchObject({ authorizationId: 'A1', authorizedAtMs, closedAtMs: null });
  expect(await receive(said)).toBe('no-news');
});

it('records when and why it was closed, or else that it was closed now', async () => {
  const { receive, stored } = await asked();
  const close_info = { close_time: '2026-01-02T12:04:05+08:00', close_reason: 'USER_CLOSE' };
  await receive({ state: 'CLOSED', close_info });
  expect(stored()).toMatchObject({ closedAtMs: Date.UTC(2026, 0, 2, 4, 4, 5), closeReason: 'USER_CLOSE' });
  const other = await asked();
  await other.receive({ state: 'CLOSED' });
  expect(other.stored()).toMatchObject({ closedAtMs: other.shop.nowMs, closeReason: null });
});

it('that it waits is no news', async () => {
  const { receive, stored } = await asked();
  const before = stored();
  expect(await receive({ state: 'WAIT_USER_CONFIRM' })).toBe('no-news');
  expect(stored()).toEqual(before);
});

it.each([
  [{ mchid: '1' }, 'direct'],
  [{}, 'partner'],
  [{ out_authorization_no: 'X' }, 'direct'],
  [{ openid: 'oStranger' }, 'direct'],
  [{ transfer_scene_id: '1000' }, 'direct'],
] as const)('that is not about ours is left alone: %j to %s', async (changes, account) => {
  const { receive, stored } = await asked();
  expect(await receive(changes, account)).toBe('UNKNOWN_AUTHORIZATION');
  expect(stored()).toMatchObject({ state: 'WAIT_USER_CONFIRM' });
});

it('need not name the merchant', async () => {
  const { receive } = await asked();
  expect(await receive({ mchid: undefined })).toBe('changed');
});
