import type { KeyObject } from 'node:crypto';
import type { Text } from '../../text.ts';
import { type SignedParts, signedMessage } from '../auth/message.ts';
import { matches, type RecoveredDigest, recoverDigest } from './recover.ts';
import { type Cause, type Surroundings, type Variant, variants } from './variants.ts';

export type SignatureCause =
  | Cause
  | 'other-key'
  | 'unknown-key'
  | 'not-a-signature'
  | 'hash-algorithm'
  | 'unknown-message'
  | 'clock'
  | 'milliseconds'
  | 'wrong-serial'
  | 'unknown-merchant'
  | 'nonce-reused';

/** Why a signature did not match, for the person who has to fix it. */
export interface SignatureExplanation {
  readonly cause: SignatureCause;
  readonly hint: string;
  readonly hintZh: string;
  /** What should have been signed. */
  readonly expectedMessage?: string;
  /** What was signed, where it could be reconstructed. */
  readonly receivedMessage?: string;
  readonly firstDifference?: FirstDifference;
  /** Whose key made the signature, when it is one of this sandbox. */
  readonly signedWith?: string;
}

interface FirstDifference {
  /** Counted from 0, in UTF-8. */
  readonly byte: number;
  /** A few characters from that position on, with line breaks as \n. */
  readonly expected: string;
  readonly received: string;
}

export interface KnownKey {
  /** e.g. `merchant 1900000001`, `商户 1900000001` */
  readonly label: Text;
  readonly key: KeyObject;
}

/** Explains a signature that the key `own` did not verify over these parts. */
export function explainSignature(
  parts: SignedParts,
  signature: string,
  own: KnownKey,
  others: readonly KnownKey[],
  around: Surroundings,
): SignatureExplanation {
  const expectedMessage = signedMessage(parts);
  const bytes = Buffer.from(signature, 'base64');
  if (bytes.length !== 256 || !/^[A-Za-z0-9+/]+=*$/.test(signature)) {
    return { ...explanationOf('not-a-signature'), expectedMessage };
  }
  const digest = recoverDigest(own.key, bytes);
  if (digest) {
    return { ...explainMessage(digest, expectedMessage, variants(parts, around)), signedWith: own.label.en };
  }
  for (const other of others) {
    const theirs = recoverDigest(other.key, bytes);
    if (!theirs) continue;
    const same = matches(theirs, expectedMessage);
    const extra = same ? {} : { receivedMessage: rebuilt(theirs, variants(parts, around)) };
    return {
      ...explanationOf('other-key', other.label),
      expectedMessage,
      signedWith: other.label.en,
      ...defined(extra),
    };
  }
  return { ...explanationOf('unknown-key'), expectedMessage };
}

/** For the right key and the wrong message: which message was signed. */
export function explainMessage(
  digest: RecoveredDigest,
  expectedMessage: string,
  candidates: Iterable<Variant>,
): SignatureExplanation {
  if (digest.algorithm !== 'sha256')
    return { ...explanationOf('hash-algorithm', digest.algorithm), expectedMessage };
  for (const { cause, message, bytes } of candidates) {
    if (!matches(digest, bytes ?? message)) continue;
    return {
      ...explanationOf(cause),
      expectedMessage,
      receivedMessage: message,
      firstDifference: firstDifference(expectedMessage, message),
    };
  }
  return { ...explanationOf('unknown-message'), expectedMessage };
}

/** The explanation of a cause that does not depend on the message. */
export function explanationOf(
  cause: SignatureCause,
  what: string | Text = '',
): Pick<SignatureExplanation, 'cause' | 'hint' | 'hintZh'> {
  const [hint, hintZh] = hints[cause];
  const { en, zh } = typeof what === 'string' ? { en: what, zh: what } : what;
  return { cause, hint: hint.replace('{}', () => en), hintZh: hintZh.replace('{}', () => zh) };
}

function firstDifference(expected: string, received: string): FirstDifference {
  const [left, right] = [Buffer.from(expected), Buffer.from(received)];
  let byte = 0;
  while (byte < left.length && byte < right.length && left[byte] === right[byte]) byte++;
  return { byte, expected: excerpt(left, byte), received: excerpt(right, byte) };
}

function excerpt(bytes: Buffer, from: number): string {
  if (from >= bytes.length) return '(end)';
  return bytes
    .subarray(from, from + 24)
    .toString('utf8')
    .replaceAll('\r', '\\r')
    .replaceAll('\n', '\\n');
}

function rebuilt(digest: RecoveredDigest, candidates: Iterable<{ message: string }>): string | undefined {
  for (const { message } of candidates) if (matches(digest, message)) return message;
  return undefined;
}

function defined(extra: { receivedMessage?: string | undefined }): { receivedMessage?: string } {
  return extra.receivedMessage === undefined ? {} : { receivedMessage: extra.receivedMessage };
}

