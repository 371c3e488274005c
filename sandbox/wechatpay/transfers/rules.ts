import type { ApiContext } from '../context.ts';
import { ApiProblem, internalCodes, paramError } from '../http/problem.ts';

/** From here on WeChat Pay compares the payee's name. */
const nameRequiredFromFen = 200_000;
/** Below this no name may be given. */
const nameAllowedFromFen = 30;

/** Scenes of the documented list, with what must be reported of them where that is known. */
const scenes: Readonly<Record<string, readonly string[] | undefined>> = {
  1000: ['活动名称', '奖励说明'],
  1002: undefined,
  1004: undefined,
  1005: ['岗位类型', '报酬说明'],
  1009: undefined,
  1010: undefined,
  1011: undefined,
  1013: undefined,
};

export interface TransferRequest {
  appid: string;
  out_bill_no: string;
  openid: string;
  user_name?: string;
  transfer_amount: number;
  transfer_remark: string;
  transfer_scene_id: string;
  user_recv_perception?: string;
  transfer_scene_report_infos: { info_type: string; info_content: string }[];
  notify_url?: string;
}

export function refuse(message: string, explanation: string): ApiProblem {
  return new ApiProblem(400, 'INVALID_REQUEST', message, { explanation });
}

export function requireAppid({ merchant }: ApiContext, appid: string): void {
  if (merchant.appids.includes(appid)) return;
  throw new ApiProblem(400, 'INVALID_REQUEST', 'APPID不存在', {
    internalCode: internalCodes.appidNotBound,
    explanation: `${merchant.mchid} is bound to ${merchant.appids.join(', ')}, not to ${appid}`,
  });
}

export function requireScene(sceneId: string): void {
  if (Object.hasOwn(scenes, sceneId)) return;
  throw refuse('你尚未获取该转账场景', `known scenes: ${Object.keys(scenes).join(', ')}`);
}

/** What is reported of a scene is named exactly, in any order. */
export function requireReport({ transfer_scene_id, transfer_scene_report_infos }: TransferRequest): void {
  const wanted = scenes[transfer_scene_id];
  const given = transfer_scene_report_infos.map(({ info_type }) => info_type);
  if (!wanted || [...wanted].sort().join() === [...given].sort().join()) return;
  throw refuse(
    '转账场景报备信息有误',
    `scene ${transfer_scene_id} reports ${wanted.join(', ')}; given: ${given.join(', ')}`,
  );
}

export function requireName({ transfer_amount: amountFen, user_name: name }: TransferRequest): void {
  if (amountFen >= nameRequiredFromFen && name === undefined) {
    const issue = '转账金额大于等于2000元时，收款用户姓名必填';
    throw paramError(issue, { field: '/user_name', value: null, issue, location: 'body' });
  }
  if (amountFen < nameAllowedFromFen && name !== undefined) {
    const issue = '转账金额小于0.3元时，不支持填写收款用户姓名';
    throw paramError(issue, { field: '/user_name', value: '******', issue, location: 'body' });
  }
}
