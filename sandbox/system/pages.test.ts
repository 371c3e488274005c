import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { staticPages } from './pages.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pages-'));
  writeFileSync(join(folder, 'index.html'), '<p>here</p>');
  writeFileSync(`${folder}-secret`, 'secret');
});
afterAll(() => {
  rmSync(folder, { recursive: true });
  rmSync(`${folder}-secret`);
});

/** As it is on the wire: a URL would resolve `..` before it is sent. */
function get(target: string) {
  const request = new Request('http://127.0.0.1/');
  Object.defineProperty(request, 'url', { value: `http://127.0.0.1${target}` });
  return staticPages({ '/phone/': folder })(request);
}

describe('the pages of the sandbox', () => {
  it('are served from their folder', async () => {
    expect(await (await get('/phone/index.html'))?.text()).toBe('<p>here</p>');
    expect((await get('/phone/'))?.headers.get('content-type')).toMatch('text/html');
  });

  it.each([
    '/phone/../secret',
    '/phone/..%2f..%2fetc%2fpasswd',
    '/phone/%2e%2e/%2e%2e/etc/passwd',
    '/phone/..%5c..%5csecret',
    '/phone//etc/passwd',
    '/phone/%00',
    '/phone/%zz',
    '/phone/-secret',
    '/phone/..%2fpages-secret',
    '/other/index.html',
  ])('are not %s', async (target) => {
    expect(await get(target)).toBeUndefined();
  });
});
