/** What a reader stumbles over on a page, though nothing on it is wrong. */
import type { Page } from 'playwright-core';

const script = `(root) => {
  const names =
    'h1,h2,h3,th,label,summary,button,.nav-title,.tag,.pill,[role=heading],[role=tab],[role=button]';
  const visible = [...root.querySelectorAll(names)].filter((element) => element.clientWidth > 0);
  const texts = visible.map((element) => ({ element, text: element.innerText.trim() }));
  const cutOff = texts.filter(({ element }) => element.scrollWidth > element.clientWidth + 1);
  const doubled = texts.filter(({ text }) => /^(\\S.*?\\S)\\s*[·:：]?\\s*\\1$/s.test(text));
  const none = /\\b(1970|000\\d)-\\d\\d-\\d\\d|\\bNaN\\b|Invalid Date|\\[object /.exec(root.innerText);
  return [
    ...cutOff.map(({ text }) => 'cut off: ' + text),
    ...doubled.map(({ text }) => 'twice: ' + text),
    ...(none ? ['no date or number: ' + none[0]] : []),
  ];
}`;

/** Headings, buttons and labels that are cut off or that repeat themselves, and dates and numbers that are none. */
export function flawsOn(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`(${script})(document.body)`);
}
