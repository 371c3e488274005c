import {
  constants,
  createHmac,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  publicEncrypt,
} from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { SeededRandom } from '../state/random.ts';

const made = new Map<string, Promise<KeyObject>>();

/**
 * The RSA key derived from this seed and label: the same seed gives the same keys. Generated once per process,
 * and only for a sandbox: see {@link isProbablePrime}.
 * @param bits WeChat Pay has 2048; fewer are for simulations, in which signing would take most of the time
 */
export function createRsaKey(label: string, seed: string, bits = 2048): Promise<KeyObject> {
  const name = `${seed}/rsa/${label}`;
  const id = `${bits}/${name}`;
  let key = made.get(id);
  if (!key) {
    key = seededKey(new SeededRandom(name), bits);
    made.set(id, key);
  }
  return key;
}

/** A PKCS#8 PEM, as merchants get it: apiclient_key.pem. */
export function toPem(key: KeyObject): string {
  return key
    .export({ format: 'pem', type: key.type === 'private' ? 'pkcs8' : 'spki' })
    .toString()
    .trim();
}

/** A serial as certificates carry it: 40 upper-case hex digits, never starting with a sign bit. */
export function serialOf(label: string, seed: string): string {
  const hex = createHmac('sha256', seed).update(`serial/${label}`).digest('hex').slice(0, 38).toUpperCase();
  return `5${(parseInt(hex[0]!, 16) % 10).toString()}${hex}`;
}

const publicExponent = 65537n;

async function seededKey(random: SeededRandom, bits: number): Promise<KeyObject> {
  for (;;) {
    const p = seededPrime(random, bits / 16);
    await setImmediate();
    const q = seededPrime(random, bits / 16);
    await setImmediate();
    if (p === q) continue;
    const n = p * q;
    if (n.toString(2).length !== bits) continue;
    return privateKeyOf(p, q);
  }
}

function privateKeyOf(p: bigint, q: bigint): KeyObject {
  const d = inverse(publicExponent, (p - 1n) * (q - 1n));
  const jwk = {
    kty: 'RSA',
    n: base64Url(p * q),
    e: base64Url(publicExponent),
    d: base64Url(d),
    p: base64Url(p),
    q: base64Url(q),
    dp: base64Url(d % (p - 1n)),
    dq: base64Url(d % (q - 1n)),
    qi: base64Url(inverse(q, p)),
  };
  return createPrivateKey({ key: jwk, format: 'jwk' });
}

/** The next prime after a seeded number of that many bytes: a sieve leaves about one candidate in 45 to test. */
function seededPrime(random: SeededRandom, length: number): bigint {
  const bytes = random.bytes(length);
  bytes[0] = bytes[0]! | 0xc0;
  bytes[length - 1] = bytes[length - 1]! | 1;
  const start = BigInt(`0x${bytes.toString('hex')}`);
  for (const offset of unsieved(start)) {
    const candidate = start + BigInt(offset);
    if ((candidate - 1n) % publicExponent !== 0n && isProbablePrime(candidate)) return candidate;
  }
  return seededPrime(random, length);
}

/**
 * Fermat's test to the base 2: an RSA operation without padding is the modular power, at OpenSSL's speed. A random
 * 1024-bit number that passes is composite with a probability far below 2^-64. checkPrime would try 64 bases, for
 * numbers that an attacker may have chosen: more work than all the rest of a key.
 */
function isProbablePrime(candidate: bigint): boolean {
  const jwk = { kty: 'RSA', n: base64Url(candidate), e: base64Url(candidate - 1n) };
  const key = createPublicKey({ key: jwk, format: 'jwk' });
  const length = candidate.toString(16).length / 2;
  const power = publicEncrypt({ key, padding: constants.RSA_NO_PADDING }, numberOf(2, length));
  return power.equals(numberOf(1, length));
}

function numberOf(value: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  bytes[length - 1] = value;
  return bytes;
}

const sieveSpan = 20_000;
const smallPrimes = primesBelow(20_000);

function unsieved(start: bigint): number[] {
  const composite = new Uint8Array(sieveSpan);
  for (const prime of smallPrimes) {
    const first = (prime - Number(start % BigInt(prime))) % prime;
    for (let offset = first; offset < sieveSpan; offset += prime) composite[offset] = 1;
  }
  const offsets: number[] = [];
  for (let offset = 0; offset < sieveSpan; offset += 2) if (!composite[offset]) offsets.push(offset);
  return offsets;
}

function primesBelow(limit: number): number[] {
  const composite = new Uint8Array(limit);
  const primes: number[] = [];
  for (let n = 2; n < limit; n++) {
    if (composite[n]) continue;
    primes.push(n);
    for (let multiple = n * n; multiple < limit; multiple += n) composite[multiple] = 1;
  }
  return primes;
}

function inverse(value: bigint, modulus: bigint): bigint {
  let [oldRemainder, remainder] = [value % modulus, modulus];
  let [oldFactor, factor] = [1n, 0n];
  while (remainder !== 0n) {
    const quotient = oldRemainder / remainder;
    [oldRemainder, remainder] = [remainder, oldRemainder - quotient * remainder];
    [oldFactor, factor] = [factor, oldFactor - quotient * factor];
  }
  return ((oldFactor % modulus) + modulus) % modulus;
}

function base64Url(value: bigint): string {
  const hex = value.toString(16);
  return Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex').toString('base64url');
}
