import type { KeyObject } from 'node:crypto';
import { WechatpayError } from '../errors.ts';
import type { Log } from '../log.ts';
import { type CertificateItem, openCertificates, type PlatformCertificate } from './certificate-items.ts';
import {
  certificateAgeMs,
  certificateCoolDownMs,
  certificateFailureCoolDownMs,
  certificateRetryMs,
} from './certificate-timing.ts';
import type { ApiV3Keys } from './keys.ts';

/** Where certificates are kept between instances: exactly as WeChat Pay sent them, still encrypted. */
export interface CertificateStore {
  load(): Promise<CertificateItem[]>;
  /** Replaces what was there. */
  save(items: CertificateItem[]): Promise<void>;
}

export interface CertificateSources {
  /** Decrypts them, which proves that they come from WeChat Pay, wherever they were stored. */
  readonly apiV3Key: ApiV3Keys;
  /** `() => downloadCertificates(client)`; in a function without a private key, any other way to request them. */
  readonly download?: () => Promise<CertificateItem[]>;
  readonly store?: CertificateStore;
}

export type Source = 'store' | 'download';
const bothSources: readonly Source[] = ['store', 'download'];

/**
 * Platform certificates in memory, from a store that all instances share and from WeChat Pay itself. Nothing runs in
 * the background: an instance may be frozen between two calls, so age is checked when a key is needed.
 */
export class CertificateCache {
  #certificates = new Map<string, PlatformCertificate>();
  #staleAtMs = 0;
  #from: Source | undefined;
  readonly #quietUntilMs: Record<Source, number> = { store: 0, download: 0 };
  readonly #inFlight: Partial<Record<Source, Promise<void>>> = {};
  readonly #sources: CertificateSources;
  readonly #nowMs: () => number;
  readonly #log: Log | undefined;
  readonly #failures: Partial<Record<Source, unknown>> = {};

  constructor(sources: CertificateSources, nowMs: () => number, log?: Log) {
    this.#sources = sources;
    this.#nowMs = nowMs;
    this.#log = log;
  }

  /** Why the last attempt failed; undefined once one has worked. */
  get lastFailure(): unknown {
    return this.#failures.download ?? this.#failures.store;
  }

  /** The key of a certificate that is in memory and valid now. */
  known(serial: string): KeyObject | undefined {
    const certificate = this.#certificates.get(serial.toUpperCase());
    return certificate && this.#isValid(certificate) ? certificate.publicKey : undefined;
  }

  /** The same, after querying the sources in order, subject to the cool-down. */
  async find(serial: string, sources: readonly Source[] = bothSources): Promise<KeyObject | undefined> {
    await this.#freshen(sources);
    for (const source of sources) {
      const key = this.known(serial);
      if (key) return key;
      await this.#tryFetch(source);
    }
    return this.known(serial);
  }

  /** The valid certificate that began to be valid last. */
  async newest(): Promise<PlatformCertificate | undefined> {
    await this.#freshen(bothSources);
    return this.#valid().sort((a, b) => b.validFromMs - a.validFromMs)[0];
  }

  async refresh(): Promise<number> {
    await this.#fetch(this.#sources.download ? 'download' : 'store');
    return this.#valid().length;
  }

  /** On a cold start the store is enough; after that WeChat Pay is asked every 12 hours. A failure is not fatal. */
  async #freshen(sources: readonly Source[]): Promise<void> {
    const mayDownload = sources.includes('download') && this.#sources.download !== undefined;
    const have = this.#valid().length > 0;
    if (have && this.#nowMs() < this.#staleAtMs) return;
    const cold = this.#from === undefined;
    this.#staleAtMs = this.#nowMs() + certificateRetryMs;
    if (cold || !mayDownload) await this.#tryFetch('store');
    if (mayDownload && (this.#valid().length === 0 || !cold)) await this.#tryFetch('download');
  }

  async #tryFetch(source: Source): Promise<void> {
    if (!this.#inFlight[source] && this.#nowMs() < this.#quietUntilMs[source]) return;
    try {
      await this.#fetch(source);
    } catch (error) {
      this.#log?.warn('platform_certificates_refresh_failed', { source, error: summary(error) });
    }
  }

  /** Concurrent callers share one attempt. */
  #fetch(source: Source): Promise<void> {
    this.#inFlight[source] ??= this.#fetchNow(source).finally(() => {
      delete this.#inFlight[source];
    });
    return this.#inFlight[source];
  }

  async #fetchNow(source: Source): Promise<void> {
    const { download, store } = this.#sources;
    try {
      const items = source === 'download' ? await download?.() : await store?.load();
      const opened = this.#open(items ?? []);
      this.#take(source, opened);
      this.#quietUntilMs[source] = this.#nowMs() + certificateCoolDownMs;
      delete this.#failures[source];
      if (source === 'download' && items && store) await this.#save(store, items);
    } catch (error) {
      const hopeless = error instanceof WechatpayError && error.code === 'CERTIFICATES_NOT_AVAILABLE';
      this.#quietUntilMs[source] =
        this.#nowMs() + (hopeless ? certificateAgeMs : certificateFailureCoolDownMs);
      this.#failures[source] = error;
      throw error;
    }
  }

  #open(items: readonly CertificateItem[]): PlatformCertificate[] {
    return openCertificates(items, this.#sources.apiV3Key, (error) =>
      this.#log?.warn('platform_certificate_skipped', { error: summary(error) }),
    );
  }

  /** A download replaces the set of valid certificates; after a download, the store only adds to it. */
  #take(source: Source, opened: readonly PlatformCertificate[]): void {
    if (opened.length === 0) return;
    const keep = source === 'store' && this.#from === 'download' ? [...this.#certificates.values()] : [];
    this.#certificates = new Map([...keep, ...opened].map((entry) => [entry.serialNo, entry]));
    this.#from = keep.length > 0 ? 'download' : source;
    this.#staleAtMs = this.#nowMs() + certificateAgeMs;
    this.#log?.info('platform_certificates_loaded', { source, serials: [...this.#certificates.keys()] });
  }

  async #save(store: CertificateStore, items: CertificateItem[]): Promise<void> {
    try {
      await store.save(items);
    } catch (error) {
      this.#log?.warn('platform_certificates_not_stored', { error: summary(error) });
    }
  }

  #valid(): PlatformCertificate[] {
    return [...this.#certificates.values()].filter((certificate) => this.#isValid(certificate));
  }

  #isValid({ validFromMs, validToMs }: PlatformCertificate): boolean {
    const now = this.#nowMs();
    return now >= validFromMs && now < validToMs;
  }
}

function summary(error: unknown): string {
  return error instanceof WechatpayError ? `${error.code}: ${error.message}` : String(error);
}
