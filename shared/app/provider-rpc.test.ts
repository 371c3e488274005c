import { describe, expect, it } from 'vitest';
import { CloudError } from '../cloudbase/cloud-error.ts';
import { refusal } from '../core/testing/expect-refusal.ts';
import { createApp } from './container.ts';
import { providerDesk } from './provider-rpc.ts';

const deskThat = (answer: () => Promise<unknown>) => {
  const calls: unknown[] = [];
  const app = createApp(
    {},
    {
      functionsWithin: () => ({
        call: (name, data) => {
          calls.push([name, data]);
          return answer();
        },
      }),
    },
  );
  return { desk: providerDesk(app), calls };
};

describe('the desk, as others see it', () => {
  it('is told the payment and what to do, and nothing else', async () => {
    const { desk, calls } = deskThat(async () => ({ ok: true, data: null }));
    await desk.refresh('p1');
    await desk.close('p2');
    await desk.reconcile();
    expect(calls).toEqual([
      ['partnerOrders', { action: 'refresh', paymentNo: 'p1' }],
      ['partnerOrders', { action: 'close', paymentNo: 'p2' }],
      ['partnerOrders', { action: 'reconcile' }],
    ]);
  });

  it('refuses with its own code and texts', async () => {
    const error = {
      code: 'ORDER_PAID',
      message: '已付',
      messageEn: 'paid',
      wechatPay: { code: 'ORDERPAID' },
    };
    const { desk } = deskThat(async () => ({ ok: false, error }));
    const thrown = await refusal('ORDER_PAID', () => desk.close('p'));
    expect(thrown).toMatchObject({ texts: { zh: '已付', en: 'paid' }, wechatPay: { code: 'ORDERPAID' } });
  });

  it.each([
    ['UNAVAILABLE', 'OUTCOME_UNKNOWN'],
    ['FAILED', 'OUTCOME_UNKNOWN'],
    ['NOT_FOUND', 'CONFIG_INVALID'],
  ] as const)('that is %s means %s', async (cloud, code) => {
    const { desk } = deskThat(() => Promise.reject(new CloudError(cloud, 'm')));
    await refusal(code, () => desk.close('p'));
  });

  it('that answers something else is a fault', async () => {
    const { desk } = deskThat(async () => 'hello');
    await expect(desk.refresh('p')).rejects.toThrow('did not answer');
  });
});
