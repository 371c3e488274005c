import { createPrivateKey, createPublicKey } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { apiV3Key, encryptResource, rsaPair } from '../testing/material.ts';
import vectors from '../testing/vectors/jce-vectors.json' with { type: 'json' };
import { decryptOaep, decryptResource, encryptOaep } from './ciphers.ts';
import { parseApiV3Key } from './keys.ts';

const pair = rsaPair('platform');
const privateKey = createPrivateKey({
  key: Buffer.from(vectors.privateKeyPkcs8, 'base64'),
  format: 'der',
  type: 'pkcs8',
});
const publicKey = createPublicKey({
  key: Buffer.from(vectors.publicKeySpki, 'base64'),
  format: 'der',
  type: 'spki',
});
const failsWith = (code: string) => expect.objectContaining({ name: 'WechatpayError', kind: 'fault', code });

describe('AES-256-GCM', () => {
  it.each(vectors.gcm)(
    'decrypts what the JDK encrypted: %#',
    ({ key, nonce, associatedData, plaintext, ciphertext }) => {
      const resource = { algorithm: 'AEAD_AES_256_GCM', nonce, associated_data: associatedData, ciphertext };
      expect(decryptResource(resource, parseApiV3Key(key))).toBe(plaintext);
    },
  );

  it('takes a missing associated_data for an empty one', () => {
    const { associated_data: _, ...resource } = encryptResource('{"a":1}', undefined, '');
    expect(decryptResource(resource, apiV3Key)).toBe('{"a":1}');
  });

  it('decrypts with whichever of several keys fits', () => {
    const other = 'fedcba9876543210fedcba9876543210';
    const keys = [parseApiV3Key(other), apiV3Key];
    expect(decryptResource(encryptResource('{"a":1}'), keys)).toBe('{"a":1}');
    expect(decryptResource(encryptResource('{"a":1}', other), keys)).toBe('{"a":1}');
    expect(() => decryptResource(encryptResource('{}', 'x'.repeat(32)), keys)).toThrow(
      failsWith('DECRYPT_FAILED'),
    );
  });

  it('decrypts nothing in which any byte was changed', () => {
    const resource = encryptResource('{"trade_state":"SUCCESS"}');
    const bytes = Buffer.from(resource.ciphertext, 'base64');
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const changed = Buffer.from(bytes);
        changed[at]! ^= flip;
        const tampered = { ...resource, ciphertext: changed.toString('base64') };
        expect(() => decryptResource(tampered, apiV3Key)).toThrow(failsWith('DECRYPT_FAILED'));
      }),
    );
  });

  it('decrypts an empty text, of which there is nothing but the tag', () => {
    expect(decryptResource(encryptResource(''), apiV3Key)).toBe('');
  });

  it.each([
    [{ nonce: 'abcdefgh' }, 'The nonce has 8 bytes instead of 12.'],
    [{ ciphertext: 'AAAA' }, 'The ciphertext is shorter than its tag.'],
    [{ algorithm: 'x'.repeat(500) }, `The algorithm is "${'x'.repeat(40)}", not AEAD_AES_256_GCM.`],
  ])('says what is wrong with a resource: %j', (change, message) => {
    expect(() => decryptResource({ ...encryptResource('{}'), ...change }, apiV3Key)).toThrow(message);
  });

  it('passes on why the cipher refused', () => {
    expect(() => decryptResource({ ...encryptResource('{}'), nonce: 'abcdefghijkm' }, apiV3Key)).toThrow(
      expect.objectContaining({ cause: expect.any(Error) }),
    );
  });

  it.each([
    ['another key', encryptResource('{}', 'fedcba9876543210fedcba9876543210')],
    ['other associated data', { ...encryptResource('{}'), associated_data: 'refund' }],
    ['another nonce', { ...encryptResource('{}'), nonce: 'abcdefghijkm' }],
    ['a nonce of another length', { ...encryptResource('{}'), nonce: 'abcdefgh' }],
    ['another algorithm', { ...encryptResource('{}'), algorithm: 'AEAD_SM4_GCM' }],
    ['a ciphertext shorter than its tag', { ...encryptResource('{}'), ciphertext: 'AAAA' }],
    [
      'a tag cut to four bytes',
      { ...encryptResource(''), ciphertext: encryptResource('').ciphertext.slice(0, 4) },
    ],
  ])('refuses %s', (_, resource) => {
    expect(() => decryptResource(resource, apiV3Key)).toThrow(failsWith('DECRYPT_FAILED'));
  });
});

describe('RSA-OAEP', () => {
  it.each(vectors.oaep)('opens what the JDK encrypted: %#', ({ plaintext, ciphertext }) => {
    expect(decryptOaep(ciphertext, privateKey)).toBe(plaintext);
  });

  it('encrypts what WebCrypto opens as OAEP with SHA-1', async () => {
    const ciphertext = encryptOaep('110101199003078515', pair.publicKey);
    const algorithm = { name: 'RSA-OAEP', hash: 'SHA-1' };
    const der = pair.privateKey.export({ type: 'pkcs8', format: 'der' });
    const key = await crypto.subtle.importKey('pkcs8', der, algorithm, false, ['decrypt']);
    const opened = await crypto.subtle.decrypt(algorithm, key, Buffer.from(ciphertext, 'base64'));
    expect(Buffer.from(opened).toString()).toBe('110101199003078515');
  });

  it('gives back any text of up to 214 bytes, and a new ciphertext each time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => {
        fc.pre(Buffer.byteLength(text) <= 214);
        const [first, second] = [encryptOaep(text, publicKey), encryptOaep(text, publicKey)];
        expect(first).not.toBe(second);
        expect(decryptOaep(first, privateKey)).toBe(text);
      }),
      { numRuns: 20 },
    );
  });

  it('counts bytes, not characters: 214 fit, 215 do not', () => {
    expect(decryptOaep(encryptOaep('x'.repeat(214), publicKey), privateKey)).toHaveLength(214);
    expect(() => encryptOaep('x'.repeat(215), publicKey)).toThrow(failsWith('PLAINTEXT_TOO_LONG'));
    expect(() => encryptOaep('汉'.repeat(72), publicKey)).toThrow(failsWith('PLAINTEXT_TOO_LONG'));
    expect(encryptOaep('汉'.repeat(71), publicKey)).toHaveLength(344);
  });

  it('never quotes the text that was too long', () => {
    const secret = '6222021234567890123'.repeat(12);
    expect(() => encryptOaep(secret, publicKey)).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining('6222') }),
    );
  });

  it('refuses a field that was encrypted for another key', () => {
    const ciphertext = encryptOaep('张三', pair.publicKey);
    expect(() => decryptOaep(ciphertext, privateKey)).toThrow(failsWith('DECRYPT_FAILED'));
  });
});
