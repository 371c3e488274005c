import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { signText } from '../testing/client.ts';
import { type Sandbox, startSandbox } from '../testing/sandbox.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

const headerText = fc.string({
  unit: fc.integer({ min: 32, max: 126 }).map((code) => String.fromCharCode(code)),
});
const path = '/v3/pay/transactions/jsapi';

test('no Authorization, however odd, is accepted or breaks the checks', async () => {
  const whole = sandbox.direct.authorize('GET', '/v3/certificates', '');
  const broken = fc.tuple(fc.nat({ max: whole.length - 1 }), headerText).map(([at, text]) => {
    return whole.slice(0, at) + text + whole.slice(at + 1 + text.length);
  });
  await fc.assert(
    fc.asyncProperty(fc.oneof(headerText, broken), async (authorization) => {
      fc.pre(authorization !== whole && authorization.trim() !== '');
      const answer = await sandbox.direct.get('/v3/certificates', { authorization });
      expect([400, 401]).toContain(answer.status);
      expect(['SIGN_ERROR', 'PARAM_ERROR']).toContain(answer.json.code);
    }),
    { numRuns: 150 },
  );
});

test('no body that is signed right breaks an API', async () => {
  const bodies = fc.oneof(
    fc.json(),
    fc.string(),
    fc.jsonValue().map((value) => JSON.stringify({ payer: value, amount: value })),
  );
  await fc.assert(
    fc.asyncProperty(bodies, async (body) => {
      const answer = await sandbox.direct.send('POST', path, body, {
        headers: { 'content-type': 'application/json' },
      });
      expect(answer.status).toBe(400);
      expect(answer.json.code).toBe('PARAM_ERROR');
    }),
    { numRuns: 60 },
  );
});

test('whatever text was signed instead, the explanation is there and rebuilds that text or none', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme' }), async (text) => {
      const signature = signText(sandbox.direct.account.privateKeyPem, text);
      const answer = await sandbox.direct.get('/v3/certificates', { signature });
      expect(answer.status).toBe(401);
      const explained = (await sandbox.lastExchange()).signature;
      expect(explained.signedWith).toBe('merchant 1900000001');
      expect([text, undefined]).toContain(explained.receivedMessage);
    }),
    { numRuns: 40 },
  );
});

test('no control call with any JSON answers 500', async () => {
  const calls = fc.constantFrom(
    '/cashier',
    '/clock',
    '/keys',
    '/notifications/settings',
    '/notifications/release',
    '/restore',
    '/orders/X/pay',
  );
  await fc.assert(
    fc.asyncProperty(calls, fc.jsonValue(), async (call, body) => {
      expect((await sandbox.control('POST', call, body)).status).toBeLessThan(500);
      expect((await sandbox.control('PUT', '/faults', body)).status).toBeLessThan(500);
    }),
    { numRuns: 100 },
  );
});
