import { describe, expect, it } from 'vitest';
import { postJson } from './http.ts';

type Answering = () => Response | Promise<Response>;

/** Posts to a host that answers like this. @returns what came of it, and what was sent */
function post(answering: Answering, target = '/cgi-bin/x?access_token=secret-token') {
  const sent: { url: string; init: RequestInit }[] = [];
  const fetch = async (url: string, init: RequestInit) => {
    sent.push({ url, init });
    return answering();
  };
  const answer = postJson({ fetch, base: 'https://wechat.example', timeoutMs: 1000 }, target, { a: '茶' });
  return { answer, sent };
}
const said = (text: string, status = 200) => post(() => new Response(text, { status })).answer;

describe('a request', () => {
  it('is a POST of JSON that follows no redirect and has a time limit', async () => {
    const { answer, sent } = post(() => Response.json({ errcode: 0 }));
    await answer;
    expect(sent).toEqual([
      {
        url: 'https://wechat.example/cgi-bin/x?access_token=secret-token',
        init: {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: '{"a":"茶"}',
          redirect: 'error',
          signal: expect.any(AbortSignal),
        },
      },
    ]);
  });
});

describe('an answer', () => {
  it.each([{ errcode: 0, order: 1 }, { errcode: 40001 }, { access_token: 'x' }, {}])(
    'is %j as it was sent',
    async (body) => {
      expect(await said(JSON.stringify(body))).toEqual(body);
    },
  );

  it.each([
    ['{"errcode":0}', 502, 'HTTP 502'],
    ['null', 200, 'not an object'],
    ['[]', 200, 'not an object'],
    ['"ok"', 200, 'not an object'],
    ['0', 200, 'not an object'],
    ['{"errcode":"0"}', 200, 'errcode is not a number'],
    ['<html>', 200, 'JSON'],
  ])('%s with status %d counts as none', async (text, status, reason) => {
    await expect(said(text, status)).rejects.toMatchObject({
      name: 'WeixinError',
      kind: 'unknown',
      errcode: undefined,
      message: expect.stringContaining(reason),
    });
  });

  it('that does not come is unknown, and the error names the path without the access token', async () => {
    const lost = (reason: unknown) =>
      post(() => {
        throw reason;
      }).answer;
    await expect(lost(new Error('reset'))).rejects.toMatchObject({
      kind: 'unknown',
      message: 'POST /cgi-bin/x: reset',
    });
    await expect(lost('reset')).rejects.toThrow('POST /cgi-bin/x: no answer');
  });

  it('has a reason of no more than 300 characters with the path', async () => {
    const { answer } = post(() => {
      throw new Error('long '.repeat(100));
    });
    const { message } = await answer.then(
      () => expect.unreachable(),
      (error: Error) => error,
    );
    expect(message).toHaveLength(300);
  });
});
