import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import type { KeyMode } from '../types.ts';
import type { Authority } from './authority.ts';
import { createRsaKey, serialOf, toPem } from './rsa.ts';
import { validFromMs, validUntilMs } from './validity.ts';

/** A key pair of "WeChat Pay": a platform certificate, or the public key with an id. */
export interface PlatformKey {
  /** Certificate serial, or PUB_KEY_ID_…: the value of Wechatpay-Serial. */
  readonly id: string;
  readonly kind: 'certificate' | 'public-key';
  /** The certificate, or the public key. */
  readonly pem: string;
  readonly privateKey: KeyObject;
  readonly effectiveMs: number;
  /** Until then it is listed and may be used for encryption. */
  readonly expireMs: number;
  /** It signs from this time until {@link signsUntilMs}. */
  readonly signsFromMs: number;
  readonly signsUntilMs: number;
}

export interface PlatformKeysState {
  readonly mode: KeyMode;
  readonly generation: number;
  readonly keys: readonly (Omit<PlatformKey, 'privateKey'> & { readonly privateKeyPem: string })[];
}

/** `announce` lists a new certificate, `switch` lets it sign alongside the old one, `finish` lets it sign alone. */
export type RotationStep = 'announce' | 'switch' | 'finish';

const dayMs = 86_400_000;
const yearMs = 365 * dayMs;
/** A new certificate is listed 10 days before the old one ends, and both sign in the last 5: doc/v3/merchant/4012068829. */
const announcedForMs = 10 * dayMs;
const bothSignForMs = 5 * dayMs;

/**
 * The platform's keys in the three situations that exist: certificates, a public key, or the switch from one to the
 * other (pay.weixin.qq.com/doc/v3/merchant/4012154180). A rotation of certificates goes through its phases as the clock
 * advances; the steps only bring them forward.
 */
export class PlatformKeys {
  mode: KeyMode;
  #generation: number;
  #keys: PlatformKey[];
  readonly #now: () => number;

  private constructor(mode: KeyMode, generation: number, keys: PlatformKey[], now: () => number) {
    this.mode = mode;
    this.#generation = generation;
    this.#keys = keys;
    this.#now = now;
  }

  static async create(
    authority: Authority | Promise<Authority>,
    seed: string,
    mode: KeyMode,
    keyBits?: number,
  ): Promise<PlatformKeys> {
    const [certificateKey, publicKey, issuer] = await Promise.all([
      createRsaKey('platform/1', seed, keyBits),
      createRsaKey('platform-public/1', seed, keyBits),
      authority,
    ]);
    const validity = { effectiveMs: validFromMs, expireMs: validUntilMs };
    const keys = [
      certificateOf(issuer, serialOf('platform/1', seed), certificateKey, validity),
      publicKeyOf(publicKeyId(1), publicKey),
    ];
    return new PlatformKeys(mode, 1, keys, () => validFromMs);
  }

  /** @param now epoch ms on the sandbox's clock */
  static restore(state: PlatformKeysState, now: () => number): PlatformKeys {
    const keys = state.keys.map(({ privateKeyPem, ...key }) => ({
      ...key,
      privateKey: createPrivateKey(privateKeyPem),
    }));
    return new PlatformKeys(state.mode, state.generation, keys, now);
  }

