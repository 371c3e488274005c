import { beforeEach, describe, expect, it } from 'vitest';
import { memoryDocuments } from '../core/testing/documents.ts';
import type { WeixinApi } from '../core/weixin-api.ts';
import { tokenApi } from './token-api.ts';

let nowMs: number;
/** What WeChat answers to the calls, one after the other; then a success. */
let answers: object[];
let tokens: number;
let calls: string[];
let api: WeixinApi;

beforeEach(() => {
  nowMs = 1_800_000_000_000;
  answers = [];
  tokens = 0;
  calls = [];
  api = tokenApi({
    ...{ documents: memoryDocuments(), clock: { nowMs: () => nowMs } },
    ...{ appid: 'wx0123456789abcdef', appSecret: 'secret', base: 'https://wechat.example', timeoutMs: 1000 },
    fetch: async (url) => {
      const { pathname, search } = new URL(url);
      if (pathname === '/cgi-bin/stable_token')
        return Response.json({ access_token: `a+b/${++tokens}`, expires_in: 7200 });
      calls.push(pathname + search);
      return Response.json(answers.shift() ?? { order: calls.length });
    },
  });
});

const call = () => api.call('getOrder', { transaction_id: '1' });
const path = '/wxa/sec/order/get_order?access_token=a%2Bb%2F';

describe('a call', () => {
  it('goes to its path with the token, and returns a success without an errcode', async () => {
    expect(await call()).toEqual({ order: 1 });
    expect(calls).toEqual([`${path}1`]);
  });

  it.each([40001, 40014, 42001])('is repeated with another token after %d', async (errcode) => {
    answers = [{ errcode }];
    expect(await call()).toEqual({ order: 2 });
    expect(calls).toEqual([`${path}1`, `${path}2`]);
  });

  it('is repeated once', async () => {
    answers = [{ errcode: 42001 }, { errcode: 40001 }];
    await expect(call()).rejects.toMatchObject({ kind: 'fault', errcode: 40001 });
    expect(calls).toHaveLength(2);
  });

  it.each([-1, 10060001, 48001])('is not repeated after %d', async (errcode) => {
    answers = [{ errcode }];
    await expect(call()).rejects.toMatchObject({ errcode });
    expect(calls).toHaveLength(1);
  });
});

describe('the token', () => {
  it('is asked for once for calls at the same time', async () => {
    await Promise.all([call(), call(), call()]);
    expect(tokens).toBe(1);
  });

  it('is asked for again when it is about to expire', async () => {
    await call();
    nowMs += 7_000_000;
    await call();
    expect(calls).toEqual([`${path}1`, `${path}2`]);
  });
});
