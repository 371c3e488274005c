/** @cloudbase/manager-node, for one environment. Every failure comes as a Problem that names the action. */
import CloudBase from '@cloudbase/manager-node';
import type { Credentials } from './credentials.ts';
import { apiProblem, isNotFound, Problem } from './problem.ts';

export interface Manager {
  readonly envId: string;
  readonly cloud: CloudBase;
  /** Calls the API. @throws Problem */
  ask<T>(request: (cloud: CloudBase) => Promise<T>): Promise<T>;
  /** The same; undefined when the API says that there is no such thing. */
  askOrMissing<T>(request: (cloud: CloudBase) => Promise<T>): Promise<T | undefined>;
  /** An action of service tcb that manager-node has no method for. */
  call<T>(action: string, params: Record<string, unknown>): Promise<T>;
}

type Shell = Readonly<Record<string, string | undefined>>;

/** Checks that the environment exists and may be seen. @throws Problem */
export async function connect(envId: string, credentials: Credentials, shell: Shell): Promise<Manager> {
  // manager-node itself reads http_proxy only, some of its parts from process.env alone.
  const proxy = shell.http_proxy || shell.https_proxy || shell.HTTPS_PROXY || shell.HTTP_PROXY;
  if (proxy) process.env.http_proxy = proxy;
  const region = shell.TENCENTCLOUD_REGION ?? '';
  const { secretId, secretKey, token = '' } = credentials;
  const cloud = new CloudBase({ envId, secretId, secretKey, token, region });
  const manager = managerOf(envId, cloud);
  const { EnvInfo } = await manager.ask(({ env }) => env.getEnvInfo());
  if (EnvInfo?.EnvId !== envId) throw noSuchEnvironment(envId);
  return manager;
}

function managerOf(envId: string, cloud: CloudBase): Manager {
  const ask: Manager['ask'] = async (request) => {
    try {
      return await request(cloud);
    } catch (error) {
      throw apiProblem(error);
    }
  };
  return {
    envId,
    cloud,
    ask,
    askOrMissing: async (request) => {
      try {
        return await request(cloud);
      } catch (error) {
        if (isNotFound(error)) return undefined;
        throw apiProblem(error);
      }
    },
    call: (Action, params) =>
      ask(async () =>
        cloud.commonService('tcb', '2018-06-08').call({ Action, Param: { EnvId: envId, ...params } }),
      ),
  };
}

function noSuchEnvironment(envId: string): Problem {
  return new Problem(
    'no-environment',
    { zh: `当前账号下没有云开发环境 ${envId}。`, en: `This account has no CloudBase environment ${envId}.` },
    {
      zh: '请核对 TCB_ENV_ID，并确认登录的是该环境所属的账号；非上海地域请设置 TENCENTCLOUD_REGION。',
      en: 'Check TCB_ENV_ID and that the login belongs to the account of that environment; outside of Shanghai set TENCENTCLOUD_REGION.',
    },
  );
}
