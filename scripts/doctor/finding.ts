/** What the doctor says: one entry per thing that it looked at and has something to say about. */
import { styleText } from 'node:util';
import type { Text } from '../env/text.ts';

export type Level = 'error' | 'warning' | 'info';

export interface Finding {
  /** Stable, for programs. */
  readonly id: string;
  readonly level: Level;
  readonly variable?: string;
  readonly what: Text;
  readonly why: Text;
  readonly fix: Text;
}

/** What `--json` prints, in one line per finding's field: Chinese, then English. */
export interface Report {
  readonly ok: boolean;
  readonly findings: readonly {
    readonly id: string;
    readonly level: Level;
    readonly variable?: string;
    readonly what: string;
    readonly why: string;
    readonly fix: string;
  }[];
}

export function hasErrors(findings: readonly Finding[]): boolean {
  return findings.some(({ level }) => level === 'error');
}

export function reportOf(findings: readonly Finding[]): Report {
  return {
    ok: !hasErrors(findings),
    findings: findings.map(({ id, level, variable, what, why, fix }) => ({
      id,
      level,
      ...(variable !== undefined && { variable }),
      what: both(what),
      why: both(why),
      fix: both(fix),
    })),
  };
}

const order: readonly Level[] = ['error', 'warning', 'info'];
const marks = { error: ['✖', 'red'], warning: ['▲', 'yellow'], info: ['·', 'cyan'] } as const;

/** For people: the worst comes last, where people look first. */
export function renderFindings(findings: readonly Finding[], colour: boolean): string {
  const sorted = [...findings].sort((a, b) => order.indexOf(b.level) - order.indexOf(a.level));
  return sorted.map((finding) => renderFinding(finding, colour)).join('\n\n');
}

function renderFinding({ level, variable, what, why, fix }: Finding, colour: boolean): string {
  const [mark, style] = marks[level];
  const paint = (text: string) => (colour ? styleText(style, text, { validateStream: false }) : text);
  const name = variable === undefined ? '' : `${variable} · `;
  const lines = [paint(`${mark} ${name}${what.zh}`), `  ${paint(what.en)}`];
  if (level === 'info') return lines.join('\n');
  return [...lines, `  原因 ${why.zh}`, `  Why  ${why.en}`, `  处理 ${fix.zh}`, `  Fix  ${fix.en}`].join(
    '\n',
  );
}

function both({ zh, en }: Text): string {
  return `${zh} ${en}`;
}
