import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { directOrder, type Sandbox, startSandbox } from '../testing/sandbox.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

const target = '/v3/pay/transactions/jsapi';

function sign(query: Record<string, string>, body: string, accept = '*/*'): Promise<Response> {
  const url = `http://127.0.0.1:8700/_sandbox/sign?${new URLSearchParams(query)}`;
  return sandbox.fetch(new Request(url, { method: 'POST', body, headers: { accept } }));
}

function order(body: string, authorization: string): Promise<Response> {
  const headers = {
    authorization,
    accept: 'application/json',
    'content-type': 'application/json',
    'user-agent': 'a command line',
  };
  return sandbox.fetch(new Request(`http://127.0.0.1:8700${target}`, { method: 'POST', body, headers }));
}

describe('POST /_sandbox/sign', () => {
  test('gives an Authorization header that is accepted, once', async () => {
    const { mchid } = sandbox.direct.account;
    const body = JSON.stringify(directOrder(sandbox));
    const first = await (await sign({ mchid, method: 'POST', target }, body)).text();
    expect((await order(body, first)).status).toBe(200);
    expect((await order(body, first)).status, 'the nonce is used up').toBe(401);
    const again = await (await sign({ mchid, method: 'POST', target }, body)).text();
    expect((await order(body, again)).status).toBe(200);
    expect((await order(`${body} `, again)).status, 'another body').toBe(401);
  });

  test('shows the message that was signed, whatever the body is', async () => {
    const { mchid } = sandbox.direct.account;
    const query = { mchid, method: 'GET', target: '/v3/certificates' };
    const answer = await sign(query, 'not json', 'application/json');
    const { message } = (await answer.json()) as { message: string };
    expect(message).toMatch(/^GET\n\/v3\/certificates\n\d{10}\n[0-9a-f]{32}\nnot json\n$/i);
  });

  test.each([
    ['an unknown merchant', { mchid: '1' }, 404],
    ['a target that is no path', { target: 'v3' }, 400],
    ['a method that is none', { method: 'post it' }, 400],
  ])('refuses %s, saying what is there', async (_what, wrong, status) => {
    const { mchid } = sandbox.direct.account;
    const answer = await sign({ mchid, method: 'POST', target, ...wrong }, '');
    expect(answer.status).toBe(status);
    expect(await answer.text()).toMatch(/1900000001|GET, POST|path/);
  });
});
