import type { TransportFailure } from './client-types.ts';

/** Everything that a transport can give instead of a complete HTTP response. */
export class TransportError extends Error {
  override readonly name = 'TransportError';
  readonly failure: TransportFailure;

  constructor(failure: TransportFailure, message: string, cause?: unknown) {
    super(message, { cause });
    this.failure = failure;
  }
}
