/** Cloud calls of functions (云调用): by permission to the simulator of api.weixin.qq.com. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CloudEmulatorOptions } from '../cloudbase/types.ts';
import type { Simulator } from '../wechatpay/index.ts';

interface Upload {
  readonly root: string;
  readonly uploadedBy?: 'tcb' | 'devtools';
}

/** 云函数没有云调用权限: permissions.openapi counts for an upload with WeChat DevTools only. */
const notPermitted = { errorCode: -604101 };

/** The mini-program of the environment is the direct merchant's. */
export function cloudCalls(
  { root, uploadedBy = 'tcb' }: Upload,
  simulator: Simulator,
): NonNullable<CloudEmulatorOptions['cloudCall']> {
  const { appid } = simulator.credentials().direct;
  return async (api, parameters, { functionName }) => {
    if (uploadedBy === 'tcb' || !permissionsOf(root, functionName).includes(api)) return notPermitted;
    const answer = await simulator.cloudCall(appid, api, parameters);
    return answer === 'lost' || answer === undefined ? answer : { body: answer };
  };
}

function permissionsOf(root: string, functionName: string | undefined): readonly string[] {
  const file = join(root, 'dist/functions', functionName ?? '', 'config.json');
  if (functionName === undefined || !existsSync(file)) return [];
  const { permissions } = JSON.parse(readFileSync(file, 'utf8')) as { permissions?: { openapi?: string[] } };
  return permissions?.openapi ?? [];
}
