/** The parts of a signed message, before they are joined into one string. */
export interface SignedParts {
  readonly method: string;
  /** Path and query as sent. */
  readonly target: string;
  readonly timestamp: string;
  readonly nonce: string;
  /** The body as sent; of a multipart request the `meta` JSON. */
  readonly body: string;
}

/** `METHOD\ntarget\ntimestamp\nnonce\nbody\n`: doc/v3/merchant/4012365336. */
export function signedMessage(parts: SignedParts): string {
  return `${parts.method}\n${parts.target}\n${parts.timestamp}\n${parts.nonce}\n${parts.body}\n`;
}
