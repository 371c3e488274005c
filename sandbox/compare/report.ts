/** The comparisons as text and JSON. */
import { inBoth, type Text } from '../text.ts';
import type { Comparison, Difference } from './differences.ts';

/** Said once, in place of a difference for each header. */
export const lostSignatures: Text = {
  en: 'The capture has no Wechatpay-* headers: it was recorded without them, so they are not compared.',
  zh: '抓包中没有任何 Wechatpay-* 应答头，录制时未保留，因此不比较。',
};

export function asText(comparisons: readonly Comparison[], notes: readonly Text[] = []): string {
  const lines = comparisons.flatMap(({ api, exchange, fidelity, differences }) => [
    `${differences.length === 0 ? '✓' : '✗'} ${exchange}  ${api}${fidelity === undefined ? '' : `  (${fidelity})`}`,
    ...differences.map((difference) => `    ${textOf(difference)}`),
  ]);
  const different = comparisons.filter(({ differences }) => differences.length > 0).length;
  const same = comparisons.length - different;
  const noted = notes.map(({ en, zh }) => `– ${inBoth(en, zh)}`);
  return [
    ...noted,
    ...lines,
    `${same} 个相同，${different} 个不同 · ${same} same, ${different} different`,
  ].join('\n');
}

const kinds: Record<Difference['kind'], string> = {
  status: '状态 status',
  code: '错误码 code',
  field: '字段 field',
  type: '类型 type',
  value: '取值 value',
  header: '应答头 header',
};

function textOf({ kind, where, captured, sandbox }: Difference): string {
  const place = where === '' ? '' : ` ${where}`;
  return `${kinds[kind]}${place}: captured 抓包 ${captured ?? '–'}, sandbox 沙箱 ${sandbox ?? '–'}`;
}

export function asJson(comparisons: readonly Comparison[], notes: readonly Text[] = []): string {
  const same = comparisons.every(({ differences }) => differences.length === 0);
  return JSON.stringify({ same, ...(notes.length > 0 && { notes }), exchanges: comparisons }, undefined, 2);
}
