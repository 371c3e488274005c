/** The facts of every documented API, as apis.json has them; scripts/routes.ts writes it. */
import { readFileSync } from 'node:fs';

/** `!` at the end of a name: required. */
export type ShapeFields = Readonly<Record<string, Shape>>;

/** One letter: a text, a whole number, true or false, or unknown; otherwise an object with the further details. */
export type Shape =
  | 's'
  | 'n'
  | 'b'
  | 'u'
  | TextShape
  | { readonly t: 'n'; readonly e?: readonly number[]; readonly v?: number }
  | { readonly t: 'b'; readonly v?: boolean }
  | { readonly i: Shape }
  | { readonly f: ShapeFields };

export interface TextShape {
  readonly t: 's';
  /** The values it may have. */
  readonly e?: readonly string[];
  /** Minimum and maximum length, in characters. */
  readonly n?: number;
  readonly x?: number;
  /** Encrypted. */
  readonly c?: 1;
  /** An example. */
  readonly v?: string;
}

export interface ApiFacts {
  /** e.g. `POST /v3/marketing/favor/coupon-stocks` */
  readonly route: string;
  readonly name: string;
  /** The official page, below https://pay.weixin.qq.com/. */
  readonly page?: string;
  /** HTTP status of the answer, when it is not 200. */
  readonly status?: number;
  /** Compared with its official page: the required fields and the allowed values are reliable. */
  readonly audited?: 1;
  /** For an upload: the form part that holds the file. */
  readonly file?: string;
  readonly path?: ShapeFields;
  readonly query?: ShapeFields;
  readonly body?: Shape;
  readonly answer?: Shape;
}

let known: readonly ApiFacts[] | undefined;

/** Read once per process. The file is next to this one, and next to the bundle in the package. */
export function documentedApis(): readonly ApiFacts[] {
  known ??= (
    JSON.parse(readFileSync(new URL('./apis.json', import.meta.url), 'utf8')) as { apis: ApiFacts[] }
  ).apis;
  return known;
}

export interface NamedShape {
  readonly name: string;
  readonly required: boolean;
  readonly shape: Shape;
}

export function namedShapes(fields: ShapeFields): NamedShape[] {
  return Object.entries(fields).map(([key, shape]) => {
    const required = key.endsWith('!');
    return { name: required ? key.slice(0, -1) : key, required, shape };
  });
}

export function isText(shape: Shape): shape is TextShape {
  return typeof shape === 'object' && 't' in shape && shape.t === 's';
}
