/** Everything that can be found out on this machine, without asking anyone. */
import { accountsOf, type FunctionList } from '../env/functions.ts';
import type { LoadedVariables } from '../env/load.ts';
import { checkFunctions, checkSources } from './check-environment.ts';
import { checkKeys } from './check-keys.ts';
import { checkNotifyUrl } from './check-notify-url.ts';
import { checkProject } from './check-project.ts';
import { checkValues, type Values } from './check-values.ts';
import type { Finding } from './finding.ts';

export interface OfflineInput {
  readonly root: string;
  readonly loaded: LoadedVariables;
  readonly list: FunctionList;
  readonly nowMs: number;
}

export function checkOffline({ root, loaded, list, nowMs }: OfflineInput): Finding[] {
  const { values } = loaded;
  return [
    ...checkSources(root, loaded),
    ...checkSettings(values, nowMs),
    ...checkFunctions(list, values, accountsOf(values)),
    ...checkProject(root, values),
  ];
}

/** The values alone, wherever they come from. */
export function checkSettings(values: Values, nowMs: number): Finding[] {
  const accounts = accountsOf(values);
  return [
    ...checkValues(values, accounts),
    ...accounts.flatMap((kind) => checkKeys(values, kind, nowMs)),
    ...checkSameMerchant(values),
    ...checkNotifyUrl(values),
    ...checkClock(nowMs),
  ];
}

function checkSameMerchant(values: Values): Finding[] {
  const mchid = values.WECHATPAY_DIRECT_MCHID;
  if (!mchid || mchid !== values.WECHATPAY_PROVIDER_MCHID) return [];
  return [
    {
      id: 'same-merchant-twice',
      level: 'error',
      variable: 'WECHATPAY_PROVIDER_MCHID',
      what: {
        zh: `直连商户与服务商用了同一个商户号 ${mchid}。`,
        en: `The direct merchant and the service provider have the same number ${mchid}.`,
      },
      why: {
        zh: '服务商商户号不能自己收款，直连商户号不能代他人收款：是两个不同的商户号。',
        en: 'A service provider number takes no money for itself and a merchant number none for others: they are two numbers.',
      },
      fix: {
        zh: '只保留一种：删除 .env.local 中另一种的 WECHATPAY_DIRECT_* 或 WECHATPAY_PROVIDER_*。',
        en: 'Keep one: delete WECHATPAY_DIRECT_* or WECHATPAY_PROVIDER_* from .env.local.',
      },
    },
  ];
}

/** This code was written after that day. */
const earliestMs = Date.UTC(2026, 0, 1);

function checkClock(nowMs: number): Finding[] {
  if (nowMs >= earliestMs) return [];
  return [
    {
      id: 'clock-wrong',
      level: 'error',
      what: {
        zh: `本机时钟是 ${new Date(nowMs).toISOString()}，明显不对。`,
        en: `The clock of this machine says ${new Date(nowMs).toISOString()}, which cannot be.`,
      },
      why: {
        zh: '时间相差超过 5 分钟的签名会被微信支付拒绝。',
        en: 'WeChat Pay refuses signatures that are off by more than 5 minutes.',
      },
      fix: {
        zh: '校准本机时间（打开自动对时）。',
        en: 'Set the clock of this machine (turn on automatic time).',
      },
    },
  ];
}
