/**
 * Maps the various error formats of @cloudbase/node-sdk and CloudBase to one. Codes:
 * docs.cloudbase.net/error-code/basic/DATABASE_REQUEST_FAILED and related pages.
 */
import { CloudError, type CloudErrorCode } from './cloud-error.ts';

interface SdkFailure {
  code: string;
  message: string;
  requestId?: string;
}

/** Converts anything thrown to a CloudError that names the operation. */
export function asCloudError(error: unknown, doing: string): CloudError {
  if (error instanceof CloudError) return error;
  const failure = readFailure(error);
  const options = failure.requestId ? { cause: error, requestId: failure.requestId } : { cause: error };
  return new CloudError(classify(failure), `${doing}: ${failure.code || 'failed'}${hint(failure)}`, options);
}

/** True when the request cannot have reached CloudBase: then any request may be retried. */
export function wasNeverSent(error: unknown): boolean {
  const source = error instanceof CloudError ? error.cause : error;
  const { code } = readFailure(source);
  if (neverSentCodes.has(code)) return true;
  return code === 'ETIMEDOUT' && isRecord(source) && source.hasConnected === false;
}

const neverSentCodes: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENETUNREACH',
  'EHOSTUNREACH',
]);
const networkCodes: ReadonlySet<string> = new Set([
  ...neverSentCodes,
  'ECONNRESET',
  'ETIMEDOUT',
  'ESOCKETTIMEDOUT',
  'EPIPE',
  'ECONNABORTED',
]);

/** "Later", or an unknown outcome: docs.cloudbase.net/error-code/basic and …/http-api/functions. */
const unavailableCodes: ReadonlySet<string> = new Set([
  ...networkCodes,
  'SYS_ERR',
  'SERVER_TIMEOUT',
  'EXCEED_RATELIMIT',
  'EXCEED_REQUEST_LIMIT',
  'EXCEED_CONCURRENT_REQUEST_LIMIT',
  'DATABASE_TIMEOUT',
  'DATABASE_TRANSACTION_FAIL',
  'FUNCTION_TIME_LIMIT_EXCEEDED',
  'FUNCTIONS_TIME_LIMIT_EXCEEDED',
  'FUNCTION_EXCEED_RESOURCE_LIMIT',
  'FUNCTION_STATUS_ABNORMAL',
]);

const missingCodes: ReadonlySet<string> = new Set([
  'DATABASE_COLLECTION_NOT_EXIST',
  'STORAGE_FILE_NONEXIST',
  'FUNCTION_NOT_FOUND',
  'FUNCTIONS_NOT_FOUND',
]);

function classify({ code, message }: SdkFailure): CloudErrorCode {
  // A taken key comes as DATABASE_REQUEST_FAILED with Mongo's own text; DATABASE_DUPLICATE_WRITE is documented too.
  if (code === 'DATABASE_DUPLICATE_WRITE' || /\bE11000\b|duplicate key error/i.test(message))
    return 'DUPLICATE';
  if (code === 'DATABASE_TRANSACTION_CONFLICT' || /TransactionConflict|WriteConflict/i.test(message))
    return 'CONFLICT';
  if (missingCodes.has(code) || isMissingCollection(message)) return 'NOT_FOUND';
  // The SDK puts the HTTP status in the code when there was no answer of CloudBase's own.
  if (unavailableCodes.has(code) || /^(5\d\d|408|429)$/.test(code)) return 'UNAVAILABLE';
  return 'FAILED';
}

function isMissingCollection(message: string): boolean {
  return /Db or Table not exist/i.test(message);
}

/**
 * CloudBase's message is only kept in `cause`: a duplicate-key message quotes the key, and a query error the query. The
 * message here only says what a developer should do.
 */
function hint({ code, message }: SdkFailure): string {
  if (code === 'DATABASE_COLLECTION_NOT_EXIST' || isMissingCollection(message)) {
    return '. The collection does not exist: create it first. 集合不存在，请先创建。';
  }
  return '';
}

function readFailure(error: unknown): SdkFailure {
  if (!isRecord(error)) return { code: '', message: String(error) };
  const code = error.code;
  const requestId = error.requestId;
  return {
    code: typeof code === 'string' || typeof code === 'number' ? String(code) : '',
    message: typeof error.message === 'string' ? error.message : '',
    ...(typeof requestId === 'string' && requestId !== '' && { requestId }),
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
