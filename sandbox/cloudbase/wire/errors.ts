/**
 * A refusal as the CloudBase wire reports it: HTTP 200 with `{ code, message, requestId }`.
 * The codes are those of docs.cloudbase.net/error-code and of the SDKs' own tables.
 */
export class CloudError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CloudError';
    this.code = code;
  }
}

export function requestFailed(message: string): CloudError {
  return new CloudError('DATABASE_REQUEST_FAILED', message);
}

export function invalidParam(message: string): CloudError {
  return new CloudError('INVALID_PARAM', message);
}

/** The sentence the cloud answers; seen behind errCode -502005. */
export function collectionNotExist(): CloudError {
  return new CloudError(
    'DATABASE_COLLECTION_NOT_EXIST',
    '[ResourceNotFound] Db or Table not exist. Please check your request, but if the problem cannot be solved, contact us.',
  );
}

export function duplicateKey(envId: string, collection: string, index: string, key: string): CloudError {
  return requestFailed(
    `[FailedOperation] multiple write errors: [{write errors: [{E11000 duplicate key error collection: tnt-${envId}.${collection} index: ${index} dup key: ${key}}]}, {<nil>}]`,
  );
}

/** Comes at write time, not at commit; node-sdk's runTransaction tries again on this code. */
export function transactionConflict(): CloudError {
  return new CloudError(
    'DATABASE_TRANSACTION_CONFLICT',
    '[ResourceUnavailable.TransactionConflict] Transaction is conflict, maybe resource operated by others. Please check your request, but if the problem cannot be solved, contact us.',
  );
}

export function transactionGone(): CloudError {
  return new CloudError(
    'DATABASE_TRANSACTION_FAIL',
    '[ResourceUnavailable.TransactionNotExist] Transaction does not exist on the server, transaction must be commit or abort in 30 seconds. Please check your request, but if the problem cannot be solved, contact us.',
  );
}
