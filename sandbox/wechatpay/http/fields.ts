import { internalCodes, paramError } from './problem.ts';

/**
 * A small declarative validator whose refusals read like the real ones:
 * 输入源“/body/out_trade_no”映射到值字段“商户订单号”字符串规则校验失败，字节数 2，小于最小值 6.
 * The wording follows answers reported by developers; the rules follow each API's own page.
 */
interface Common {
  /** The field's Chinese name, as the document has it. */
  readonly label: string;
  readonly optional?: boolean | undefined;
}

export interface StringRule extends Common {
  readonly type: 'string';
  /** In characters; `unit: 'byte'` counts UTF-8 bytes. */
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  readonly unit?: 'character' | 'byte' | undefined;
  readonly pattern?: RegExp | undefined;
  readonly oneOf?: readonly string[] | undefined;
  /**
   * Encrypted with RSA-OAEP under the platform key that Wechatpay-Serial names; the other rules apply to the clear
   * text.
   */
  readonly sensitive?: boolean | undefined;
}

export interface IntegerRule extends Common {
  readonly type: 'integer';
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  readonly oneOf?: readonly number[] | undefined;
}

export interface BooleanRule extends Common {
  readonly type: 'boolean';
}

export interface ArrayRule extends Common {
  readonly type: 'array';
  readonly items: FieldRule;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

export interface ObjectRule extends Common {
  readonly type: 'object';
  readonly fields: Fields;
}

/** Known by name alone. */
export interface AnyRule extends Common {
  readonly type: 'any';
}

export type FieldRule = StringRule | IntegerRule | BooleanRule | ArrayRule | ObjectRule | AnyRule;
export type Fields = { readonly [name: string]: FieldRule };

type Options<R extends FieldRule> = Omit<R, 'type' | 'label' | 'items' | 'fields'>;

/** Builders: `field.string('商户订单号', { min: 6, max: 32 })`. */
export const field = {
  string: (label: string, options: Options<StringRule> = {}): StringRule => ({
    type: 'string',
    label,
    ...options,
  }),
  integer: (label: string, options: Options<IntegerRule> = {}): IntegerRule => ({
    type: 'integer',
    label,
    ...options,
  }),
  boolean: (label: string, options: Options<BooleanRule> = {}): BooleanRule => ({
    type: 'boolean',
    label,
    ...options,
  }),
  array: (label: string, items: FieldRule, options: Options<ArrayRule> = {}): ArrayRule => ({
    type: 'array',
    label,
    items,
    ...options,
  }),
  any: (label: string, options: Options<AnyRule> = {}): AnyRule => ({ type: 'any', label, ...options }),
  object: (label: string, fields: Fields, options: Options<ObjectRule> = {}): ObjectRule => ({
    type: 'object',
    label,
    fields,
    ...options,
  }),
};

export interface CheckOptions {
  /** Where the values came from; also the first part of the path in messages. */
  readonly location: 'body' | 'query' | 'uri_template' | 'meta';
  /** Decrypts a sensitive value; `pointer` is the field's JSON pointer. Throws ApiProblem. */
  readonly decrypt?: (cipher: string, pointer: string) => string;
}

/**
 * Checks `value` against `fields`: unknown fields, required, types, lengths, enums, patterns. Query and path values are
 * strings; integers among them are read as decimal.
 * @returns a copy with sensitive fields decrypted.
 * @throws ApiProblem 400 PARAM_ERROR for the first field at fault.
 */
export function checkFields(
  fields: Fields,
  value: Record<string, unknown>,
  options: CheckOptions,
): Record<string, unknown> {
  refuseUnknown(fields, value, options);
  return checkObject(fields, value, '', options);
}

function refuseUnknown(fields: Fields, value: Record<string, unknown>, options: CheckOptions): void {
  const unknown = unknownPointers(fields, value, `/${options.location}`);
  if (unknown.length === 0) return;
  const message = '请求中含有未在API文档中定义的参数';
  const detail = {
    field: unknown[0]!.slice(options.location.length + 1),
    value: unknown,
    issue: 'unknown parameter',
    location: options.location,
  };
  throw paramError(message, detail, { internalCode: internalCodes.unknownParameter });
}

function unknownPointers(fields: Fields, value: Record<string, unknown>, at: string): string[] {
  return Object.entries(value).flatMap(([name, inner]) => {
    const rule = Object.hasOwn(fields, name) ? fields[name] : undefined;
    return rule ? unknownInside(rule, inner, `${at}/${name}`) : [`${at}/${name}`];
  });
}

function unknownInside(rule: FieldRule, value: unknown, at: string): string[] {
  if (rule.type === 'object' && isObject(value)) return unknownPointers(rule.fields, value, at);
  if (rule.type === 'array' && Array.isArray(value)) {
    return value.flatMap((item, index) => unknownInside(rule.items, item, `${at}/${index}`));
  }
  return [];
}

function checkObject(fields: Fields, value: Record<string, unknown>, at: string, options: CheckOptions) {
  const checked: Record<string, unknown> = {};
  for (const [name, rule] of Object.entries(fields)) {
    const pointer = `${at}/${name}`;
    const inner = value[name];
    if (inner === undefined || inner === null) {
      if (!rule.optional) throw missing(rule, pointer, options);
      continue;
    }
    checked[name] = checkValue(rule, inner, pointer, options);
  }
  return checked;
}

function checkValue(rule: FieldRule, value: unknown, pointer: string, options: CheckOptions): unknown {
  switch (rule.type) {
    case 'string':
      return checkString(rule, value, pointer, options);
    case 'integer':
      return checkInteger(rule, value, pointer, options);
    case 'boolean':
      if (typeof value !== 'boolean') throw wrongType(rule, value, pointer, options, '布尔值');
      return value;
    case 'object':
      if (!isObject(value)) throw wrongType(rule, value, pointer, options, '对象');
      return checkObject(rule.fields, value, pointer, options);
    case 'array':
      return checkArray(rule, value, pointer, options);
    case 'any':
      return value;
  }
}

function checkString(rule: StringRule, value: unknown, pointer: string, options: CheckOptions): string {
  if (typeof value !== 'string') throw wrongType(rule, value, pointer, options, '字符串');
  const text = rule.sensitive && options.decrypt ? options.decrypt(value, pointer) : value;
  const fail = (issue: string, shown: unknown) => {
    const message = `输入源“/${options.location}${pointer}”映射到值字段“${rule.label}”字符串规则校验失败，${issue}`;
    return paramError(message, { field: pointer, value: shown, issue, location: options.location });
  };
  const bytes = rule.unit === 'byte';
  const length = bytes ? Buffer.byteLength(text) : [...text].length;
  const unit = bytes ? '字节数' : '字符数';
  if (rule.min !== undefined && length < rule.min) {
    throw fail(`${unit} ${length}，小于最小值 ${rule.min}`, length);
  }
  if (rule.max !== undefined && length > rule.max) {
    throw fail(`${unit} ${length}，大于最大值 ${rule.max}`, length);
  }
  // An error must not return the plaintext of a sensitive field.
  const shown = rule.sensitive ? '******' : text;
  if (rule.pattern && !rule.pattern.test(text)) {
    throw fail(`字符串必须匹配正则表达式“${rule.pattern.source}”`, shown);
  }
  if (rule.oneOf && !rule.oneOf.includes(text)) {
    throw fail(`枚举值“${shown}”不在允许的范围 ${rule.oneOf.join('、')} 内`, shown);
  }
  return text;
}

function checkInteger(rule: IntegerRule, value: unknown, pointer: string, options: CheckOptions): number {
  const fromText = options.location === 'query' || options.location === 'uri_template';
  const number = fromText && typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isSafeInteger(number)) {
    throw wrongType(rule, value, pointer, options, '一个合法的 64 位有符号整数');
  }
  const fail = (issue: string) => {
    const message = `输入源“/${options.location}${pointer}”映射到数值字段“${rule.label}”规则校验失败，${issue}`;
    return paramError(message, { field: pointer, value: number, issue, location: options.location });
  };
  if (rule.min !== undefined && number < rule.min) throw fail(`值低于最小值 ${rule.min}`);
  if (rule.max !== undefined && number > rule.max) throw fail(`值大于最大值 ${rule.max}`);
  if (rule.oneOf && !rule.oneOf.includes(number)) throw fail(`值不在允许的范围 ${rule.oneOf.join('、')} 内`);
  return number;
}

