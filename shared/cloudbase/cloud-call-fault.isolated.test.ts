/** What the unmodified SDK does not do on request: fail without a code. The SDK is loaded once per process. */
import { expect, it, vi } from 'vitest';
import { cloudCall } from './cloud-call.ts';

const { options, thrown } = vi.hoisted(() => ({ options: [] as unknown[], thrown: [] as unknown[] }));
vi.mock('wx-server-sdk', () => {
  const call = () => Promise.reject(thrown.shift());
  const names: object = new Proxy(call, { get: (_, name) => (name === 'then' ? undefined : names) });
  const init = (given: unknown) => void options.push(given);
  return { default: { DYNAMIC_CURRENT_ENV: 'current', init, openapi: () => names } };
});

it.each([[new TypeError('broken')], [{ errCode: '10060001', errMsg: 'm' }], [undefined]])(
  'takes no failure without a number for an answer of WeChat: %#',
  async (failure) => {
    thrown.push(failure);
    await expect(cloudCall('getOrder', {})).rejects.toBe(failure);
  },
);

it('calls in the environment of the function', () => {
  expect(options).toEqual([{ env: 'current' }]);
});
