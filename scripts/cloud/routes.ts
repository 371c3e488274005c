/** HTTP access: the paths and the domains of the environment. */
import type { Manager } from './manager.ts';
import { Problem } from './problem.ts';

export interface Route {
  readonly path: string;
  readonly functionName: string;
  /** Whether callers need a login of CloudBase: WeChat Pay has none. */
  readonly needsLogin: boolean;
}

export interface Domain {
  readonly name: string;
  /** ENV.service.tcloudbase.com and its like: for tests, with a limited rate. */
  readonly isDefault: boolean;
}

const pageSize = 100;

export async function readRoutes(manager: Manager): Promise<Route[]> {
  const routes: Route[] = [];
  for (let offset = 0; ; offset += pageSize) {
    const { APISet, Total } = await manager.ask(({ access }) =>
      access.getAccessList({ offset, limit: pageSize }),
    );
    for (const { Path, Name, EnableAuth } of APISet ?? []) {
      routes.push({ path: Path, functionName: Name, needsLogin: EnableAuth === true });
    }
    if (!APISet?.length || routes.length >= Total) return routes;
  }
}

/** @throws Problem, also when the path is another function's */
export async function createRoute(manager: Manager, path: string, functionName: string): Promise<void> {
  await manager.ask(({ access }) => access.createAccess({ path, name: functionName, type: 1, auth: false }));
}

/** Domains that serve HTTP access, those of the team first. */
export async function readDomains(manager: Manager): Promise<Domain[]> {
  const { Domains } = await manager.ask(({ env }) =>
    env.describeHttpServiceRoute({ EnvId: manager.envId, Limit: pageSize }),
  );
  return (Domains ?? [])
    .filter(({ DomainType, Enable }) => DomainType === 'HTTPSERVICE' && Enable !== false)
    .map(({ Domain, IsDefault }) => ({ name: Domain, isDefault: IsDefault }))
    .sort((a, b) => Number(a.isDefault) - Number(b.isDefault));
}

export function noDomain(): Problem {
  return new Problem(
    'no-http-domain',
    {
      zh: '环境尚未开通 HTTP 访问服务，没有域名。',
      en: 'HTTP access is not switched on, so there is no domain.',
    },
    {
      zh: '请在云开发控制台打开「HTTP 访问服务」（自定义域名也在那里绑定），再执行一次 npm run provision。',
      en: 'Switch on HTTP 访问服务 in the CloudBase console, where a domain of your own is bound too; then run npm run provision again.',
    },
  );
}
