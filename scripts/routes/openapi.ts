/** Reads the OpenAPI folder into operations: routes with the shapes of their parameters and answers. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parse } from 'yaml';
import { type Field, merge, type Shape, shapeOf } from './shape.ts';

export interface Operation {
  /** `POST /v3/refund/domestic/refunds` */
  readonly route: string;
  /** The API's official name. */
  readonly name: string;
  /** Its official page, without `https://pay.weixin.qq.com/`; the newest of those that are named. */
  readonly page: string | undefined;
  /** Of the answer when all is well. */
  readonly status: number;
  readonly path: Record<string, Field>;
  readonly query: Record<string, Field>;
  readonly headers: Record<string, Field>;
  /** Undefined without a body. */
  body: Shape | undefined;
  /** Of an upload: the form part that holds the file. */
  readonly filePart: string | undefined;
  /** Undefined when it answers without a body (204). */
  answer: Shape | undefined;
}

type Node = Record<string, unknown>;

const methods = ['get', 'post', 'put', 'patch', 'delete'];

/** @param folder that has `v3` and `definitions` in it. */
export function readOperations(folder: string): Operation[] {
  const documents = new Documents();
  return yamlFiles(join(folder, 'v3')).flatMap((file) => {
    const path = file.slice(folder.length, -'.yaml'.length).replace('{empty}', '');
    const document = documents.load(file);
    return methods
      .filter((method) => method in document)
      .map((method) =>
        operationOf(`${method.toUpperCase()} ${path}`, documents.resolve(document[method], file) as Node),
      );
  });
}

function yamlFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.yaml') && entry.name !== 'webhooks.yaml')
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** Files, parsed once, with every `$ref` in them replaced by what it names. */
class Documents {
  readonly #parsed = new Map<string, Node>();

  load(file: string): Node {
    const known = this.#parsed.get(file);
    if (known) return known;
    const document = parse(readFileSync(file, 'utf8'), { version: '1.2' }) as Node;
    this.#parsed.set(file, document);
    return document;
  }

  /** A `$ref` beside siblings means both, as an `allOf`. */
  resolve(node: unknown, file: string): unknown {
    if (Array.isArray(node)) return node.map((entry) => this.resolve(entry, file));
    if (typeof node !== 'object' || node === null) return node;
    const { $ref, ...siblings } = node as Node;
    const own = Object.fromEntries(
      Object.entries(siblings).map(([name, value]) => [name, this.resolve(value, file)]),
    );
    // A field may have the name of a sibling of $ref, but never $ref itself.
    if (typeof $ref !== 'string') return own;
    const [target, pointer = ''] = $ref.split('#');
    const targetFile = target ? resolve(dirname(file), target) : file;
    const named = pointer
      .split('/')
      .filter(Boolean)
      .reduce<unknown>((value, key) => (value as Node | undefined)?.[key], this.load(targetFile));
    if (named === undefined) throw new Error(`${file}: nothing at ${$ref}`);
    const referred = this.resolve(named, targetFile) as Node;
    if (Object.keys(own).length === 0) return referred;
    return 'in' in referred ? { ...referred, ...own } : { allOf: [referred, own] };
  }
}

interface ParameterNode {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header' | 'body' | 'formData';
  readonly required?: boolean;
  readonly schema?: unknown;
  readonly type?: string;
}

function operationOf(route: string, node: Node): Operation {
  const parameters = (node.parameters ?? []) as ParameterNode[];
  const fieldsIn = (place: ParameterNode['in']): Record<string, Field> =>
    Object.fromEntries(
      parameters
        .filter((parameter) => parameter.in === place)
        .map((parameter) => [
          parameter.name,
          { required: parameter.required === true, shape: shapeOf(parameter.schema ?? parameter, route) },
        ]),
    );
  // The file names the path parameters; six of the lists do not.
  const names = [...route.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
  const given = fieldsIn('path');
  const path = Object.fromEntries(
    names.map((name) => [name, { required: true, shape: given[name]?.shape ?? { kind: 'string' as const } }]),
  );
  const query = fieldsIn('query');
  for (const name of names) delete query[name];
  const file = parameters.find((parameter) => parameter.in === 'formData' && parameter.type === 'file');
  const body = parameters.find((parameter) => parameter.in === 'body');
  return {
    route,
    name: String(node.summary ?? '').trim(),
    page: pageOf(String(node.description ?? '')),
    status: statusOf(node.responses as Record<string, Node>),
    path,
    query,
    headers: fieldsIn('header'),
    body: file ? metaOf(fieldsIn('formData'), file.name) : body && shapeOf(body.schema, route),
    filePart: file?.name,
    answer: answerOf(node.responses as Record<string, Node>, route),
  };
}

function pageOf(description: string): string | undefined {
  const pages = [...description.matchAll(/\(https:\/\/pay\.weixin\.qq\.com\/([^)\s]+)\)/g)].map(
    ([, path]) => path!,
  );
  return pages.findLast((path) => path.startsWith('doc/v3/')) ?? pages.at(-1);
}

function statusOf(responses: Record<string, Node>): number {
  return (
    Object.keys(responses)
      .map(Number)
      .find((status) => status >= 200 && status < 300) ?? 200
  );
}

/** The form fields of an upload beside its file: the members of `meta`, and the fields that stand next to it. */
function metaOf(form: Record<string, Field>, filePart: string): Shape {
  const { meta, [filePart]: _, ...beside } = form;
  const inside = meta?.shape.kind === 'object' ? meta.shape.fields : {};
  // Computed from the file.
  const { filename: _name, sha256: _digest, file_name: _other, ...rest } = inside;
  return { kind: 'object', fields: { ...rest, ...beside } };
}

function answerOf(responses: Record<string, Node>, route: string): Shape | undefined {
  const shapes = Object.entries(responses)
    .filter(([status, node]) => /^20[012]$/.test(status) && node?.schema !== undefined)
    .map(([, node]) => shapeOf(node.schema, route));
  return shapes.length === 0 ? undefined : shapes.reduce(merge);
}
