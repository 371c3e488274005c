/** The language that WeChat is set to on this phone: `?lang=zh_CN` or `?lang=en`. */
export const language = new URLSearchParams(location.search).get('lang') ?? 'zh_CN';

const english = !language.startsWith('zh');

/** WeChat's own texts, in the phone's language. */
export function say(zh: string, en: string): string {
  return english ? en : zh;
}

/** For screen readers and for the choice of font. */
document.documentElement.lang = english ? 'en' : 'zh-CN';
