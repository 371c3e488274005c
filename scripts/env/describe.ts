/** What may be printed of a variable's value. */
import type { Text } from './text.ts';
import { definitionOf } from './variables.ts';

/** A variable that this project does not know may hold anything: then it is a secret. */
export function describeValue(name: string, value: string | undefined): Text {
  if (value === undefined || value === '') return { zh: '未设置', en: 'not set' };
  if (definitionOf(name)?.secret === false && value.length <= 120) return { zh: value, en: value };
  return { zh: `已设置（${value.length} 个字符）`, en: `set (${value.length} characters)` };
}