function checkArray(rule: ArrayRule, value: unknown, pointer: string, options: CheckOptions): unknown[] {
  if (!Array.isArray(value)) throw wrongType(rule, value, pointer, options, '数组');
  const count = value.length;
  const bound =
    rule.min !== undefined && count < rule.min
      ? `小于最小值 ${rule.min}`
      : rule.max !== undefined && count > rule.max
        ? `大于最大值 ${rule.max}`
        : undefined;
  if (bound) {
    const message = `输入源“/${options.location}${pointer}”映射到数组字段“${rule.label}”规则校验失败，元素个数 ${count}，${bound}`;
    const issue = `元素个数 ${count}，${bound}`;
    throw paramError(message, { field: pointer, value: count, issue, location: options.location });
  }
  return value.map((item, index) => checkValue(rule.items, item, `${pointer}/${index}`, options));
}

function missing(rule: FieldRule, pointer: string, options: CheckOptions) {
  const message = `输入源“/${options.location}${pointer}”映射到字段“${rule.label}”必填性规则校验失败，此字段为必填项`;
  const issue = '此字段为必填项';
  return paramError(message, { field: pointer, value: null, issue, location: options.location });
}

function wrongType(rule: FieldRule, value: unknown, pointer: string, options: CheckOptions, wanted: string) {
  const source = options.location === 'body' ? 'JSON 输入源' : '输入源';
  const message = `无法将 ${source}“/${options.location}${pointer}”映射到目标字段“${rule.label}”中，此字段需要${wanted}`;
  return paramError(message, {
    field: pointer,
    value,
    issue: `此字段需要${wanted}`,
    location: options.location,
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