  snapshot(): PlatformKeysState {
    const keys = this.#keys.map(({ privateKey, ...key }) => ({ ...key, privateKeyPem: toPem(privateKey) }));
    return { mode: this.mode, generation: this.#generation, keys };
  }

  /** Platform certificates that are listed, the newest last. Empty in public-key mode. */
  certificates(): PlatformKey[] {
    return this.mode === 'public-key' ? [] : this.#certificates();
  }

  /** Certificates that may sign now: one, or two during a rotation. */
  signers(): PlatformKey[] {
    const nowMs = this.#now();
    const listed = this.certificates();
    const signing = listed.filter((key) => key.signsFromMs <= nowMs && nowMs < key.signsUntilMs);
    return signing.length > 0 ? signing : listed.slice(-1);
  }

  /** The public key, in any mode: a merchant may have it before the switch begins. */
  publicKey(): PlatformKey {
    return this.#keys.findLast((key) => key.kind === 'public-key')!;
  }

  /** The key of this id, if it is in force. */
  byId(id: string): PlatformKey | undefined {
    const inForce =
      this.mode === 'certificate' ? this.certificates() : [...this.certificates(), this.publicKey()];
    return inForce.find((key) => key.id === id);
  }

  /**
   * Which key signs an answer: the one that the request's Wechatpay-Serial names, if it may sign. Otherwise a
   * certificate; while two may sign, `fraction` in [0, 1) decides.
   */
  signerOfAnswer(wanted: string | null, fraction: number): PlatformKey {
    if (this.mode === 'public-key') return this.publicKey();
    if (this.mode === 'switching' && wanted === this.publicKey().id) return this.publicKey();
    const signers = this.signers();
    return signers.find((key) => key.id === wanted) ?? pick(signers, fraction);
  }

  /** Which key signs a callback: of those that may sign, `fraction` in [0, 1) decides. */
  signerOfCallback(fraction: number): PlatformKey {
    if (this.mode === 'public-key') return this.publicKey();
    const signers = this.signers();
    return pick(this.mode === 'switching' ? [this.publicKey(), ...signers] : signers, fraction);
  }

  /** A public key with a new id signs from now on. */
  async replacePublicKey(seed: string): Promise<void> {
    const generation = ++this.#generation;
    const key = await createRsaKey(`platform-public/${generation}`, seed, bitsOf(this.publicKey()));
    this.#keys.push(publicKeyOf(publicKeyId(generation), key));
  }

  /** Moves the certificate rotation to a phase; creates a new certificate when none is waiting to take over. */
  async rotate(step: RotationStep, authority: Authority, seed: string): Promise<void> {
    const nowMs = this.#now();
    if (step === 'announce' && this.#isAnnounced()) return;
    if (step === 'finish' ? this.signers().length < 2 && !this.#isAnnounced() : !this.#isAnnounced()) {
      await this.#announce(authority, seed);
    }
    if (step === 'switch') this.#takeOver(nowMs, nowMs + bothSignForMs, nowMs + bothSignForMs);
    if (step === 'finish') this.#takeOver(nowMs, nowMs, nowMs + announcedForMs);
  }

  /** The newest certificate is listed and does not sign yet. */
  #isAnnounced(): boolean {
    return this.#certificates().at(-1)!.signsFromMs > this.#now();
  }

  async #announce(authority: Authority, seed: string): Promise<void> {
    const nowMs = this.#now();
    const generation = ++this.#generation;
    const predecessor = this.#certificates().at(-1)!;
    const privateKey = await createRsaKey(`platform/${generation}`, seed, bitsOf(predecessor));
    const validity = { effectiveMs: nowMs, expireMs: nowMs + 5 * yearMs };
    const made = certificateOf(authority, serialOf(`platform/${generation}`, seed), privateKey, validity);
    const publicKeys = this.#keys.filter((key) => key.kind === 'public-key');
    this.#keys = [...publicKeys, predecessor, { ...made, signsFromMs: nowMs + bothSignForMs }];
    this.#takeOver(nowMs + bothSignForMs, nowMs + announcedForMs, nowMs + announcedForMs);
  }

  /**
   * Sets when the newest certificate begins to sign, and when its predecessor stops signing and is no longer listed.
   */
  #takeOver(signsFromMs: number, predecessorSignsUntilMs: number, predecessorExpiresMs: number): void {
    const [predecessor, newest] = this.#certificates().slice(-2) as [PlatformKey, PlatformKey];
    this.#keys = this.#keys.map((key) => {
      if (key === newest) return { ...key, signsFromMs: Math.min(key.signsFromMs, signsFromMs) };
      if (key !== predecessor) return key;
      return {
        ...key,
        signsUntilMs: Math.min(key.signsUntilMs, predecessorSignsUntilMs),
        expireMs: Math.min(key.expireMs, predecessorExpiresMs),
      };
    });
  }

  /** In any mode. The newest certificate stays, however far the clock is moved. */
  #certificates(): PlatformKey[] {
    const nowMs = this.#now();
    const all = this.#keys.filter((key) => key.kind === 'certificate');
    return all.filter((key, index) => key.expireMs > nowMs || index === all.length - 1);
  }
}

/** A new key is as long as the one before it. */
function bitsOf({ privateKey }: PlatformKey): number | undefined {
  return privateKey.asymmetricKeyDetails?.modulusLength;
}

function pick<T>(from: readonly T[], fraction: number): T {
  return from[Math.floor(fraction * from.length)]!;
}

function certificateOf(
  authority: Authority,
  serialNo: string,
  privateKey: KeyObject,
  validity: { effectiveMs: number; expireMs: number },
): PlatformKey {
  const pem = authority.issue({
    serialNo,
    subject: '/C=CN/O=Tenpay.com/OU=Tenpay.com CA Center/CN=Tenpay.com sign (sandbox)',
    publicKey: createPublicKey(privateKey),
    notBeforeMs: validity.effectiveMs,
    notAfterMs: validity.expireMs,
  });
  return {
    id: serialNo,
    kind: 'certificate',
    pem,
    privateKey,
    ...validity,
    signsFromMs: validity.effectiveMs,
    signsUntilMs: validity.expireMs,
  };
}

function publicKeyOf(id: string, privateKey: KeyObject): PlatformKey {
  return {
    id,
    kind: 'public-key',
    pem: toPem(createPublicKey(privateKey)),
    privateKey,
    effectiveMs: validFromMs,
    expireMs: validUntilMs,
    signsFromMs: validFromMs,
    signsUntilMs: validUntilMs,
  };
}

function publicKeyId(generation: number): string {
  return `PUB_KEY_ID_011900000001${String(20250101 + generation - 1)}00000000`;
}
