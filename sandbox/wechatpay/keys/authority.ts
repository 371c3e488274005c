import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { createRsaKey, serialOf, toPem } from './rsa.ts';
import { validFromMs, validUntilMs } from './validity.ts';
import { type CertificateRequest, issueCertificate } from './x509.ts';

const subject = '/C=CN/O=WeChat Pay sandbox/CN=WeChat Pay sandbox CA (not for production)';

/** The certificate authority of one sandbox: it issues merchants', platform and TLS certificates. */
export class Authority {
  readonly certificatePem: string;
  readonly #privateKey: KeyObject;

  constructor(privateKey: KeyObject, certificatePem: string) {
    this.#privateKey = privateKey;
    this.certificatePem = certificatePem;
  }

  static async create(seed: string, keyBits?: number): Promise<Authority> {
    const privateKey = await createRsaKey('authority', seed, keyBits);
    const request = {
      serialNo: serialOf('authority', seed),
      subject,
      publicKey: createPublicKey(privateKey),
      notBeforeMs: validFromMs,
      notAfterMs: validUntilMs,
      authority: true,
    };
    return new Authority(privateKey, issueCertificate(request, { subject, privateKey }));
  }

  static restore(state: AuthorityState): Authority {
    return new Authority(createPrivateKey(state.privateKeyPem), state.certificatePem);
  }

  snapshot(): AuthorityState {
    return { certificatePem: this.certificatePem, privateKeyPem: toPem(this.#privateKey) };
  }

  issue(request: CertificateRequest): string {
    return issueCertificate(request, { subject, privateKey: this.#privateKey });
  }
}

export interface AuthorityState {
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}
