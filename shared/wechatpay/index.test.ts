import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import * as wechatpay from './index.ts';

const folder = dirname(fileURLToPath(import.meta.url));

/** Files that a file loads when it is imported, itself too. Types and imports at the time of use do not count. */
function loadedBy(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const text = readFileSync(file, 'utf8');
  for (const [, type, target] of text.matchAll(/^(?:import|export) (type )?[^'"]*? from '([^']+)'/gms)) {
    if (type) continue;
    if (target!.startsWith('.')) loadedBy(join(dirname(file), target!), seen);
    else seen.add(target!);
  }
  return seen;
}

const packagesOf = (file: string) =>
  [...loadedBy(join(folder, file))].filter((entry) => !entry.startsWith('/') && !entry.startsWith('node:'));
const filesOf = (file: string) =>
  [...loadedBy(join(folder, file))]
    .filter((entry) => entry.startsWith('/'))
    .map((entry) => relative(folder, entry));

describe('the package', () => {
  it('loads no other package until a request is sent', () => {
    expect(packagesOf('index.ts')).toEqual([]);
    expect(packagesOf('http/axios-transport.ts')).toEqual(['axios']);
  });

  it('does not load the client to read a callback', () => {
    const files = [
      ...filesOf('notifications/notifications.ts'),
      ...filesOf('crypto/platform-keys.ts'),
      ...filesOf('crypto/keys.ts'),
    ];
    expect(files).toContain('crypto/verifier.ts');
    expect(files.filter((file) => /client|transport|retry|response|signer/.test(file))).toEqual([]);
  });

  it('offers what its documentation names', () => {
    expect(Object.keys(wechatpay)).toEqual(
      expect.arrayContaining([
        'createClient',
        'createPlatformKeys',
        'downloadCertificates',
        'parseNotification',
        'parsePrivateKey',
        'parsePublicKey',
        'parseCertificate',
        'parseApiV3Key',
        'serialOf',
        'paySign',
        'signMessage',
        'verifySignature',
        'encryptOaep',
        'decryptOaep',
        'decryptResource',
        'WechatpayError',
      ]),
    );
  });
});
