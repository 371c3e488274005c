/** WeChat's server API as the configuration says; the cloud call with the unmodified wx-server-sdk. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { setEnvironment, startCloud, type TestCloud } from '../cloudbase/testing/cloud.ts';
import { memoryDocuments } from '../core/testing/documents.ts';
import { createApp } from './container.ts';
import { weixinApi, weixinSettings } from './weixin.ts';

const token = {
  WECHATPAY_APPID: 'wx0123456789abcdef',
  WECHAT_API_ACCESS: 'token',
  WECHAT_APP_SECRET: '0123456789abcdef0123456789abcdef',
};
const cloud = { WECHATPAY_APPID: 'wx0123456789abcdef', WECHAT_API_ACCESS: 'cloud' };

function appOf(env: Record<string, string>) {
  const warned: unknown[] = [];
  const warn = (event: string, fields?: object) => void warned.push([event, fields]);
  const log = { info: () => {}, warn, error: () => {} };
  return { app: createApp(env, { log, documents: memoryDocuments() }), warned };
}

describe('the settings', () => {
  it("are for the buyers' mini-program", () => {
    expect(weixinSettings(appOf(token).app)).toMatchObject({ access: 'token', appid: 'wx0123456789abcdef' });
    const ofSellers = { ...token, WECHATPAY_PROVIDER_SUB_APPID: 'wxfedcba9876543210' };
    expect(weixinSettings(appOf(ofSellers).app).appid).toBe('wxfedcba9876543210');
    const template = { ...token, SHIPPED_TEMPLATE_ID: 'template_id-of-a-message' };
    expect(weixinSettings(appOf(template).app).shippedTemplateId).toBe('template_id-of-a-message');
  });

  it('name every variable at fault', () => {
    const { app } = appOf({ WECHAT_API_ACCESS: 'token', WECHAT_APP_SECRET: 'x', SHIPPED_TEMPLATE_ID: 'x' });
    expect(() => weixinSettings(app)).toThrow(
      /WECHAT_APP_SECRET[\s\S]*WECHATPAY_APPID[\s\S]*SHIPPED_TEMPLATE_ID/,
    );
  });

  it('warn once per instance of a host that is not WeChat, and of no other', () => {
    for (const base of ['', 'https://api.weixin.qq.com', 'http://127.0.0.1:1']) {
      const { app, warned } = appOf({ ...token, WECHAT_API_BASE: base });
      weixinSettings(app);
      expect(warned).toEqual([]);
    }
    const { app, warned } = appOf({ ...token, WECHAT_API_BASE: 'https://proxy.example' });
    weixinSettings(app);
    weixinSettings(app);
    const fields = { base: 'https://proxy.example', advice: expect.any(String) };
    expect(warned).toEqual([['config.weixin_base_not_wechat', fields]]);
  });
});

it('with a token is asked over HTTPS with the appid and the AppSecret', async () => {
  const asked: { url: string | undefined; body: unknown }[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    asked.push({ url: request.url, body: JSON.parse(body) });
    const answer =
      asked.length === 1 ? { access_token: 'the-token', expires_in: 7200 } : { errcode: 0, order: 1 };
    response.end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const WECHAT_API_BASE = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { app } = appOf({ ...token, WECHAT_API_BASE });
    expect(weixinApi(app)).toBe(weixinApi(app));
    expect(await weixinApi(app).call('getOrder', { a: 1 })).toMatchObject({ order: 1 });
    const { WECHATPAY_APPID: appid, WECHAT_APP_SECRET: secret } = token;
    expect(asked[0]?.body).toMatchObject({ appid, secret });
    expect(asked[1]).toMatchObject({
      url: expect.stringContaining('access_token=the-token'),
      body: { a: 1 },
    });
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

describe('through the cloud call', () => {
  let restore: () => void;
  let emulator: TestCloud;
  let answer: { body: Record<string, unknown> } | 'lost';
  beforeAll(async () => {
    restore = setEnvironment({ WX_API_TOKEN: 'token', WX_CONTEXT_KEYS: 'WX_API_TOKEN' });
    emulator = await startCloud(undefined, async () => answer);
  });
  afterAll(async () => {
    await emulator.close();
    restore();
  });
  beforeEach(() => {
    answer = { body: { errcode: 0, order: 1 } };
  });
  const call = () => weixinApi(appOf(cloud).app).call('getOrder', {});

  it('returns a success, and throws a refusal', async () => {
    expect(await call()).toMatchObject({ order: 1 });
    answer = { body: { errcode: 10060001, errmsg: 'm' } };
    await expect(call()).rejects.toMatchObject({ kind: 'refused', errcode: 10060001 });
  });

  it('has an unknown outcome without an answer', async () => {
    answer = 'lost';
    const cause = expect.objectContaining({ message: expect.stringContaining('-501001') });
    await expect(call()).rejects.toMatchObject({ kind: 'unknown', errcode: undefined, cause });
  });

  it('does not have every API', async () => {
    const asked = weixinApi(appOf(cloud).app).call('reportSpecialOrder', {});
    await expect(asked).rejects.toMatchObject({ kind: 'fault', errcode: -604100 });
  });
});
