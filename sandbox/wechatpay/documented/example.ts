/** A well-formed answer: the documented examples, with the request's values for fields of the same name. */
import { isText, namedShapes, type Shape, type ShapeFields, type TextShape } from './facts.ts';

export interface ExampleContext {
  /** Scalars of the request by name. */
  readonly echoed: ReadonlyMap<string, unknown>;
  /** RFC 3339. */
  readonly now: string;
  /** Encrypts a sensitive field of an answer; the merchant's private key decrypts it. */
  encrypt(clear: string): string;
}

export function exampleOf(fields: ShapeFields, context: ExampleContext): Record<string, unknown> {
  return Object.fromEntries(
    namedShapes(fields).map(({ name, shape }) => [name, exampleValue(name, shape, context)]),
  );
}

function exampleValue(name: string, shape: Shape, context: ExampleContext): unknown {
  if (shape === 'u') return {};
  if (typeof shape === 'object' && 'f' in shape) return exampleOf(shape.f, context);
  if (typeof shape === 'object' && 'i' in shape) return [exampleValue(name, shape.i, context)];
  const echoed = context.echoed.get(name);
  if (shape === 's' || isText(shape)) {
    const text = shape === 's' ? ({ t: 's' } as const) : shape;
    if (text.c) return context.encrypt('示例');
    return typeof echoed === 'string' && mayBe(text, echoed) ? echoed : textOf(name, text, context);
  }
  if (shape === 'b' || (typeof shape === 'object' && shape.t === 'b')) {
    return typeof echoed === 'boolean' ? echoed : shape === 'b' ? true : (shape.v ?? true);
  }
  if (typeof echoed === 'number') return echoed;
  return shape === 'n' ? 1 : (shape.v ?? shape.e?.[0] ?? 1);
}

function mayBe(
  { e: values, n: min = 0, x: max = Number.POSITIVE_INFINITY }: TextShape,
  text: string,
): boolean {
  return (values?.includes(text) ?? true) && [...text].length >= min && [...text].length <= max;
}

function textOf(name: string, shape: TextShape, { now }: ExampleContext): string {
  const { e: values, n: min = 0, x: max = Number.POSITIVE_INFINITY, v: example } = shape;
  // Some examples in the data are not among their own enum values.
  if (example !== undefined && mayBe(shape, example)) return example;
  if (values) return values[0]!;
  const text = /_(time|at)$/.test(name) ? now : `sandbox-${name}`;
  return text.padEnd(min, '0').slice(0, max);
}
