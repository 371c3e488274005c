/** Brings what people have into the one form that every environment variable carries unharmed. */
import { readKeyText } from '../../shared/wechatpay/crypto/pem.ts';

/**
 * One line of base64 of the DER: from PEM (real line ends, `\n`, CRLF, quotes, a byte order mark), base64 of the DER,
 * or base64 of the PEM file. A text that is none of these comes back as it was, for the parser to say what is wrong.
 */
export function oneLineDer(text: string): string {
  const plain = withoutMark(text);
  const read = readKeyText(pemInBase64(plain) ?? plain);
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
  return withoutMark(text)
    .trim()
    .replace(/^(["'])(.*)\1$/s, '$2')
    .trim();
}

function withoutMark(text: string): string {
  return text.replace(/^\uFEFF/, '');
}

function pemInBase64(text: string): string | undefined {
  const compact = withoutQuotes(text).replace(/\\[nr]|\s/g, '');
  if (!/^[A-Za-z0-9+/]{40,}={0,2}$/.test(compact)) return undefined;
  const decoded = withoutMark(Buffer.from(compact, 'base64').toString('utf8')).trimStart();
  return decoded.startsWith('-----BEGIN ') ? decoded : undefined;
}
