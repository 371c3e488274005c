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

/** Checks that the environment exists, may be seen, and has functions of the right kind. @throws Problem */
export async function connect(envId: string, credentials: Credentials, shell: Shell): Promise<Manager> {
  // manager-node itself reads http_proxy only, some of its parts from process.env alone.
  const proxy = shell.http_proxy || shell.https_proxy || shell.HTTPS_PROXY || shell.HTTP_PROXY;
  if (proxy) process.env.http_proxy = proxy;
  const region = shell.TENCENTCLOUD_REGION ?? '';
  const { secretId, secretKey, token = '' } = credentials;
  const cloud = new CloudBase({ envId, secretId, secretKey, token, region });
  const manager = managerOf(envId, cloud);
  const { EnvInfo } = await manager.ask(({ env }) => env.getEnvInfo());
  requireUsable(envId, EnvInfo);
  return manager;
}

/** As far as it is read here; manager-node's type does not have `Backend`. */
interface EnvironmentInfo {
  readonly EnvId?: string | undefined;
  readonly Functions?: readonly object[] | undefined;
}

/** @throws Problem */
export function requireUsable(envId: string, info: EnvironmentInfo | undefined): void {
  if (info?.EnvId !== envId) throw noSuchEnvironment(envId);
  if (info.Functions?.some((each) => Reflect.get(each, 'Backend') === 'cbf')) throw hasFunctionsV2(envId);
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

/** https://docs.cloudbase.net/cloud-function/v2: no timer, several calls in one process, no temporary keys. */
function hasFunctionsV2(envId: string): Problem {
  return new Problem(
    'functions-v2',
    {
      zh: `环境 ${envId} 使用云函数 V2，它没有定时触发器，本项目无法运行。`,
      en: `The environment ${envId} has Cloud Functions V2, which has no timer: this project cannot run there.`,
    },
    {
      zh: '请使用云函数 V1 的环境（控制台的云函数页面会标出）；新环境只有 V2 时，请提交工单询问腾讯云。',
      en: 'Use an environment with Cloud Functions V1, as its page of functions says; if new ones have V2 only, ask Tencent Cloud by a ticket.',
    },
  );
}
