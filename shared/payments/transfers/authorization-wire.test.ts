import { expect, it } from 'vitest';
import type { Account } from '../../core/account.ts';
import { applyForAuthorization } from './authorization-wire.ts';

it('an application may be sent again within the same call, since the same bytes are the same application', async () => {
  const sent: unknown[] = [];
  const send = async (request: unknown) => {
    sent.push(request);
    return { out_authorization_no: 'N1', state: 'WAIT_USER_CONFIRM', package_info: 'P' };
  };
  const answer = await applyForAuthorization({ client: { send } } as unknown as Account, '{"appid":"wx1"}');
  expect(answer).toEqual({ number: 'N1', state: 'WAIT_USER_CONFIRM', packageInfo: 'P' });
  const path = '/v3/fund-app/mch-transfer/user-confirm-authorization';
  expect(sent).toEqual([{ method: 'POST', path, body: '{"appid":"wx1"}', idempotent: true }]);
});
