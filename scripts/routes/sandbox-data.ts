/** The facts of every documented API as the sandbox reads them: data only, one API per line. */
import { auditedRoutes } from './correct.ts';
import type { Operation } from './openapi.ts';
import type { Field, Shape } from './shape.ts';

const source = {
  project: 'https://github.com/TheNorthMemory/wechatpay-openapi',
  license: 'MIT, Copyright (c) 2020-present James ZHANG(TheNorthMemory); see LICENSE-wechatpay-openapi',
  made: 'by scripts/routes.ts: names, types, enums, lengths, what is encrypted, examples; with corrections by official pages',
};

/** All requests of these families were found right when compared with samples of others. */
const auditedPrefixes = ['/v3/merchant-service/', '/v3/fund-app/mch-transfer/'];

/** Beyond that an example is a picture or a cipher text, and says nothing. */
const longestExample = 100;

/** JSON whose form sandbox/wechatpay/documented/facts.ts describes. */
export function sandboxData(operations: readonly Operation[]): string {
  const lines = operations.map((operation) => JSON.stringify(factsOf(operation)));
  return `{"source":${JSON.stringify(source)},"apis":[\n${lines.join(',\n')}\n]}\n`;
}

function factsOf(operation: Operation): object {
  const { route, name, page, status, path, query, body, answer, filePart } = operation;
  const audited =
    auditedRoutes.has(route) || auditedPrefixes.some((prefix) => route.split(' ')[1]!.startsWith(prefix));
  return {
    route,
    name,
    ...(page && { page }),
    ...(status !== 200 && { status }),
    ...(audited && { audited: 1 }),
    ...(filePart && { file: filePart }),
    ...(Object.keys(path).length > 0 && { path: fieldsOf(path) }),
    ...(Object.keys(query).length > 0 && { query: fieldsOf(query) }),
    ...(body && { body: shapeOf(body) }),
    ...(answer && { answer: shapeOf(answer) }),
  };
}

/** A required field's name ends in `!`. */
function fieldsOf(fields: Record<string, Field>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, { required, shape }]) => [
      required ? `${name}!` : name,
      shapeOf(shape),
    ]),
  );
}

function shapeOf(shape: Shape): unknown {
  switch (shape.kind) {
    case 'object':
      return { f: fieldsOf(shape.fields) };
    case 'array':
      return { i: shapeOf(shape.items) };
    case 'string': {
      const { enum: values, minLength, maxLength, sensitive, example } = shape;
      const shown = example !== undefined && !sensitive && example.length <= longestExample;
      return compact('s', {
        ...(values && { e: values }),
        ...(minLength !== undefined && { n: minLength }),
        ...(maxLength !== undefined && { x: maxLength }),
        ...(sensitive && { c: 1 }),
        ...(shown && { v: example }),
      });
    }
    case 'number':
      return compact('n', {
        ...(shape.enum && { e: shape.enum }),
        ...(shape.example !== undefined && { v: shape.example }),
      });
    case 'boolean':
      return compact('b', { ...(shape.example !== undefined && { v: shape.example }) });
    case 'unknown':
      return 'u';
  }
}

/** The letter alone when nothing else is known. */
function compact(letter: string, facts: object): unknown {
  return Object.keys(facts).length === 0 ? letter : { t: letter, ...facts };
}
