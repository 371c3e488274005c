import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as tlsConnect } from 'node:tls';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from './index.ts';

const run = promisify(execFile);
let sandbox: Sandbox;
let folder: string;
let caFile: string;

beforeAll(async () => {
  sandbox = await startSandbox({ seed: 'proxy', proxyPort: 0 });
  folder = mkdtempSync(join(tmpdir(), 'sandbox-proxy-'));
  caFile = join(folder, 'ca.pem');
  writeFileSync(caFile, sandbox.caPem);
});
afterAll(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true });
});

/** What curl prints of an answer: its status, that of the proxy where that refused. */
async function curl(url: string): Promise<string> {
  const { stdout } = await run(
    'curl',
    [
      ...['-s', '-o', '/dev/null', '-w', '%{http_code} %{http_connect}'],
      ...['-H', 'Accept: application/json', url],
    ],
    {
      env: {
        ...process.env,
        HTTPS_PROXY: sandbox.proxyUrl!,
        https_proxy: sandbox.proxyUrl!,
        CURL_CA_BUNDLE: caFile,
      },
    },
  ).catch((error: { stdout: string }) => error);
  return stdout;
}

describe('the proxy', () => {
  test.each(['api.mch.weixin.qq.com', 'api2.mch.weixin.qq.com'])(
    'lets curl reach the sandbox as %s, by HTTPS_PROXY and the certificate authority alone',
    async (host) => {
      expect(await curl(`https://${host}/v3/certificates`)).toBe('401 200');
      const last = await sandbox.exchanges.last();
      expect([last?.request.headers.host, last?.request.target]).toEqual([host, '/v3/certificates']);
    },
  );

  test.each(['https://example.com/', 'https://api.mch.weixin.qq.com:8443/', 'https://127.0.0.1/'])(
    'refuses %s',
    async (url) => {
      expect(await curl(url)).toBe('000 403');
    },
  );

  test('lets node reach the sandbox through CONNECT', async () => {
    const socket = await tunnel('api.mch.weixin.qq.com:443');
    const secure = tlsConnect({ socket, servername: 'api.mch.weixin.qq.com', ca: sandbox.caPem });
    await once(secure, 'secureConnect');
    expect(secure.authorized).toBe(true);
    secure.end('GET /v3/nowhere HTTP/1.1\r\nHost: api.mch.weixin.qq.com\r\nConnection: close\r\n\r\n');
    let answer = '';
    for await (const chunk of secure) answer += chunk;
    expect(answer).toMatch(/^HTTP\/1\.1 404 /);
  });

  test('refuses a plain request, and says what it is for', async () => {
    const answer = await fetch(sandbox.proxyUrl!);
    expect(answer.status).toBe(403);
    expect(await answer.text()).toContain('api.mch.weixin.qq.com');
  });
});

function tunnel(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(sandbox.proxyUrl!);
    request({ hostname, port, method: 'CONNECT', path })
      .on('connect', (response, socket) =>
        response.statusCode === 200 ? resolve(socket) : reject(new Error(String(response.statusCode))),
      )
      .on('error', reject)
      .end();
  });
}
