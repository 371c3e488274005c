/** Encrypts and decrypts the fields that a route's facts name, wherever they are nested. */
import { WechatpayError } from '../errors.ts';

type Change = (text: string) => string;

/**
 * A copy of `value` in which `change` was applied to each text at one of the paths. What is absent, null or empty
 * stays; the rest of the value is shared, not copied.
 * @param paths separated by blanks: `a.b`, and `list[].c` for each element.
 * @throws WechatpayError REQUEST_INVALID for something else than a text at a path.
 */
export function changeAt(value: unknown, paths: string, change: Change): unknown {
  return paths.split(' ').reduce((changed, path) => changeOne(changed, steps(path), path, change), value);
}

/** Whether anything is there to be changed. */
export function hasAny(value: unknown, paths: string): boolean {
  let found = false;
  changeAt(value, paths, (text) => {
    found = true;
    return text;
  });
  return found;
}

const eachElement = '[]';

/** `a.list[].b` → a, list, [], b */
function steps(path: string): string[] {
  return path.replaceAll(eachElement, `.${eachElement}`).split('.');
}

function changeOne(
  value: unknown,
  [step, ...rest]: readonly string[],
  path: string,
  change: Change,
): unknown {
  if (value === undefined || value === null || value === '') return value;
  if (step === undefined) {
    if (typeof value === 'string') return change(value);
    throw new WechatpayError(
      'fault',
      'REQUEST_INVALID',
      `The field ${path} is encrypted: it must be a string.`,
    );
  }
  if (step === eachElement) {
    return Array.isArray(value) ? value.map((element) => changeOne(element, rest, path, change)) : value;
  }
  if (typeof value !== 'object' || !Object.hasOwn(value, step)) return value;
  const members = value as Record<string, unknown>;
  return { ...members, [step]: changeOne(members[step], rest, path, change) };
}
