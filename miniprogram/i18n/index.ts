/** Texts are pairs, Chinese first; the language setting of WeChat decides which one is shown. */
export type Pair = readonly [zh: string, en: string];
export type Language = 'zh' | 'en';

/** Chinese unless WeChat is set to another language. */
export function currentLanguage(): Language {
  if (typeof wx === 'undefined') return 'zh';
  const { language } = wx.getAppBaseInfo();
  return language === undefined || language.startsWith('zh') ? 'zh' : 'en';
}

export function say(pair: Pair, language: Language = currentLanguage()): string {
  return pair[language === 'zh' ? 0 : 1];
}

/** A page's texts, ready for its data. */
export function texts<T extends Record<string, Pair>>(pairs: T): { [K in keyof T]: string } {
  const language = currentLanguage();
  return Object.fromEntries(Object.entries(pairs).map(([key, pair]) => [key, say(pair, language)])) as {
    [K in keyof T]: string;
  };
}

/** Replaces `{name}` in a text. */
export function fill(text: string, values: Record<string, string | number>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
