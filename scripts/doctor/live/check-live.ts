/** All checks of the settings that only WeChat Pay can answer. */
import { setTimeout as sleep } from 'node:timers/promises';
import { accountsOf } from '../../env/functions.ts';
import type { Values } from '../check-values.ts';
import type { CallbackWatch } from '../cloud/watch-callbacks.ts';
import type { Finding } from '../finding.ts';
import { type LiveAccount, liveAccount } from './account.ts';
import { basesOf } from './bases.ts';
import { checkAccount } from './check-account.ts';
import { checkAppid } from './check-appid.ts';
import { checkCallbackAddress, checkCallbackArrived } from './check-callback.ts';
import { checkClock } from './check-clock.ts';
import { checkShipping } from './check-shipping.ts';

export interface LiveOptions {
  /** Asked instead of the configured hosts. */
  readonly apiBase?: string | undefined;
  readonly callback: boolean;
  /** Looks into what payNotify recorded; absent without access to the cloud. */
  readonly watchCallbacks?: CallbackWatch | undefined;
  readonly nowMs: () => number;
}

/** The settings must have passed the offline checks. */
export async function checkLive(values: Values, options: LiveOptions): Promise<Finding[]> {
  const [base = ''] = basesOf(options.apiBase ?? values.WECHATPAY_API_BASES);
  const findings = await checkClock(base, options.nowMs);
  if (options.callback && !values.WECHATPAY_NOTIFY_URL) findings.push(noAddress);
  for (const kind of accountsOf(values)) {
    const account = liveAccount(kind, values, options);
    findings.push(...(await checkOne(account, values, options)));
  }
  return [...findings, ...(await checkShipping(values, options.apiBase))];
}

const noAddress: Finding = {
  id: 'callback-no-address',
  level: 'error',
  variable: 'WECHATPAY_NOTIFY_URL',
  what: {
    zh: '没有回调地址，无法检查回调。',
    en: 'There is no callback address, so no callback can be checked.',
  },
  why: {
    zh: 'WECHATPAY_NOTIFY_URL 还没有设置。',
    en: 'WECHATPAY_NOTIFY_URL is not set yet.',
  },
  fix: {
    zh: '执行 npm run provision，它会查出地址并写入 .env.local；部署后再检查。',
    en: 'Run npm run provision, which finds it and writes it into .env.local; check again after the deployment.',
  },
};

/** The check would need the number of an onboarded sub-merchant. */
const bindingUnproven: Finding = {
  id: 'live-appid-not-asked',
  level: 'info',
  variable: 'WECHATPAY_APPID',
  what: {
    zh: '服务商的 AppID 绑定没有检查：由子商户的第一笔订单证明。',
    en: 'Whether the appid is bound to the provider was not checked: the first order of a sub-merchant proves it.',
  },
  why: {
    zh: '没有不涉及子商户的接口能回答。',
    en: 'No API answers that without a sub-merchant.',
  },
  fix: {
    zh: '在服务商平台「产品中心 → AppID账号管理」核对。',
    en: 'Look at pay.weixin.qq.com under 产品中心 → AppID账号管理.',
  },
};

async function checkOne(account: LiveAccount, values: Values, options: LiveOptions): Promise<Finding[]> {
  const notifyUrl = values.WECHATPAY_NOTIFY_URL;
  const url = options.callback && notifyUrl ? `${notifyUrl.replace(/\/+$/, '')}/${account.kind}` : undefined;
  const address = url === undefined ? [] : await checkCallbackAddress(url);
  const callable = url !== undefined && address.every(({ level }) => level === 'info');
  const recorded = callable ? await options.watchCallbacks?.(account.kind) : undefined;
  const keys = await checkAccount(account, callable ? url : undefined);
  const findings = [...address, ...keys];
  if (keys.some(({ level }) => level === 'error')) return findings;
  const appid = values.WECHATPAY_APPID;
  if (account.kind !== 'direct') findings.push(bindingUnproven);
  else if (appid) findings.push(...(await checkAppid(account, appid, options.nowMs())));
  if (callable) findings.push(await checkCallbackArrived(account, recorded, (ms) => sleep(ms)));
  return findings;
}
