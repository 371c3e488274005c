import type { KeyObject } from 'node:crypto';
import { WechatpayError } from '../errors.ts';
import { decryptResource } from './ciphers.ts';
import { type ApiV3Keys, parseCertificate, serialOf } from './keys.ts';

/** A platform certificate as WeChat Pay sends it, encrypted with the API v3 key. */
export interface CertificateItem {
  serial_no: string;
  /** RFC 3339. */
  effective_time: string;
  expire_time: string;
  encrypt_certificate: {
    algorithm: string;
    nonce: string;
    associated_data?: string;
    ciphertext: string;
  };
}

/** A platform certificate that is proven to come from WeChat Pay. */
export interface PlatformCertificate {
  readonly serialNo: string;
  readonly publicKey: KeyObject;
  readonly validFromMs: number;
  readonly validToMs: number;
}

/**
 * Decrypts certificates and reads them. The times and the serial are taken from the certificate itself. One that
 * cannot be opened is left out (an algorithm that is new, a leftover of an older API v3 key), unless none can.
 * @throws WechatpayError DECRYPT_FAILED (the API v3 key does not match), KEY_INVALID
 */
export function openCertificates(
  items: readonly CertificateItem[],
  apiV3Key: ApiV3Keys,
  onSkip: (error: unknown) => void = () => undefined,
): PlatformCertificate[] {
  const opened: PlatformCertificate[] = [];
  let failure: unknown;
  for (const item of items) {
    try {
      opened.push(open(item, apiV3Key));
    } catch (error) {
      failure ??= error;
      onSkip(error);
    }
  }
  if (opened.length === 0 && failure !== undefined) throw failure;
  return opened;
}

function open(item: CertificateItem, apiV3Key: ApiV3Keys): PlatformCertificate {
  if (!isWhole(item)) {
    throw new WechatpayError(
      'fault',
      'KEY_INVALID',
      'An entry in the list of platform certificates is incomplete.',
    );
  }
  const certificate = parseCertificate(decryptResource(item.encrypt_certificate, apiV3Key), {
    name: `platform certificate ${item.serial_no}`,
  });
  const serialNo = serialOf(certificate);
  if (serialNo !== item.serial_no.toUpperCase()) {
    throw new WechatpayError(
      'fault',
      'KEY_INVALID',
      `The platform certificate listed as ${item.serial_no} has the serial number ${serialNo}.`,
    );
  }
  return {
    serialNo,
    publicKey: certificate.publicKey,
    validFromMs: Date.parse(certificate.validFrom),
    validToMs: Date.parse(certificate.validTo),
  };
}

/** Items also come from a database: their shape is not guaranteed. */
function isWhole(item: Partial<CertificateItem> | null | undefined): boolean {
  const encrypted: Partial<CertificateItem['encrypt_certificate']> = item?.encrypt_certificate ?? {};
  const texts = [
    item?.serial_no,
    encrypted.algorithm,
    encrypted.nonce,
    encrypted.ciphertext,
    encrypted.associated_data ?? '',
  ];
  return texts.every((text) => typeof text === 'string');
}
