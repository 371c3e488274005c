import { checkPrimeSync, createHash, createPublicKey } from 'node:crypto';
import { expect, test } from 'vitest';
import { createRsaKey } from './rsa.ts';

const fingerprint = async (label: string, seed: string) =>
  createHash('sha256')
    .update(createPublicKey(await createRsaKey(label, seed)).export({ format: 'der', type: 'spki' }))
    .digest('hex');

// Keys are made once per process, so that only a value from another process shows that a seed decides them.
test('a seed gives the keys that it gave in other processes', async () => {
  expect(await fingerprint('authority', 'fixed')).toBe(
    '7edec951d6979d198a9093dcb1c20da2a6702bccd4f8ca15602e388b8ac7dd42',
  );
  expect(await fingerprint('platform/1', 'fixed')).toBe(
    '120e6dbe0549f1b7685d200945e127b543d544b903d5c1265b49f0c429297ba0',
  );
});

test('the modulus has 2048 bits and two different prime factors', async () => {
  const key = await createRsaKey('authority', 'fixed');
  const { n, p, q } = key.export({ format: 'jwk' });
  const [modulus, first, second] = [n, p, q].map((part) =>
    BigInt(`0x${Buffer.from(part!, 'base64url').toString('hex')}`),
  );
  expect(modulus!.toString(2)).toHaveLength(2048);
  expect(first! * second!).toBe(modulus);
  expect(first).not.toBe(second);
  expect([checkPrimeSync(first!), checkPrimeSync(second!)]).toEqual([true, true]);
});