const hints: Record<SignatureCause, [string, string]> = {
  'body-reserialised': [
    'The body was serialised twice: the text that was signed is not the text that was sent. Serialise once, sign and send that text.',
    '请求体被序列化了两次：签名用的文本与实际发送的不同。只序列化一次，签名和发送都用同一个字符串。',
  ],
  'body-left-out': ['The body was left out of the signed message.', '签名串里漏了请求体。'],
  'body-not-sent': [
    'A body was signed, but none was sent. A request without a body signs an empty line.',
    '签名时有请求体，但实际没有发送。没有请求体时签名串最后是空行。',
  ],
  'whole-multipart-signed': [
    'The whole multipart body was signed. A file upload signs the text of the part meta only.',
    '对整个 multipart 报文签名了。上传文件时只对 meta 的 JSON 文本签名。',
  ],
  'missing-trailing-newline': [
    'The last line has no newline: each of the five lines ends with \\n, the last one too.',
    '签名串最后一行缺少换行符：五行每行都以 \\n 结尾，包括最后一行。',
  ],
  'query-left-out': [
    'The query string was left out: the second line is path and query.',
    '签名串漏了查询参数：第二行是路径加查询串。',
  ],
  'query-differs': [
    'Another path or query was signed than was sent.',
    '签名用的路径或查询串与实际发送的不同。',
  ],
  'url-with-host': [
    'The whole URL was signed: the second line begins with the path, without host.',
    '对完整 URL 签名了：第二行从路径开始，不含域名。',
  ],
  'path-decoded': [
    'The path was signed in another encoding than it was sent in: sign it percent-encoded, as sent.',
    '签名用的路径编码与发送的不同：按实际发送的（已百分号编码的）路径签名。',
  ],
  'method-differs': [
    'Another method was signed than was sent; it is written in capitals.',
    '签名用的请求方法与实际的不同；方法名须大写。',
  ],
  'order-of-lines': [
    'The lines are in another order: method, path and query, timestamp, nonce, body.',
    '签名串各行顺序不对：方法、路径和查询、时间戳、随机串、请求体。',
  ],
  'literal-backslash-n': [
    'Backslash and n were signed as two characters instead of line feeds.',
    '把“\\n”当成了两个字符，应为换行符。',
  ],
  crlf: ['Lines end with CRLF; they must end with LF.', '换行用了 CRLF，应为 LF。'],
  'second-timestamp': [
    'Two timestamps were taken: one was signed, another sent. Take it once.',
    '取了两次时间戳：签名和请求头用的不是同一个值。',
  ],
  trimmed: ['White space around the body or message differs.', '请求体或签名串首尾空白不一致。'],
  'nonce-case': [
    'The nonce was signed in another case than it was sent.',
    '随机串签名时与发送时大小写不同。',
  ],
  'other-appid': [
    'It was signed with another appId than the order was placed with.',
    '签名用的 appId 与下单时的不同。',
  ],
  'package-without-prefix': [
    'package was signed without prepay_id=; the fourth line is `prepay_id=…`.',
    '签名串第四行应为 prepay_id=…，不能只写 prepay_id 的值。',
  ],
  'timestamp-unit': [
    'Another timeStamp was signed than was given (seconds or milliseconds, or taken twice).',
    '签名用的 timeStamp 与传入的不同（秒或毫秒，或取了两次）。',
  ],
  'other-key': ['It was signed with the key of {}.', '签名用的是{} 的私钥。'],
  'unknown-key': [
    'It was signed with a key that this sandbox does not know: compare the modulus of your private key with the certificate.',
    '签名用的私钥不是沙箱里的任何一把：请核对私钥与证书的 modulus。',
  ],
  'not-a-signature': ['The signature is not base64 of 256 bytes.', 'signature 不是 256 字节的 base64。'],
  'hash-algorithm': ['It was hashed with {}; it must be SHA-256.', '摘要算法用了 {}，应为 SHA-256。'],
  'unknown-message': [
    'The key is right, the message is not: print what you sign and compare it with expectedMessage byte by byte.',
    '私钥正确，签名串不对：把你签名的文本打印出来，与 expectedMessage 逐字节比较。',
  ],
  milliseconds: [
    'The timestamp is in milliseconds ({}): it counts seconds, 10 digits. Divide it by 1000 and drop the rest.',
    '时间戳用了毫秒（{}）：应为秒，10 位数字。除以 1000 再取整。',
  ],
  clock: [
    'The timestamp is {} away from the clock: set the clock of your machine, and use seconds.',
    '时间戳与当前时间相差 {}：请校准系统时间，并使用秒。',
  ],
  'wrong-serial': ['{}', '商户证书序列号不对：{}'],
  'unknown-merchant': ['There is no merchant number {} in this sandbox.', '沙箱里没有商户号 {}。'],
  'nonce-reused': [
    'The nonce {} was used before; make a new one for each request, retries too.',
    '随机串 {} 已用过；每个请求（包括重试）都要生成新的随机串。',
  ],
};
