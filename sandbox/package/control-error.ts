/** A control call was refused; `message` says which field, what was given, and what works. */
export class ControlError extends Error {
  override readonly name = 'ControlError';
  readonly status: number;
  /** e.g. `NOT_FOUND`, `ORDERPAID`. */
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}
