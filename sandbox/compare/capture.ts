/** A capture of traffic with WeChat Pay: the format of its file is docs/captures.md. */
import { exchangesOfHar } from './har.ts';
import { checkJson, type Json, type JsonObject, objectAt, textAt } from './json.ts';
import { CaptureProblem } from './problem.ts';
import { checkTarget } from './target.ts';

export const captureFormat = 'wechatpay-capture/1';

const accounts = ['direct', 'partner', 'ecommerce'] as const;
/** Which made-up merchant of the sandbox sends the requests. */
export type CaptureAccount = (typeof accounts)[number];

export interface CapturedMessage {
  /** Names in lower case; absent when nothing is known of them. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The JSON body; absent without one, or when it was none. */
  readonly body?: Json;
}

export interface CapturedExchange {
  /** The page that published it, when it is not that of the capture. */
  readonly source?: string;
  readonly request: CapturedMessage & {
    readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
    /** Path and query. */
    readonly target: string;
  };
  readonly response: CapturedMessage & { readonly status: number };
}

export interface Capture {
  readonly format: typeof captureFormat;
  /** The page that published it, or where else it comes from. */
  readonly source?: string;
  readonly account?: CaptureAccount;
  readonly exchanges: readonly CapturedExchange[];
}

const largestFile = 20 * 1024 * 1024;
const mostExchanges = 5_000;
const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** Reads a capture in its own format or as HAR 1.2. @throws CaptureProblem for anything else */
export function readCapture(text: string): Capture {
  if (text.length > largestFile) {
    throw new CaptureProblem('TOO_LARGE', '', `The file is larger than ${largestFile} characters.`);
  }
  const file = objectAt(parsed(text), '');
  checkJson(file, '');
  const { source, account } = file;
  const raw = 'log' in file ? exchangesOfHar(file) : ownExchanges(file);
  if (raw.length > mostExchanges) {
    throw new CaptureProblem('TOO_LARGE', '/exchanges', `There are more than ${mostExchanges} exchanges.`);
  }
  const named = accounts.find((one) => one === account);
  if (account !== undefined && named === undefined) {
    throw new CaptureProblem('WRONG_FORMAT', '/account', `Must be one of ${accounts.join(', ')}.`);
  }
  return {
    format: captureFormat,
    ...(source !== undefined && { source: textAt(source, '/source') }),
    ...(named !== undefined && { account: named }),
    exchanges: raw.map(exchangeOf),
  };
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, '')) as Json;
  } catch (error) {
    throw new CaptureProblem('NOT_JSON', '', `The file is not JSON: ${(error as Error).message}.`);
  }
}

function ownExchanges(file: JsonObject): readonly Json[] {
  const { format, exchanges } = file;
  if (format !== captureFormat) {
    const shown = JSON.stringify(format) ?? 'nothing';
    throw new CaptureProblem(
      'WRONG_FORMAT',
      '/format',
      `Must be "${captureFormat}", not ${shown.slice(0, 60)}.`,
    );
  }
  if (Array.isArray(exchanges)) return exchanges;
  throw new CaptureProblem('WRONG_FORMAT', '/exchanges', 'Must be a list.');
}

function exchangeOf(given: Json, index: number): CapturedExchange {
  const where = `/exchanges/${index}`;
  const { request, response, source } = objectAt(given, where);
  const { method, target, ...requested } = objectAt(request, `${where}/request`);
  const { status, ...answered } = objectAt(response, `${where}/response`);
  const known = methods.find((one) => one === method);
  if (known === undefined) {
    throw new CaptureProblem(
      'WRONG_FORMAT',
      `${where}/request/method`,
      `Must be one of ${methods.join(', ')}.`,
    );
  }
  if (!Number.isInteger(status) || Number(status) < 100 || Number(status) > 599) {
    throw new CaptureProblem(
      'WRONG_FORMAT',
      `${where}/response/status`,
      'Must be an HTTP status, such as 200.',
    );
  }
  const path = checkTarget(textAt(target, `${where}/request/target`), `${where}/request/target`);
  return {
    ...(source !== undefined && { source: textAt(source, `${where}/source`) }),
    request: { method: known, target: path, ...messageOf(requested, `${where}/request`) },
    response: { status: Number(status), ...messageOf(answered, `${where}/response`) },
  };
}

function messageOf({ headers, body }: JsonObject, where: string): CapturedMessage {
  return {
    ...(headers !== undefined && { headers: headersOf(objectAt(headers, `${where}/headers`), where) }),
    ...(body !== undefined && { body: bodyOf(body, `${where}/body`) }),
  };
}

function headersOf(headers: JsonObject, where: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name.toLowerCase(),
      textAt(value, `${where}/headers/${name}`),
    ]),
  );
}

/** A body may stand in its file as JSON, or as the text of it. */
function bodyOf(body: Json, where: string): Json {
  if (typeof body !== 'string' || !/^\s*[[{]/.test(body)) return body;
  const value = parsed(body);
  checkJson(value, where);
  return value;
}
