/** Plans and outcomes in words. Variables appear by name, never by value. */
import type { Text } from '../env/text.ts';
import { type FunctionPlan, isNone } from './plan.ts';
import type { Outcome } from './read-back.ts';

/** One line per function: what a deployment would do to it. */
export function describePlan({ wanted, isNew, variables, differences: d }: FunctionPlan): string {
  if (isNone(d)) return `  = ${wanted.name}  未变 unchanged`;
  const parts = [
    ...(isNew ? [] : d.code ? ['代码 code'] : []),
    ...d.settings,
    ...list('变量 variables +', isNew ? Object.keys(variables) : d.addedVariables),
    ...list('变量 variables ~', d.changedVariables),
    ...list('变量 variables -', d.removedVariables),
    ...list(
      '定时器 timer +',
      d.missingTimers.map(({ name }) => name),
    ),
    ...list(
      '定时器 timer -',
      d.staleTimers.map(({ name }) => name),
    ),
    ...list('路径 path +', d.wrongPaths),
  ];
  const mark = isNew ? '+' : '~';
  const head = isNew ? '新建 new' : '更新 update';
  return `  ${mark} ${wanted.name}  ${[head, ...parts].join('；')}`;
}

function list(label: string, names: readonly string[]): string[] {
  return names.length === 0 ? [] : [`${label} ${names.join(', ')}`];
}

/** The current state of a function, as read back. */
export function describeOutcome(outcome: Outcome): Text[] {
  const { deployed, heldBack, ok, name } = outcome;
  if (ok)
    return [
      {
        zh: `✓ ${name}  代码、变量、触发器与路径均已核对，可调用。`,
        en: 'Code, variables, triggers and paths verified; callable.',
      },
    ];
  const held: Text[] = heldBack
    ? [
        {
          zh: `✗ ${name}  本次没有部署：收款与发货的函数还未就绪。`,
          en: 'Not deployed this time: the functions that receive payments and deliver are not ready.',
        },
      ]
    : [];
  if (!deployed)
    return [...held, { zh: `✗ ${name}  云端没有这个函数。`, en: 'The cloud does not have this function.' }];
  const facts = factsOf(outcome).map(({ zh, en }) => ({ zh: `✗ ${name}  ${zh}`, en }));
  return [...held, ...facts];
}

const runtimeStays: Text = {
  zh: '运行时在创建后不能更改：请在控制台删除该函数，再执行 npm run deploy。',
  en: 'A runtime cannot be changed after creation: delete the function in the console and run npm run deploy.',
};

function factsOf({ deployed, differences: d, problems }: Outcome): Text[] {
  const variables = [...d.addedVariables, ...d.changedVariables, ...d.removedVariables].join(', ');
  const paths = d.wrongPaths.join(', ');
  const missing = d.missingTimers.map(({ name }) => name).join(', ');
  const stale = d.staleTimers.map(({ name }) => name).join(', ');
  const facts: Text[] = [];
  if (deployed?.status !== 'Active') {
    const reason = deployed?.statusReason ? `（${deployed.statusReason}）` : '';
    facts.push({
      zh: `状态为 ${deployed?.status}${reason}，不能调用。`,
      en: 'It is not active and cannot be called.',
    });
  }
  if (d.code && variables === '')
    facts.push({ zh: '代码不是新的。', en: 'The code is not the new version.' });
  if (d.code && variables)
    facts.push({
      zh: `代码与变量都不是新的（${variables}）。`,
      en: 'Neither the code nor the variables are new.',
    });
  if (!d.code && variables)
    facts.push({
      zh: `代码是新的，变量不是：${variables}。`,
      en: 'The code is new, the variables are not.',
    });
  if (d.settings.length > 0)
    facts.push({ zh: `设置不符：${d.settings.join('，')}。`, en: 'Settings differ.' });
  if (d.settings.some((setting) => setting.startsWith('runtime '))) facts.push(runtimeStays);
  if (missing) facts.push({ zh: `缺少定时器 ${missing}。`, en: 'A timer is missing.' });
  if (stale) facts.push({ zh: `多余的定时器 ${stale} 还在。`, en: 'A stale timer is still there.' });
  if (paths) facts.push({ zh: `HTTP 路径未指向它：${paths}。`, en: 'HTTP paths do not point to it.' });
  return [...facts, ...problems.map(({ what }) => what)];
}
