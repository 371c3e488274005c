/**
 * Turns what is known about a field into a rule that refuses; where the data is unreliable, warnings are used instead.
 */
import { type FieldRule, type Fields, field } from '../http/fields.ts';
import { isText, namedShapes, type Shape, type ShapeFields } from './facts.ts';

export interface RuleOptions {
  /** The required fields and the allowed values are reliable. */
  readonly audited: boolean;
  /** Query and path: every value is a string. */
  readonly asText?: boolean;
}

export function rulesOf(fields: ShapeFields, options: RuleOptions): Fields {
  return Object.fromEntries(
    namedShapes(fields).map(({ name, required, shape }) => [
      name,
      ruleOf(name, shape, { optional: !(required && options.audited) }, options),
    ]),
  );
}

function ruleOf(
  label: string,
  shape: Shape,
  common: { readonly optional?: boolean },
  options: RuleOptions,
): FieldRule {
  const { audited, asText } = options;
  if (shape === 'u') return field.any(label, common);
  if (typeof shape === 'object' && 'f' in shape) {
    return asText ? field.any(label, common) : field.object(label, rulesOf(shape.f, options), common);
  }
  if (typeof shape === 'object' && 'i' in shape) {
    return asText
      ? field.any(label, common)
      : field.array(label, ruleOf(label, shape.i, {}, options), common);
  }
  if (shape === 's' || isText(shape)) {
    if (shape === 's') return field.string(label, common);
    const { n: min, x: max, e: oneOf, c: sensitive } = shape;
    return field.string(label, {
      ...common,
      min,
      max,
      sensitive: sensitive === 1,
      ...(audited && { oneOf }),
    });
  }
  if (shape === 'n') return field.integer(label, common);
  if (shape === 'b' || shape.t === 'b') {
    return asText
      ? field.string(label, { ...common, oneOf: ['true', 'false'] })
      : field.boolean(label, common);
  }
  return field.integer(label, { ...common, ...(audited && { oneOf: shape.e }) });
}

/** Removes fields that have no rule, at any depth. */
export function withoutUnknown(fields: Fields, value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]) => {
      const rule = Object.hasOwn(fields, name) ? fields[name] : undefined;
      return rule ? [[name, knownInside(rule, inner)]] : [];
    }),
  );
}

function knownInside(rule: FieldRule, value: unknown): unknown {
  if (rule.type === 'array' && Array.isArray(value)) {
    return value.map((item) => knownInside(rule.items, item));
  }
  if (rule.type === 'object' && typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return withoutUnknown(rule.fields, value as Record<string, unknown>);
  }
  return value;
}
