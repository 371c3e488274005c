import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import type { KeyMode } from '../index.ts';
import type { Authority } from './authority.ts';
import { createRsaKey, serialOf, toPem } from './rsa.ts';
import { worldBeginsMs, worldEndsMs } from './validity.ts';

/** A key pair of "WeChat Pay": a platform certificate, or the public key with an id. */
export interface PlatformKey {
  /** Certificate serial, or PUB_KEY_ID_…: what Wechatpay-Serial says. */
  readonly id: string;
  readonly kind: 'certificate' | 'public-key';
  /** The certificate, or the public key. */
  readonly pem: string;
  readonly privateKey: KeyObject;
  readonly effectiveMs: number;
  readonly expireMs: number;
}

export interface PlatformKeysState {
  readonly mode: KeyMode;
  readonly generation: number;
  readonly keys: readonly (Omit<PlatformKey, 'privateKey'> & { readonly privateKeyPem: string })[];
}

const yearMs = 365 * 86_400_000;
const dayMs = 86_400_000;
/** How many platform certificates are listed at a time: the signing one and its predecessor. */
const certificatesKept = 2;

/**
 * The platform's keys in the three situations that exist: certificates, a public key, or the switch from one
 * to the other (pay.weixin.qq.com/doc/v3/merchant/4012154180).
 */
export class PlatformKeys {
  mode: KeyMode;
  #generation: number;
  #keys: PlatformKey[];

  private constructor(mode: KeyMode, generation: number, keys: PlatformKey[]) {
    this.mode = mode;
    this.#generation = generation;
    this.#keys = keys;
  }

  static async create(
    authority: Authority | Promise<Authority>,
    seed: string,
    mode: KeyMode,
  ): Promise<PlatformKeys> {
    const [certificateKey, publicKey, issuer] = await Promise.all([
      createRsaKey('platform/1', seed),
      createRsaKey('platform-public/1', seed),
      authority,
    ]);
    const platform = new PlatformKeys(mode, 1, []);
    const validity = { effectiveMs: worldBeginsMs, expireMs: worldEndsMs };
    platform.#keys.push(certificateOf(issuer, serialOf('platform/1', seed), certificateKey, validity));
    platform.#keys.push(publicKeyOf(publicKeyId(1), publicKey));
    return platform;
  }

  static restore(state: PlatformKeysState): PlatformKeys {
    const keys = state.keys.map(({ privateKeyPem, ...key }) => ({
      ...key,
      privateKey: createPrivateKey(privateKeyPem),
    }));
    return new PlatformKeys(state.mode, state.generation, keys);
  }

  snapshot(): PlatformKeysState {
    const keys = this.#keys.map(({ privateKey, ...key }) => ({ ...key, privateKeyPem: toPem(privateKey) }));
    return { mode: this.mode, generation: this.#generation, keys };
  }

  /** Platform certificates in force, the newest (which signs) last. Empty in public-key mode. */
  certificates(): PlatformKey[] {
    return this.mode === 'public-key' ? [] : this.#keys.filter((key) => key.kind === 'certificate');
  }

  /** The public key, whatever the mode: a merchant may have it before the switch begins. */
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
   * Which key signs an answer. During the switch the request's Wechatpay-Serial asks for one; without it,
   * the certificate signs.
   */
  signerOfAnswer(wanted: string | null): PlatformKey {
    if (this.mode === 'public-key') return this.publicKey();
    if (this.mode === 'switching' && wanted === this.publicKey().id) return this.publicKey();
    return this.certificates().at(-1)!;
  }

  /** Which key signs a callback. During the switch it may be either; `fraction` in [0, 1) decides. */
  signerOfCallback(fraction: number): PlatformKey {
    if (this.mode === 'switching' && fraction < 0.5) return this.publicKey();
    return this.signerOfAnswer(null);
  }

  /** A new key signs from now on: a certificate, or in public-key mode a public key with a new id. */
  async rotate(authority: Authority, seed: string, nowMs: number): Promise<void> {
    const generation = ++this.#generation;
    if (this.mode === 'public-key') {
      this.#keys.push(
        publicKeyOf(publicKeyId(generation), await createRsaKey(`platform-public/${generation}`, seed)),
      );
      return;
    }
    const key = await createRsaKey(`platform/${generation}`, seed);
    const validity = { effectiveMs: nowMs, expireMs: nowMs + 5 * yearMs };
    this.#retire(nowMs);
    this.#keys.push(certificateOf(authority, serialOf(`platform/${generation}`, seed), key, validity));
  }

  /** The predecessor stays listed and valid for some days; those before it are gone. */
  #retire(nowMs: number): void {
    const certificates = this.#keys.filter((key) => key.kind === 'certificate');
    const gone = new Set(certificates.slice(0, Math.max(0, certificates.length - certificatesKept + 1)));
    this.#keys = this.#keys
      .filter((key) => !gone.has(key))
      .map((key) =>
        key.kind === 'certificate' ? { ...key, expireMs: Math.min(key.expireMs, nowMs + 10 * dayMs) } : key,
      );
  }
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
  return { id: serialNo, kind: 'certificate', pem, privateKey, ...validity };
}

function publicKeyOf(id: string, privateKey: KeyObject): PlatformKey {
  return {
    id,
    kind: 'public-key',
    pem: toPem(createPublicKey(privateKey)),
    privateKey,
    effectiveMs: worldBeginsMs,
    expireMs: worldEndsMs,
  };
}

function publicKeyId(generation: number): string {
  return `PUB_KEY_ID_011900000001${String(20250101 + generation - 1)}00000000`;
}
