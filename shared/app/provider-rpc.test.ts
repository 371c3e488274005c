import { describe, expect, it } from 'vitest';
import { CloudError } from '../cloudbase/cloud-error.ts';
import { refusal } from '../core/testing/expect-refusal.ts';
import { createApp } from './container.ts';
import { providerRpc } from './provider-rpc.ts';

const rpcThat = (answer: () => Promise<unknown>) => {
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
  return { rpc: providerRpc(app), calls };
};

describe('the calls to the function that holds the provider key', () => {
  it('passes the payment and the action, and nothing else', async () => {
    const { rpc, calls } = rpcThat(async () => ({ ok: true, data: null }));
    await rpc.refresh('p1');
    await rpc.close('p2');
    await rpc.reconcile();
    expect(calls).toEqual([
      ['partnerOrders', { action: 'refresh', paymentNo: 'p1' }],
      ['partnerOrders', { action: 'close', paymentNo: 'p2' }],
      ['partnerOrders', { action: 'reconcile' }],
    ]);
  });

  it('refuses with its own code, texts and fields', async () => {
    const fields = [{ path: 'amount', message: '太大', messageEn: 'too large' }];
    const error = {
      ...{ code: 'ORDER_PAID', message: '已付', messageEn: 'paid', fields },
      wechatPay: { code: 'ORDERPAID' },
    };
    const { rpc } = rpcThat(async () => ({ ok: false, error }));
    const thrown = await refusal('ORDER_PAID', () => rpc.close('p'));
    expect(thrown).toMatchObject({
      texts: { zh: '已付', en: 'paid' },
      fields,
      wechatPay: { code: 'ORDERPAID' },
    });
  });

  it.each([
    ['UNAVAILABLE', 'OUTCOME_UNKNOWN'],
    ['FAILED', 'OUTCOME_UNKNOWN'],
    ['NOT_FOUND', 'CONFIG_INVALID'],
  ] as const)('that is %s means %s', async (cloud, code) => {
    const { rpc } = rpcThat(() => Promise.reject(new CloudError(cloud, 'm')));
    await refusal(code, () => rpc.close('p'));
  });

  it('that answers something else is a fault', async () => {
    const { rpc } = rpcThat(async () => 'hello');
    await expect(rpc.refresh('p')).rejects.toThrow('unexpected form');
  });
});
