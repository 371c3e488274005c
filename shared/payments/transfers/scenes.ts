/**
 * 转账场景: what each scene reports, and the reasons that the receiver may be shown. WeChat Pay accepts only these exact
 * texts.
 * https://pay.weixin.qq.com/doc/v3/merchant/4012711988 (产品介绍), and a page for each scene: /4013774588 (现金营销),
 * /4013774589 (企业赔付), /4013774594 (行政补贴), /4013774595 (保险理赔)
 */

export interface TransferScene {
  readonly name: string;
  /** info_type of each report; all of them are given. */
  readonly reports: readonly string[];
  /** user_recv_perception; without one WeChat Pay shows the scene's default. */
  readonly perceptions: readonly string[];
}

const scenes: Readonly<Record<string, TransferScene>> = {
  1000: { name: '现金营销', reports: ['活动名称', '奖励说明'], perceptions: ['活动奖励', '现金奖励'] },
  1002: { name: '行政补贴', reports: ['补贴类型'], perceptions: ['行政补贴', '行政奖励'] },
  1004: {
    name: '保险理赔',
    reports: ['保险产品备案编号', '保险名称', '保险操作单号'],
    perceptions: ['保险理赔款'],
  },
  1005: {
    name: '佣金报酬',
    reports: ['岗位类型', '报酬说明'],
    perceptions: ['劳务报酬', '报销款', '企业补贴', '开工利是'],
  },
  1009: { name: '采购货款', reports: ['采购商品名称'], perceptions: ['货款'] },
  1010: { name: '二手回收', reports: ['回收商品名称'], perceptions: ['二手回收货款'] },
  1011: { name: '企业赔付', reports: ['赔付原因'], perceptions: ['退款', '商家赔付'] },
  1013: {
    name: '公益补助',
    reports: ['公益活动名称', '公益活动备案编号'],
    perceptions: ['公益补助金'],
  },
};

/** @returns undefined for a scene that no page lists */
export function findScene(sceneId: string): TransferScene | undefined {
  return Object.hasOwn(scenes, sceneId) ? scenes[sceneId] : undefined;
}
