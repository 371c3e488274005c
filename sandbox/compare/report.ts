/** The comparisons as text and JSON. */
import type { Comparison, Difference } from './differences.ts';

export function asText(comparisons: readonly Comparison[]): string {
  const lines = comparisons.flatMap(({ api, exchange, fidelity, differences }) => [
    `${differences.length === 0 ? '✓' : '✗'} ${exchange}  ${api}${fidelity === undefined ? '' : `  (${fidelity})`}`,
    ...differences.map((difference) => `    ${textOf(difference)}`),
  ]);
  const different = comparisons.filter(({ differences }) => differences.length > 0).length;
  const same = comparisons.length - different;
  return [...lines, `${same} 个相同，${different} 个不同 · ${same} same, ${different} different`].join('\n');
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

export function asJson(comparisons: readonly Comparison[]): string {
  const same = comparisons.every(({ differences }) => differences.length === 0);
  return JSON.stringify({ same, exchanges: comparisons }, undefined, 2);
}
