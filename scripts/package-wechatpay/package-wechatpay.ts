/** Makes an npm package of shared/wechatpay: JavaScript, declarations, and a package.json with subpath exports. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../..');
const source = join(root, 'shared/wechatpay');

/** Subpath to module. What is not here is internal. */
const entries = {
  '.': 'index',
  './client': 'http/client',
  './platform-keys': 'crypto/platform-keys',
  './keys': 'crypto/keys',
  './signer': 'crypto/signer',
  './verifier': 'crypto/verifier',
  './ciphers': 'crypto/ciphers',
  './notifications': 'notifications/notifications',
  './errors': 'errors',
  './routes/all': 'routes/all',
  './applyment/check': 'applyment/check',
  './applyment/form-parts': 'applyment/form-parts',
  './applyment/file-type': 'applyment/file-type',
} as const;

/** @param target a folder, which is replaced. */
export function packageWechatpay(target: string): void {
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  execFileSync(process.execPath, [tsc, '-p', here, '--outDir', target], { cwd: root, stdio: 'inherit' });
  for (const name of ['README.md', 'README.zh-CN.md']) cpSync(join(source, name), join(target, name));
  cpSync(join(root, 'LICENSE'), join(target, 'LICENSE'));
  const notice = 'routes/LICENSE-wechatpay-openapi';
  cpSync(join(source, notice), join(target, notice));
  writeFileSync(join(target, 'package.json'), `${JSON.stringify(manifest(), undefined, 2)}\n`);
}

function manifest(): object {
  const { version, license, engines, dependencies } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  ) as Record<string, Record<string, string>>;
  const exports = Object.entries(entries).map(([subpath, module]) => [
    subpath,
    { types: `./${module}.d.ts`, default: `./${module}.js` },
  ]);
  return {
    name: '@wechatpay-cloudbase/wechatpay',
    version,
    description:
      'WeChat Pay API v3 (微信支付 APIv3): every documented route, typed; verifies always; all key situations',
    license,
    type: 'module',
    sideEffects: false,
    engines,
    exports: Object.fromEntries(exports),
    dependencies: { axios: dependencies?.axios, zod: dependencies?.zod },
  };
}
