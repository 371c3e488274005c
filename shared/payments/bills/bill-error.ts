/** A bill that cannot be read. `line` counts from 1; nothing of the line itself is kept, since it names payers. */
export class BillError extends Error {
  override readonly name = 'BillError';
  readonly code:
    | 'BILL_HASH'
    | 'BILL_SIZE'
    | 'BILL_DECRYPT'
    | 'BILL_COLUMN'
    | 'BILL_ROW'
    | 'BILL_AMOUNT'
    | 'BILL_SUMMARY';
  readonly line: number | undefined;

  constructor(code: BillError['code'], message: string, line?: number) {
    super(line === undefined ? message : `Line ${line}: ${message}`);
    this.code = code;
    this.line = line;
  }
}
