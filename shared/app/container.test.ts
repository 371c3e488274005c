import type { CloudBase } from '@cloudbase/node-sdk';
import { afterEach, expect, it, vi } from 'vitest';
import { createApp } from './container.ts';

afterEach(() => vi.restoreAllMocks());

it('keeps the secrets of both accounts out of the log, wherever they appear', () => {
  const secrets = {
    WECHATPAY_DIRECT_API_V3_KEY: 'direct-api-v3-key-of-32-bytes-01',
    WECHATPAY_DIRECT_API_V3_KEY_OTHER: 'direct-api-v3-key-of-32-bytes-99',
    WECHATPAY_DIRECT_PRIVATE_KEY: 'direct-private-key',
    WECHATPAY_PROVIDER_API_V3_KEY: 'provider-api-v3-key-32-bytes-002',
    WECHATPAY_PROVIDER_PRIVATE_KEY: 'provider-private-key',
    WECHAT_APP_SECRET: 'app-secret-of-the-mini-program',
  };
  const lines: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
  const { log } = createApp({ ...secrets, WECHATPAY_APPID: 'wx0123456789abcdef' });
  for (const secret of Object.values(secrets)) {
    log.error(`event ${secret}`, {
      text: `x ${secret} y`,
      nested: [{ [secret]: secret }],
      error: new Error(secret),
    });
  }
  log.info('event', { appid: 'wx0123456789abcdef' });
  expect(lines).toHaveLength(7);
  for (const secret of Object.values(secrets)) expect(lines.join()).not.toContain(secret);
  expect(lines[6]).toContain('wx0123456789abcdef');
});

it('builds each part once per app', () => {
  let built = 0;
  const build = () => ++built;
  const app = createApp({});
  expect([app.once(build), app.once(build), createApp({}).once(build)]).toEqual([1, 1, 2]);
});

it('calls other functions with the SDK, for as long as it is told', async () => {
  const asked: unknown[] = [];
  const callFunction = async (...request: unknown[]) => {
    asked.push(request);
    return { result: 'answer' };
  };
  const app = createApp({}, { sdk: async () => ({ callFunction }) as unknown as CloudBase });
  expect(await app.functionsWithin(2500).call('reconcile', {})).toBe('answer');
  expect(asked).toEqual([[{ name: 'reconcile', data: {} }, { timeout: 2500 }]]);
});

it('has an SDK that is loaded on first use, where a test gives none', () => {
  expect(createApp({}).sdk).toBeTypeOf('function');
});
