/** What is missing in the cloud, by comparing it with the blueprint. Nothing in it deletes data. */
import type { AccountKind } from '../../shared/core/account.ts';
import {
  collectionAcl,
  collections,
  firstProduct,
  internalFunctions,
  notifyFunction,
  notifyPaths,
  storageAcl,
} from '../cloud/blueprint.ts';
import type { CollectionState, FunctionRule } from '../cloud/database.ts';
import type { DeployedFunction, Timer } from '../cloud/functions.ts';
import { type Domain, noDomain, type Route } from '../cloud/routes.ts';
import type { Text } from '../env/text.ts';

export type Change =
  | { readonly kind: 'collection'; readonly collection: string }
  | { readonly kind: 'index'; readonly collection: string; readonly fields: readonly string[] }
  | { readonly kind: 'acl'; readonly collection: string; readonly from: string | undefined }
  | { readonly kind: 'storage'; readonly from: string }
  | { readonly kind: 'function-rule'; readonly rule: FunctionRule; readonly closed: readonly string[] }
  | { readonly kind: 'route'; readonly path: string; readonly functionName: string }
  | { readonly kind: 'timer'; readonly functionName: string; readonly timer: Timer }
  | { readonly kind: 'notify-url'; readonly url: string }
  | { readonly kind: 'product'; readonly id: string };

interface Finding {
  readonly level: 'error' | 'warning' | 'info';
  readonly id: string;
  readonly what: Text;
  readonly fix: Text;
}

export interface Plan {
  readonly changes: readonly Change[];
  readonly findings: readonly Finding[];
}

/** What the team wants, from cloudbaserc.json and `.env.local`. */
export interface Wanted {
  readonly accounts: readonly AccountKind[];
  /** payNotify's own path, e.g. `/pay-notify`. */
  readonly notifyBasePath: string;
  readonly notifyUrl: string | undefined;
  /** Functions of these accounts. */
  readonly functions: readonly string[];
  readonly timers: readonly { readonly functionName: string; readonly timer: Timer }[];
}

export interface CloudState {
  readonly collections: ReadonlyMap<string, CollectionState>;
  readonly storageAcl: string;
  readonly functionRule: FunctionRule;
  readonly routes: readonly Route[];
  readonly domains: readonly Domain[];
  /** Of the functions that have routes or timers, those that are deployed. */
  readonly deployed: ReadonlyMap<string, DeployedFunction>;
  readonly hasProducts: boolean;
}

export function planProvision(wanted: Wanted, state: CloudState): Plan {
  const routes = planRoutes(wanted, state);
  const address = planAddress(wanted, state);
  return {
    changes: [
      ...collections.flatMap((each) => planCollection(each, state.collections.get(each.name))),
      ...(state.storageAcl === storageAcl ? [] : [{ kind: 'storage', from: state.storageAcl } as const]),
      ...planRule(wanted, state.functionRule),
      ...(state.hasProducts ? [] : [{ kind: 'product', id: firstProduct._id } as const]),
      ...address.changes,
      ...routes.changes,
      ...planTimers(wanted, state),
    ],
    findings: [...address.findings, ...routes.findings, ...waiting(wanted, state)],
  };
}

function planCollection(
  { name, indexes }: (typeof collections)[number],
  existing: CollectionState | undefined,
): Change[] {
  const has = (fields: readonly string[]) =>
    existing?.indexes.some(
      (index) => index.length === fields.length && index.every((f, i) => f === fields[i]),
    );
  return [
    ...(existing ? [] : [{ kind: 'collection', collection: name } as const]),
    ...(existing?.acl === collectionAcl
      ? []
      : [{ kind: 'acl', collection: name, from: existing?.acl } as const]),
    ...indexes
      .filter((fields) => !has(fields))
      .map((fields) => ({ kind: 'index', collection: name, fields }) as const),
  ];
}

/** Closes what only the platform calls, keeps every other entry as it is. */
function planRule({ functions }: Wanted, current: FunctionRule): Change[] {
  const closed = functions.filter((name) => internalFunctions.has(name) && current[name]?.invoke !== false);
  if (closed.length === 0) return [];
  const additions = Object.fromEntries(closed.map((name) => [name, { invoke: false }]));
  return [{ kind: 'function-rule', closed, rule: { ...current, ...additions } }];
}

function planAddress({ notifyUrl, notifyBasePath }: Wanted, { domains }: CloudState): Plan {
  const [first] = domains;
  if (!first) {
    const { id, what, fix } = noDomain();
    return { changes: [], findings: [{ level: 'error', id, what, fix }] };
  }
  const url = notifyUrl ?? `https://${first.name}${notifyBasePath}`;
  const changes: Change[] = notifyUrl ? [] : [{ kind: 'notify-url', url }];
  return { changes, findings: [...aboutAddress(url, notifyBasePath, domains)] };
}

