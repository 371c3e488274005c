import { describe, expect, it } from 'vitest';
import { CloudError } from '../cloudbase/cloud-error.ts';
import type { ErrorCode } from '../contract/index.ts';
import { refusal } from '../core/testing/expect-refusal.ts';
import { createApp } from './container.ts';
import { askFunction } from './function-rpc.ts';

const asking = (answer: () => Promise<unknown>) => () =>
  askFunction(createApp({}, { functionsWithin: () => ({ call: answer }) }), 'partnerOrders', {}, 1000);
const refusing = (error: object) => asking(async () => ({ ok: false, error }));
const texts = { message: '忙', messageEn: 'busy' };

describe('a function of the shop that is asked by another', () => {
  it.each<[ErrorCode, object, boolean]>([
    ['CONFIG_INVALID', { retryable: true }, true],
    ['CONFIG_INVALID', {}, false],
    ['BUSY', { retryable: true }, true],
    ['ORDER_PAID', {}, false],
  ])('says with %s and %j whether the same call may succeed later: %s', async (code, more, retryable) => {
    const error = await refusal(code, refusing({ code, ...texts, ...more }));
    expect(error).toMatchObject({ retryable, fields: undefined, wechatPay: undefined });
  });

  it('leaves the error of a call that failed in the log', async () => {
    const cause = new CloudError('UNAVAILABLE', 'm');
    const error = await refusal(
      'OUTCOME_UNKNOWN',
      asking(() => Promise.reject(cause)),
    );
    expect(error.cause).toBe(cause);
  });

  it.each([[null], [undefined], ['ok'], [{}], [5]])(
    'is of another version when it answers %j',
    async (answer) => {
      await expect(asking(async () => answer)()).rejects.toThrow(
        'Deploy both functions from the same version.',
      );
    },
  );
});
