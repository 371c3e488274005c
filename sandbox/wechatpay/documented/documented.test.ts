import { constants, publicEncrypt } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isSignedBy, TestClient } from '../testing/client.ts';
import { type Sandbox, startSandbox } from '../testing/sandbox.ts';
import { documentedApis } from './facts.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ keyMode: 'public-key' });
});
afterAll(() => sandbox.close());

describe('an API that is documented, and has no behaviour here', () => {
  const stocks = '/v3/marketing/favor/coupon-stocks';

  test('answers an example in the documented form, signed, and says that it is one', async () => {
    const answer = await sandbox.direct.get(
      '/v3/marketing/favor/stocks/9856000?stock_creator_mchid=1900000001',
    );
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({ stock_id: '9856000', stock_creator_mchid: '1900000001' });
    expect(answer.headers.get('sandbox-fidelity')).toBe('shape');
    expect(isSignedBy(sandbox.direct.account.publicKeyPem, answer.headers, answer.text)).toBe(true);
    expect(await sandbox.lastExchange()).toMatchObject({ fidelity: 'shape', verdict: 'passed' });
  });

  test('checks the signature like any other', async () => {
    const answer = await sandbox.direct.post(
      stocks,
      {},
      { signature: Buffer.alloc(256, 1).toString('base64') },
    );
    expect([answer.status, answer.json.code]).toEqual([401, 'SIGN_ERROR']);
  });

  test('refuses another method, and a value of another type', async () => {
    expect((await sandbox.direct.send('PUT', stocks, '{}')).status).toBe(405);
    const answer = await sandbox.direct.post(stocks, { stock_name: 5 });
    expect([answer.status, answer.json.code, answer.json.detail.field]).toEqual([
      400,
      'PARAM_ERROR',
      '/stock_name',
    ]);
  });

  test('warns of what its data may be wrong in: required fields, enums, unknown names', async () => {
    const answer = await sandbox.direct.post(stocks, { stock_nam: 'x', stock_type: 'SOMETHING' });
    expect(answer.status).toBe(200);
    const { warnings } = await sandbox.lastExchange();
    expect(warnings).toContain(
      '/body/stock_nam is not in the documented fields; did you mean stock_name? 不在文档的字段中，是不是 stock_name',
    );
    expect(warnings).toContain(
      '/body/stock_name is documented as required, and missing 文档列为必填，请求中没有',
    );
    expect(warnings).toContain(
      '/body/stock_type is documented as one of NORMAL, DISCOUNT, EXCHAHGE, RANDOM, DISCOUNT_CUT 取值不在文档所列之中',
    );
  });

  test('refuses them where the data was compared with the page', async () => {
    const path = '/v3/pay/transactions/app-with-contract';
    const audited = documentedApis().find(
      ({ audited, route }) => audited && route.startsWith('POST /v3/fund-app/mch-transfer/elecsign'),
    );
    expect(audited).toBeDefined();
    const answer = await sandbox.direct.post(audited!.route.split(' ')[1]!, { unknown: 1 });
    expect([answer.status, answer.json.code]).toEqual([400, 'PARAM_ERROR']);
    expect(answer.json.detail.issue).toBe('unknown parameter');
    expect((await sandbox.direct.post(path, { appid: 5 })).json.detail.field).toBe('/appid');
  });

  test('decrypts what is encrypted, and encrypts what it answers', async () => {
    const sensitive = documentedApis().find(
      ({ route }) => route === 'POST /v3/new-tax-control-fapiao/fapiao-applications',
    );
    expect(JSON.stringify(sensitive?.body)).toContain('"c":1');
    const body = (phone: string) => ({
      buyer_information: { type: 'INDIVIDUAL', name: 'x', phone },
    });
    const headers = { 'wechatpay-serial': sandbox.direct.account.publicKeyId };
    const path = '/v3/new-tax-control-fapiao/fapiao-applications';
    const clear = await sandbox.direct.post(path, body('13900000000'), { headers });
    expect([clear.status, clear.json.code]).toEqual([400, 'PARAM_ERROR']);
    const cipher = encrypted('13900000000');
    expect((await sandbox.direct.post(path, body(cipher), { headers })).status).toBe(202);
  });

  test('a route that is not documented is still unknown, and one with behaviour says so', async () => {
    expect((await sandbox.direct.get('/v3/marketing/favor/nowhere/at/all')).status).toBe(404);
    const known = await sandbox.direct.get(
      `/v3/pay/transactions/out-trade-no/NOSUCHORDER?mchid=${sandbox.direct.account.mchid}`,
    );
    expect([known.status, known.headers.get('sandbox-fidelity')]).toEqual([404, 'behaviour']);
  });
});

describe('every documented API', () => {
  test('is there, and answers the form that its data has, or refuses what is required of it', async () => {
    const wrong: string[] = [];
    const client = new TestClient(sandbox.direct.account, async (request) => {
      const { status } = await sandbox.fetch(request);
      if (status >= 500 || status === 405) wrong.push(`${request.method} ${request.url}: ${status}`);
      return new Response(undefined, { status });
    });
    for (const { route, file } of documentedApis()) {
      const [method, path] = route.split(' ') as [string, string];
      await client.send(method, path.replace(/\{\w+\}/g, '1'), method === 'GET' || file ? '' : '{}');
    }
    expect(wrong).toEqual([]);
  });

  test('is in the list of the control API, with what stands behind it', async () => {
    const { json } = await sandbox.control('GET', '');
    const levels = json.apis.map(({ fidelity }: { fidelity: string }) => fidelity);
    expect(new Set(levels)).toEqual(new Set(['behaviour', 'shape']));
    expect(levels.length).toBeGreaterThanOrEqual(documentedApis().length);
  });
});

function encrypted(clear: string): string {
  const key = sandbox.direct.account.publicKeyPem;
  const padding = constants.RSA_PKCS1_OAEP_PADDING;
  return publicEncrypt({ key, padding, oaepHash: 'sha1' }, Buffer.from(clear)).toString('base64');
}
