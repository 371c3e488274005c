/** Converts keys and serial numbers to the one form that survives every environment variable. */
import { readKeyText } from '../../shared/wechatpay/crypto/pem.ts';

/**
 * One line of base64 of the DER: from PEM (real line ends, `\n`, CRLF, quotes, a byte order mark), base64 of the DER,
 * or base64 of the PEM file. A text that is none of these comes back as it was, for the parser to say what is wrong.
 */
export function oneLineDer(text: string): string {
  const read = readKeyText(text);
  return read.ok ? read.der.toString('base64') : text;
}

/** `serial=5157…` as openssl prints it, with or without colons, in any case. */
export function plainSerial(text: string): string {
  return withoutQuotes(text)
    .replace(/^serial\s*=\s*/i, '')
    .replace(/[:\s]/g, '')
    .toUpperCase();
}

/** A line that was pasted or read from a file: without byte order mark, line end and quotes. */
export function withoutQuotes(text: string): string {
  return text
    .replace(/^\uFEFF/, '')
    .trim()
    .replace(/^(["'])(.*)\1$/s, '$2')
    .trim();
}
