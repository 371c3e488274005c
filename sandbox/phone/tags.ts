/**
 * Which DOM element stands for which built-in tag of a mini-program. The build needs it for tag selectors
 * in styles, the runtime for creating elements.
 */

/** Implemented here: the most common tags, where looks and events must be close to WeChat's. */
const ownTags = [
  'view',
  'text',
  'image',
  'button',
  'scroll-view',
  'input',
  'textarea',
  'picker',
  'navigator',
  'label',
  'form',
] as const;

/** Web components of Taro. */
const taroTags = [
  'checkbox',
  'checkbox-group',
  'icon',
  'progress',
  'radio',
  'radio-group',
  'rich-text',
  'slider',
  'swiper',
  'swiper-item',
  'switch',
] as const;

const aliases: Readonly<Record<string, string>> = { 'cover-view': 'view', 'cover-image': 'image' };

/** @returns the DOM tag, or undefined when the phone has no such built-in. */
export function domTagOf(tag: string): string | undefined {
  const name = aliases[tag] ?? tag;
  if ((ownTags as readonly string[]).includes(name)) return `wx-${name}`;
  if ((taroTags as readonly string[]).includes(name)) return `taro-${name}-core`;
  return undefined;
}

export const builtinTags: readonly string[] = [...ownTags, ...taroTags, ...Object.keys(aliases)];
