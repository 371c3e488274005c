import type { TransportFailure } from './client-types.ts';

/** The error that a transport throws instead of returning a complete HTTP response. */
export class TransportError extends Error {
  override readonly name = 'TransportError';
  readonly failure: TransportFailure;

  constructor(failure: TransportFailure, message: string, cause?: unknown) {
    super(message, { cause });
    this.failure = failure;
  }
}
