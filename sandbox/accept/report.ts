/** The results as text, JSON and JUnit. */
import { inBoth } from '../text.ts';
import type { Result, Verdict } from './types.ts';

const marks = { held: '✓', broken: '✗', 'not-run': '–' };

/** What was observed in both languages, and what a failing command printed. */
function detailOf({ observed: { en, zh }, printed }: Verdict): string {
  const lines = [en === zh ? en : inBoth(en, zh), ...(printed ? [printed] : [])];
  return lines.join('\n');
}

/** One result in both languages; a broken one says why it matters and how to fix it. */
export function asText({ title, verdict, why, fix }: Result): string {
  const lines = [
    `${marks[verdict.kind]} ${title.zh}  ${title.en}`,
    `    ${detailOf(verdict).replaceAll('\n', '\n    ')}`,
  ];
  if (verdict.kind === 'broken') {
    lines.push(`    为什么重要 ${why.zh}  ${why.en}`, `    怎样修复 ${fix.zh}  ${fix.en}`);
  }
  return lines.join('\n');
}

export function summary(results: readonly Result[]): string {
  const count = (kind: Result['verdict']['kind']) =>
    results.filter(({ verdict }) => verdict.kind === kind).length;
  const [held, broken, notRun] = [count('held'), count('broken'), count('not-run')];
  return `${held} 项通过，${broken} 项未通过，${notRun} 项未执行 · ${held} passed, ${broken} failed, ${notRun} not run`;
}

export function asJson(results: readonly Result[]): string {
  const checks = results.map(({ id, title, why, fix, verdict, tookMs }) => ({
    id,
    outcome: verdict.kind,
    detail: detailOf(verdict),
    observed: verdict.observed,
    title,
    ...(verdict.kind === 'broken' && { why, fix }),
    tookMs,
  }));
  return JSON.stringify({ passed: checks.every(({ outcome }) => outcome !== 'broken'), checks }, null, 2);
}

/** As CI services read it. */
export function asJUnit(results: readonly Result[]): string {
  const cases = results.map(({ id, title, verdict, why, fix, tookMs }) => {
    const open = `  <testcase classname="wechatpay-sandbox.accept" name="${xml(`${id}: ${title.en}`)}" time="${tookMs / 1000}"`;
    if (verdict.kind === 'held') return `${open}/>`;
    if (verdict.kind === 'not-run')
      return `${open}><skipped message="${xml(detailOf(verdict))}"/></testcase>`;
    const text = [detailOf(verdict), why.en, fix.en, why.zh, fix.zh].join('\n');
    return `${open}><failure message="${xml(detailOf(verdict))}">${xml(text)}</failure></testcase>`;
  });
  const failures = results.filter(({ verdict }) => verdict.kind === 'broken').length;
  const skipped = results.filter(({ verdict }) => verdict.kind === 'not-run').length;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuite name="wechatpay-sandbox accept" tests="${results.length}" failures="${failures}" skipped="${skipped}">`,
    ...cases,
    '</testsuite>',
    '',
  ].join('\n');
}

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function xml(text: string): string {
  // XML 1.0 does not allow control characters, not even escaped.
  return text
    .replace(/[&<>"]/g, (char) => escapes[char] ?? char)
    .replace(/[^\t\n\r\u0020-\ufffd]/g, '\ufffd');
}
