/** What stands in a redacted capture for a value: `{{out_trade_no#1}}`, the same one for the same value. */
import type { Json } from './json.ts';

export interface Placeholder {
  readonly text: string;
  /** The field in which the value was first seen. */
  readonly name: string;
  /** Encrypted on the wire; the clear text is not known. */
  readonly sensitive: boolean;
  readonly number: boolean;
}

const syntax = /^\{\{(sensitive:|number:)?([A-Za-z0-9_-]{1,64})#(\d{1,6})\}\}$/;
const anywhere = /\{\{(?:sensitive:|number:)?[A-Za-z0-9_-]{1,64}#\d{1,6}\}\}/g;

export function placeholderOf(value: Json | undefined): Placeholder | undefined {
  if (typeof value !== 'string') return undefined;
  const [text, kind, name] = syntax.exec(value) ?? [];
  if (text === undefined || name === undefined) return undefined;
  return { text, name, sensitive: kind === 'sensitive:', number: kind === 'number:' };
}

export function replacePlaceholders(text: string, replacement: (placeholder: Placeholder) => string): string {
  return text.replace(anywhere, (found) => replacement(placeholderOf(found)!));
}

/** Gives each value a placeholder of its own. */
export class Placeholders {
  readonly #byValue = new Map<string, string>();
  readonly #counts = new Map<string, number>();

  for(value: string | number, field: string, sensitive = false): string {
    const key = `${typeof value}:${value}`;
    const known = this.#byValue.get(key);
    if (known !== undefined) return known;
    const name = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/.test(field) ? field : 'value';
    const kind = typeof value === 'number' ? 'number:' : sensitive ? 'sensitive:' : '';
    const count = (this.#counts.get(name) ?? 0) + 1;
    this.#counts.set(name, count);
    const made = `{{${kind}${name}#${count}}}`;
    this.#byValue.set(key, made);
    return made;
  }
}
