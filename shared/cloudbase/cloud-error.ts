/**
 * What went wrong in a call to CloudBase:
 * - `DUPLICATE`: `_id` (or a unique field) is taken
 * - `WRITTEN_BY_CLIENT`: the same, by a document that a client wrote because the collection's permissions allow it
 * - `CONFLICT`: another write to the same document won; the call may be retried
 * - `UNAVAILABLE`: no answer, or an answer that says "later"; a write may or may not have taken effect
 * - `NOT_FOUND`: the file, the collection or the function does not exist
 * - `TOO_LARGE`: a file exceeds the limit the caller gave
 * - `INVALID`: refused here, before anything was sent
 * - `FAILED`: anything else CloudBase answered
 */
export type CloudErrorCode =
  | 'DUPLICATE'
  | 'WRITTEN_BY_CLIENT'
  | 'CONFLICT'
  | 'UNAVAILABLE'
  | 'NOT_FOUND'
  | 'TOO_LARGE'
  | 'INVALID'
  | 'FAILED';

/** The one error of these adapters; `cause` keeps what the SDK threw, `requestId` is CloudBase's. */
export class CloudError extends Error {
  override readonly name = 'CloudError';
  readonly code: CloudErrorCode;
  readonly requestId: string | undefined;

  constructor(code: CloudErrorCode, message: string, options: { cause?: unknown; requestId?: string } = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.code = code;
    this.requestId = options.requestId;
  }
}
