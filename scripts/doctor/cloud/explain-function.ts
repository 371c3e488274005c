/** How a deployed function differs from what would be deployed now. Variables appear by name only. */
import { type FunctionPlan, isNone } from '../../deploy/plan.ts';
import type { Text } from '../../env/text.ts';
import type { Finding, Level } from '../finding.ts';

export function explainFunction({ wanted, isNew, differences: d }: FunctionPlan): Finding[] {
  const { name } = wanted;
  if (isNew) return [notDeployed(name)];
  if (isNone(d)) return [same(name)];
  const emptied = [...d.addedVariables, ...d.changedVariables];
  return [
    ...(emptied.length > 0 ? [variables(name, emptied, 'error')] : []),
    ...(d.removedVariables.length > 0 ? [onlyInTheCloud(name, d.removedVariables)] : []),
    ...(d.settings.length > 0
      ? [
          differs(name, 'cloud-settings-differ', 'warning', {
            zh: `设置 ${d.settings.join('，')}`,
            en: `settings: ${d.settings.join(', ')}`,
          }),
        ]
      : []),
    ...(d.missingTimers.length + d.staleTimers.length > 0 ? [timers(name, d)] : []),
    ...(d.wrongPaths.length > 0
      ? [
          differs(name, 'cloud-paths-differ', 'error', {
            zh: `HTTP 路径 ${d.wrongPaths.join('、')} 未指向它`,
            en: `HTTP paths that do not point to it: ${d.wrongPaths.join(', ')}`,
          }),
        ]
      : []),
    ...(d.code
      ? [
          differs(name, 'cloud-code-differs', 'warning', {
            zh: '代码与工作区不同',
            en: 'its code is not that of the working tree',
          }),
        ]
      : []),
  ];
}

const deployAgain = (name: string): Text => ({
  zh: `执行：npm run deploy -- ${name}`,
  en: `Run: npm run deploy -- ${name}`,
});

function notDeployed(name: string): Finding {
  return {
    id: 'cloud-function-missing',
    level: 'error',
    what: { zh: `云函数 ${name} 没有部署。`, en: `The function ${name} is not deployed.` },
    why: { zh: '所选的商户类型需要它。', en: 'The accounts of this shop need it.' },
    fix: deployAgain(name),
  };
}

function same(name: string): Finding {
  return {
    id: 'cloud-function-same',
    level: 'info',
    what: {
      zh: `云函数 ${name}：代码、变量、触发器与路径一致。`,
      en: `${name}: code, variables, triggers and paths match.`,
    },
    why: { zh: '按指纹比较。', en: 'Compared by fingerprint.' },
    fix: { zh: '无需处理。', en: 'Nothing to do.' },
  };
}

function variables(name: string, names: readonly string[], level: Level): Finding {
  return {
    id: 'cloud-variables-differ',
    level,
    what: {
      zh: `云函数 ${name} 的变量与本机不同：${names.join('、')}。`,
      en: `Variables of ${name} differ from this machine: ${names.join(', ')}.`,
    },
    why: {
      zh: '本机检查通过的密钥或设置并没有在云端使用。',
      en: 'What was checked on this machine is not what runs in the cloud.',
    },
    fix: deployAgain(name),
  };
}

function onlyInTheCloud(name: string, names: readonly string[]): Finding {
  return {
    id: 'cloud-variables-only-there',
    level: 'warning',
    what: {
      zh: `云函数 ${name} 在云端有、本机没有的变量：${names.join('、')}。`,
      en: `Variables of ${name} that only the cloud has: ${names.join(', ')}.`,
    },
    why: {
      zh: '部署会拒绝清空它们，以免误删密钥。',
      en: 'A deployment refuses to empty them, so that no key is lost by mistake.',
    },
    fix: {
      zh: `在 .env.local 中设置；确实不要时：npm run deploy -- ${name} --unset ${names[0]}`,
      en: `Set them in .env.local; if they are not wanted: npm run deploy -- ${name} --unset ${names[0]}`,
    },
  };
}

function timers(name: string, d: FunctionPlan['differences']): Finding {
  const missing = d.missingTimers.map((timer) => timer.name).join(', ');
  const stale = d.staleTimers.map((timer) => timer.name).join(', ');
  return differs(name, 'cloud-timers-differ', 'error', {
    zh: `定时器${missing ? `缺少 ${missing}` : ''}${stale ? `多出 ${stale}` : ''}`,
    en: `timers${missing ? `, missing: ${missing}` : ''}${stale ? `, not wanted: ${stale}` : ''}`,
  });
}

function differs(name: string, id: string, level: Level, how: Text): Finding {
  return {
    id,
    level,
    what: { zh: `云函数 ${name}：${how.zh}。`, en: `${name}: ${how.en}.` },
    why: { zh: '云端运行的与这里的不同。', en: 'What runs in the cloud is not what is here.' },
    fix: deployAgain(name),
  };
}
