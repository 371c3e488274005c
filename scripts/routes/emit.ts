/** Writes operations down as types, which cost nothing at run time, and as the few facts that a call needs there. */
import type { Operation } from './openapi.ts';
import type { Field, Shape } from './shape.ts';

/** One line per route: `'GET /v3/x/{id}': [parameters, answer];` */
export function endpointLine(operation: Operation): string {
  return `${quoted(operation.route)}: [${parametersType(operation)}, ${answerType(operation)}];`;
}

function parametersType(operation: Operation): string {
  const { path, query, headers, body, filePart } = operation;
  const { 'Wechatpay-Serial': _serial, 'Accept-Encoding': _encoding, ...ownHeaders } = headers;
  const inBody = body?.kind === 'object' ? body.fields : {};
  const fields = { ...inBody, ...query, ...ownHeaders, ...path };
  const members = Object.entries(fields).map(([name, field]) => member(name, field, 'request'));
  if (filePart) members.push('file: MediaFile');
  return `{${members.join('; ')}}`;
}

function answerType(operation: Operation): string {
  if (operation.answer) return typeOf(operation.answer, 'answer');
  return isFile(operation) ? 'Uint8Array' : 'undefined';
}

/** A download: its page has no schema, and its path says what it is. */
function isFile({ route, answer }: Operation): boolean {
  return !answer && /^GET .*(download|\/images\/)/.test(route);
}

type Side = 'request' | 'answer';

function typeOf(shape: Shape, side: Side): string {
  switch (shape.kind) {
    case 'object': {
      const members = Object.entries(shape.fields).map(([name, field]) => member(name, field, side));
      // Nothing is known about its members; `{}` would accept a number.
      return members.length === 0 ? 'JsonObject' : `{${members.join('; ')}}`;
    }
    case 'array':
      return side === 'request'
        ? `readonly ${wrapped(typeOf(shape.items, side))}[]`
        : `${wrapped(typeOf(shape.items, side))}[]`;
    case 'string': {
      const values = shape.enum?.map(quoted).join(' | ');
      if (values === undefined) return 'string';
      // WeChat Pay adds values without notice.
      return side === 'request' ? values : `Open<${values}>`;
    }
    case 'number':
      return shape.enum && side === 'request' ? shape.enum.join(' | ') : 'number';
    default:
      return shape.kind;
  }
}

function wrapped(type: string): string {
  return type.includes(' | ') && !type.startsWith('{') && !type.startsWith('Open<') ? `(${type})` : type;
}

function member(name: string, { required, shape }: Field, side: Side): string {
  return `${propertyName(name)}${required ? '' : '?'}: ${typeOf(shape, side)}${remark(shape)}`;
}

/** Lengths and encryption are facts that types cannot say. */
function remark(shape: Shape): string {
  if (shape.kind !== 'string') return '';
  const { minLength, maxLength, sensitive } = shape;
  const length =
    maxLength === undefined && minLength === undefined ? [] : [`${minLength ?? ''}..${maxLength ?? ''}`];
  const facts = [...length, ...(sensitive ? ['encrypted'] : [])];
  return facts.length === 0 ? '' : ` /* ${facts.join(' ')} */`;
}

function propertyName(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : quoted(name);
}

export function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}

/** As in shared/wechatpay/routes/facts.ts, which describes it. */
export interface RouteFacts {
  encrypt?: string;
  serial?: true;
  decrypt?: string;
  upload?: string;
  query?: string;
  body?: true;
  bytes?: true;
  repeat?: true;
}

/**
 * Wechatpay-Serial is required (必填) although no field of the request must be encrypted:
 * https://pay.weixin.qq.com/doc/v3/partner/4015139289
 */
const needsSerial: ReadonlySet<string> = new Set(['POST /v3/security/echo']);

export function factsOf(operation: Operation, repeat: boolean): RouteFacts {
  const { route, query, body, answer, filePart } = operation;
  const isRead = route.startsWith('GET ');
  const takesQuery = isRead || route.startsWith('DELETE ');
  const encrypt = [...sensitivePaths({ kind: 'object', fields: query }), ...sensitivePaths(body)];
  const decrypt = sensitivePaths(answer);
  const queryNames = Object.keys(query);
  return {
    ...(encrypt.length > 0 && { encrypt: encrypt.join(' ') }),
    ...(needsSerial.has(route) && { serial: true as const }),
    ...(decrypt.length > 0 && { decrypt: decrypt.join(' ') }),
    ...(filePart && { upload: filePart }),
    ...(!takesQuery && queryNames.length > 0 && { query: queryNames.join(' ') }),
    ...(takesQuery && body && { body: true as const }),
    ...(isFile(operation) && { bytes: true as const }),
    ...(repeat && { repeat: true as const }),
  };
}

/** `a.b`, and `list[].c` for a member of each element. */
function sensitivePaths(shape: Shape | undefined, path = ''): string[] {
  if (shape?.kind === 'string') return shape.sensitive ? [path] : [];
  if (shape?.kind === 'array') return sensitivePaths(shape.items, `${path}[]`);
  if (shape?.kind !== 'object') return [];
  return Object.entries(shape.fields).flatMap(([name, field]) =>
    sensitivePaths(field.shape, path === '' ? name : `${path}.${name}`),
  );
}
