/** What would be written, shown before it is. No secret is in it. */
import { join } from 'node:path';
import { writeWhole } from '../build/write.ts';
import { describeValue } from '../env/describe.ts';
import { editEnvFile, parseEnvFile } from '../env/dotenv.ts';
import type { Text } from '../env/text.ts';
import { definitionOf } from '../env/variables.ts';
import { readIfThere, writePrivateFile } from '../env/write-private.ts';
import { planMiniProgram } from './mini-program.ts';

const fileName = '.env.local';

interface Change {
  readonly name: string;
  readonly from: string | undefined;
  /** Undefined: it is removed. */
  readonly to: string | undefined;
}

export interface Plan {
  readonly changes: readonly Change[];
  /** Variables that keep their value. */
  readonly unchanged: number;
  readonly envContent: string;
  readonly miniProgram: ReturnType<typeof planMiniProgram>;
}

/** The variables in `.env.local`, in the form in which they are stored, and its text. */
export function readExisting(root: string): { text: string; values: Record<string, string> } {
  const text = readIfThere(join(root, fileName)) ?? '';
  const values = Object.fromEntries(
    [...parseEnvFile(text).entries.values()].map(({ name, value }) => [
      name,
      value.trim() === '' ? '' : (definitionOf(name)?.normalize(value) ?? value),
    ]),
  );
  return { text, values };
}

/** By variable, undefined for one that is removed; those that are not in it stay as they are. */
export type Wanted = Readonly<Record<string, string | undefined>>;

export function makePlan(root: string, wanted: Wanted, miniProgram: boolean): Plan {
  const { text, values } = readExisting(root);
  const raw = parseEnvFile(text).entries;
  // A key stored in another form is rewritten as one line, which every tool can read.
  const forms = Object.entries(values).filter(
    ([name, value]) => value !== '' && raw.get(name)?.value !== value,
  );
  const all = { ...Object.fromEntries(forms), ...wanted };
  const changes: Change[] = Object.entries(all)
    .filter(([name, to]) => raw.get(name)?.value !== to)
    .map(([name, to]) => ({ name, from: values[name], to }));
  const result = { ...values, ...wanted };
  return {
    changes,
    unchanged: Object.keys(values).filter(
      (name) => values[name] && !changes.some((each) => each.name === name),
    ).length,
    envContent: changes.length === 0 ? text : editEnvFile(text, all),
    miniProgram: miniProgram
      ? planMiniProgram(root, {
          appid: appidOf(result),
          cloudEnvId: result.TCB_ENV_ID,
          shippedTemplateId: result.SHIPPED_TEMPLATE_ID,
        })
      : [],
  };
}

/** A mini-program that belongs to sub-merchants has their appid. */
function appidOf(values: Wanted): string | undefined {
  return values.WECHATPAY_PROVIDER_SUB_APPID || values.WECHATPAY_APPID;
}

export function isEmpty(plan: Plan): boolean {
  return plan.changes.length === 0 && plan.miniProgram.length === 0;
}

export function renderPlan(plan: Plan): string {
  const lines: string[] = [];
  if (plan.changes.length > 0) lines.push(`${fileName}  (600)`);
  for (const { name, from, to } of plan.changes) {
    const mark = to === undefined ? '-' : from ? '~' : '+';
    lines.push(`  ${mark} ${name.padEnd(34)} ${both(describeChange(name, from, to))}`);
  }
  if (plan.unchanged > 0) lines.push(`  = ${plan.unchanged} 项不变 · unchanged`);
  for (const { file, setting, from, to } of plan.miniProgram) {
    lines.push(file, `  ~ ${setting.padEnd(34)} ${from === '' ? '""' : from} → ${to}`);
  }
  return lines.join('\n');
}

function describeChange(name: string, from: string | undefined, to: string | undefined): Text {
  if (to === undefined) return { zh: '删除', en: 'removed' };
  const next = describeValue(name, to);
  if (!from) return next;
  if (from === to) return { zh: '写成一行 base64', en: 'rewritten as one line of base64' };
  const last = describeValue(name, from);
  return { zh: `${last.zh} → ${next.zh}`, en: `${last.en} → ${next.en}` };
}

function both({ zh, en }: Text): string {
  return zh === en ? zh : `${zh} · ${en}`;
}

/** Each file is replaced whole; the one with the keys first. */
export function applyPlan(root: string, plan: Plan): void {
  if (plan.changes.length > 0) writePrivateFile(join(root, fileName), plan.envContent);
  for (const { file, content } of plan.miniProgram) writeWhole(join(root, file), content);
}