function aboutAddress(url: string, basePath: string, domains: readonly Domain[]): Finding[] {
  const { host, pathname } = new URL(url);
  const domain = domains.find(({ name }) => name === host);
  if (!domain) return [elsewhere(host)];
  if (pathname.replace(/\/+$/, '') !== basePath) return [otherPath(pathname, basePath)];
  return domain.isDefault ? [defaultDomain(host)] : [];
}

function planRoutes({ accounts, notifyBasePath }: Wanted, { routes, deployed }: CloudState): Plan {
  const changes: Change[] = [];
  const findings: Finding[] = [];
  for (const path of [notifyBasePath, ...notifyPaths(notifyBasePath, accounts)]) {
    const existing = routes.find((route) => route.path === path);
    if (!existing) {
      if (deployed.has(notifyFunction)) changes.push({ kind: 'route', path, functionName: notifyFunction });
    } else if (existing.functionName !== notifyFunction) findings.push(takenPath(existing));
    else if (existing.needsLogin) findings.push(loginPath(existing));
  }
  return { changes, findings };
}

function planTimers({ timers }: Wanted, { deployed }: CloudState): Change[] {
  return timers.flatMap(({ functionName, timer }) => {
    const found = deployed.get(functionName);
    const isThere = found?.timers.some(({ name, cron }) => name === timer.name && cron === timer.cron);
    return found && !isThere ? [{ kind: 'timer', functionName, timer } as const] : [];
  });
}

/** Routes and timers belong to functions, so they come with the first deployment. */
function waiting(wanted: Wanted, { deployed }: CloudState): Finding[] {
  const names = [...new Set([notifyFunction, ...wanted.timers.map(({ functionName }) => functionName)])];
  const missing = names.filter((name) => wanted.functions.includes(name) && !deployed.has(name)).join(', ');
  if (missing === '') return [];
  return [
    {
      level: 'info',
      id: 'not-deployed',
      what: {
        zh: `${missing} 尚未部署，其访问路径和定时器随首次部署创建。`,
        en: `${missing}: not deployed yet; paths and timers come with the first deployment.`,
      },
      fix: { zh: '接下来执行 npm run deploy。', en: 'Next: npm run deploy.' },
    },
  ];
}

function defaultDomain(host: string): Finding {
  return {
    level: 'warning',
    id: 'default-domain',
    what: {
      zh: `回调地址使用默认域名 ${host}：它仅供测试，有频率限制。`,
      en: `Callbacks come to the default domain ${host}, which is for testing only and rate-limited.`,
    },
    fix: {
      zh: '正式收款前，请在控制台「HTTP 访问服务」绑定已备案的自定义域名，改 WECHATPAY_NOTIFY_URL 后重新部署。',
      en: 'Before taking real money, bind a custom domain with ICP filing (备案) under HTTP 访问服务, change WECHATPAY_NOTIFY_URL and deploy again.',
    },
  };
}

function elsewhere(host: string): Finding {
  return {
    level: 'warning',
    id: 'foreign-domain',
    what: {
      zh: `WECHATPAY_NOTIFY_URL 的域名 ${host} 不是本环境的 HTTP 访问域名。`,
      en: `The host of WECHATPAY_NOTIFY_URL, ${host}, is no HTTP access domain of this environment.`,
    },
    fix: {
      zh: '如果它由您自己的网关转发到 payNotify，可以忽略；否则请清空该变量，再执行 npm run provision。',
      en: 'Fine when a gateway of your own forwards to payNotify; else empty the variable and run npm run provision again.',
    },
  };
}

function otherPath(path: string, basePath: string): Finding {
  return {
    level: 'error',
    id: 'other-path',
    what: {
      zh: `WECHATPAY_NOTIFY_URL 的路径是 ${path}，而 payNotify 的路径是 ${basePath}。`,
      en: `WECHATPAY_NOTIFY_URL has the path ${path}, but payNotify is reached at ${basePath}.`,
    },
    fix: {
      zh: '请改为相同的路径，末尾不写账号名。',
      en: 'Make them the same, without the name of an account at the end.',
    },
  };
}

function takenPath({ path, functionName }: Route): Finding {
  return {
    level: 'error',
    id: 'path-taken',
    what: {
      zh: `路径 ${path} 已指向函数 ${functionName}。`,
      en: `The path ${path} already points to the function ${functionName}.`,
    },
    fix: {
      zh: '请在控制台「HTTP 访问服务」删除该路径，或改 cloudbaserc.json 中 payNotify 的 path。',
      en: 'Remove that path under HTTP 访问服务 in the console, or change the path of payNotify in cloudbaserc.json.',
    },
  };
}

function loginPath({ path }: Route): Finding {
  return {
    level: 'error',
    id: 'path-needs-login',
    what: {
      zh: `路径 ${path} 开启了访问鉴权，微信支付无法调用。`,
      en: `The path ${path} requires authentication, so WeChat Pay cannot call it.`,
    },
    fix: {
      zh: '请在控制台「HTTP 访问服务」关闭该路径的鉴权；payNotify 自己验证微信支付的签名。',
      en: "Switch off authentication for that path under HTTP 访问服务; payNotify verifies WeChat Pay's signature itself.",
    },
  };
}
