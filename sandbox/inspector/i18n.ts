/** Every word of the page, in both languages. */
import { useStore } from './store.ts';

const words = {
  title: ['微信支付沙箱', 'WeChat Pay sandbox'],
  preview: ['预览：真机与微信开发者工具仍需验证', 'A preview: real devices and WeChat DevTools still decide'],
  connected: ['已连接', 'live'],
  disconnected: ['连接断开，正在重连…', 'connection lost, reconnecting…'],
  timeline: ['时间线', 'Timeline'],
  exchanges: ['请求', 'Exchanges'],
  notifications: ['回调', 'Callbacks'],
  applications: ['进件', 'Applications'],
  database: ['数据库', 'Database'],
  faults: ['故障', 'Faults'],
  keys: ['密钥', 'Keys'],
  now: ['回到现在', 'now'],
  plus15s: ['+15 秒', '+15 s'],
  plus1h: ['+1 小时', '+1 h'],
  toNextRetry: ['到下次重试', 'to next retry'],
  toTomorrow: ['到明天 10:05', 'to tomorrow 10:05'],
  clockMoved: ['时钟已前进', 'The clock moved'],
  ledgerBalanced: ['账平', 'Ledger sums to zero'],
  ledgerOff: ['账不平！', 'Ledger does not sum to zero!'],
  dark: ['深色', 'Dark'],
  light: ['浅色', 'Light'],
  snapshot: ['存快照', 'Snapshot'],
  restore: ['恢复', 'Restore'],
  reset: ['重置', 'Reset'],
  snapshotSaved: ['快照已保存', 'Snapshot saved'],
  restored: ['已恢复到快照', 'Restored to the snapshot'],
  wasReset: ['沙箱已重置', 'The sandbox starts over'],
  confirmReset: [
    '清空所有订单、回调和文件，重新开始？',
    'Forget all orders, callbacks and files, and start over?',
  ],
  noOrders: ['还没有订单', 'No orders yet'],
  noOrdersHint: [
    '在左边的手机里买点什么，每一次签名和回调都会出现在这里。',
    'Buy something on the phone: each signature and callback will appear here.',
  ],
  pickOrder: ['选择一笔订单，看它经过的每一步', 'Choose an order to see each step it took'],
  user: ['用户', 'User'],
  cold: ['冷启动', 'cold'],
  warm: ['热', 'warm'],
  copyCurl: ['复制为 curl', 'Copy as curl'],
  copyTest: ['复制为测试', 'Copy as test'],
  copied: ['已复制', 'Copied'],
} satisfies Record<string, [zh: string, en: string]>;

export type Word = keyof typeof words;

export function useWords(): (word: Word) => string {
  const { language } = useStore();
  return (word) => words[word][language === 'zh' ? 0 : 1];
}

/** One of two texts by the reader's language, for words that stand in one place only. */
export function useSay(): (zh: string, en: string) => string {
  const { language } = useStore();
  return (zh, en) => (language === 'zh' ? zh : en);
}
