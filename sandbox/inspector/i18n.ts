/** Both languages of the page: `say('中文', 'English')` where the text is used. */
import { usePage } from './store.ts';

export type Say = (zh: string, en: string) => string;

const sayZh: Say = (zh) => zh;
const sayEn: Say = (_zh, en) => en;

export function useSay(): Say {
  return usePage().language === 'zh' ? sayZh : sayEn;
}
