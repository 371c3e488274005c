/** What the mini-program itself is set to, against what the functions are given. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readMiniProgram } from '../setup/mini-program.ts';
import type { Values } from './check-values.ts';
import type { Finding } from './finding.ts';

export function checkProject(root: string, values: Values): Finding[] {
  const { appid, cloudEnvId } = readMiniProgram(root);
  return [
    ...checkAppid(appid, [values.WECHATPAY_APPID, values.WECHATPAY_PROVIDER_SUB_APPID]),
    ...checkEnvironment(cloudEnvId, values.TCB_ENV_ID),
    ...checkFulfilment(root, values.FULFILMENT_FUNCTION),
  ];
}

const setMiniProgram = {
  zh: '执行 npm run setup，并同意写入小程序配置；或手工修改。',
  en: 'Run npm run setup and let it write the settings of the mini-program, or edit the file.',
};

function checkAppid(appid: string | undefined, expected: readonly (string | undefined)[]): Finding[] {
  const known = expected.filter(Boolean);
  if (appid === undefined || known.length === 0 || known.includes(appid)) return [];
  const unset = appid === 'touristappid' || appid === '';
  return [
    {
      id: unset ? 'mini-program-appid-unset' : 'mini-program-appid-differs',
      level: unset ? 'warning' : 'error',
      variable: 'WECHATPAY_APPID',
      what: unset
        ? { zh: 'project.config.json 还没有填写 appid。', en: 'project.config.json has no appid yet.' }
        : {
            zh: `project.config.json 的 appid 是 ${appid}，与设置的 ${known[0]} 不同。`,
            en: `project.config.json has the appid ${appid}, but ${known[0]} is set.`,
          },
      why: {
        zh: 'openid 属于 appid：用另一个小程序的 openid 下单会被微信支付拒绝（appid 与 openid 不匹配）。',
        en: 'An openid belongs to an appid: WeChat Pay refuses an order with the openid of another mini-program.',
      },
      fix: setMiniProgram,
    },
  ];
}

function checkEnvironment(cloudEnvId: string | undefined, expected: string | undefined): Finding[] {
  if (!cloudEnvId || !expected || cloudEnvId === expected) return [];
  return [
    {
      id: 'mini-program-environment-differs',
      level: 'warning',
      variable: 'TCB_ENV_ID',
      what: {
        zh: `小程序使用环境 ${cloudEnvId}，而部署到 ${expected}。`,
        en: `The mini-program uses the environment ${cloudEnvId}, but ${expected} is deployed to.`,
      },
      why: {
        zh: '小程序调用的是另一个环境里的云函数。',
        en: 'The mini-program calls the functions of another environment.',
      },
      fix: setMiniProgram,
    },
  ];
}

function checkFulfilment(root: string, name: string | undefined): Finding[] {
  if (!name || existsSync(join(root, 'functions', name, 'index.ts'))) return [];
  return [
    {
      id: 'fulfilment-function-elsewhere',
      level: 'warning',
      variable: 'FULFILMENT_FUNCTION',
      what: {
        zh: `本仓库没有云函数 ${name}。`,
        en: `There is no function ${name} in this repository.`,
      },
      why: {
        zh: '它必须已部署在同一环境，否则付款后不会发货。',
        en: 'It has to be deployed in the same environment already, or paid orders are not delivered.',
      },
      fix: {
        zh: `在 functions/${name} 中实现它，或改回 fulfilOrder。`,
        en: `Write it in functions/${name}, or set fulfilOrder again.`,
      },
    },
  ];
}
