import type { Text } from '../../text.ts';
import type { ApiContext } from '../context.ts';
import { ApiProblem, internalCodes, paramError } from '../http/problem.ts';

/** From this amount on, WeChat Pay compares the payee's name. */
const nameRequiredFromFen = 200_000;
/** Below this amount no name may be given. */
const nameAllowedFromFen = 30;

/** 转账场景: what must be reported of each, and what the payee may see as the reason. */
const scenes: Readonly<
  Record<string, { readonly reports: readonly string[]; readonly perceptions: readonly string[] }>
> = {
  1000: { reports: ['活动名称', '奖励说明'], perceptions: ['活动奖励', '现金奖励'] },
  1002: { reports: ['补贴类型'], perceptions: ['行政补贴', '行政奖励'] },
  1004: { reports: ['保险产品备案编号', '保险名称', '保险操作单号'], perceptions: ['保险理赔款'] },
  1005: { reports: ['岗位类型', '报酬说明'], perceptions: ['劳务报酬', '报销款', '企业补贴', '开工利是'] },
  1009: { reports: ['采购商品名称'], perceptions: ['货款'] },
  1010: { reports: ['回收商品名称'], perceptions: ['二手回收货款'] },
  1011: { reports: ['赔付原因'], perceptions: ['退款', '商家赔付'] },
  1013: { reports: ['公益活动名称', '公益活动备案编号'], perceptions: ['公益补助金'] },
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

export function refuse(message: string, explanation: Text): ApiProblem {
  return new ApiProblem(400, 'INVALID_REQUEST', message, { explanation });
}

export function requireAppid({ merchant }: ApiContext, appid: string): void {
  if (merchant.appids.includes(appid)) return;
  throw new ApiProblem(400, 'INVALID_REQUEST', 'APPID不存在', {
    internalCode: internalCodes.appidNotBound,
    explanation: {
      en: `${merchant.mchid} is bound to ${merchant.appids.join(', ')}, not to ${appid}`,
      zh: `${merchant.mchid} 绑定的 AppID：${merchant.appids.join('、')}；没有绑定 ${appid}`,
    },
  });
}

export function requireScene(sceneId: string): void {
  if (Object.hasOwn(scenes, sceneId)) return;
  const known = Object.keys(scenes);
  throw refuse('你尚未获取该转账场景', {
    en: `known scenes: ${known.join(', ')}`,
    zh: `沙箱中的转账场景：${known.join('、')}`,
  });
}

/** A scene's report items must match exactly, in any order; the reason shown must be one that the scene allows. */
export function requireReport(request: TransferRequest): void {
  const { transfer_scene_id, transfer_scene_report_infos, user_recv_perception: perception } = request;
  const { reports, perceptions } = scenes[transfer_scene_id]!;
  const given = transfer_scene_report_infos.map(({ info_type }) => info_type);
  if ([...reports].sort().join() !== [...given].sort().join()) {
    throw refuse('转账场景报备信息有误', {
      en: `scene ${transfer_scene_id} reports ${reports.join(', ')}; given: ${given.join(', ')}`,
      zh: `转账场景 ${transfer_scene_id} 须报备 ${reports.join('、')}；收到的是 ${given.join('、')}`,
    });
  }
  if (perception === undefined || perceptions.includes(perception)) return;
  throw refuse('暂不支持展示当前传入的用户收款感知', {
    en: `scene ${transfer_scene_id} shows ${perceptions.join(', ')}`,
    zh: `转账场景 ${transfer_scene_id} 的用户收款感知只能是 ${perceptions.join('、')}`,
  });
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
