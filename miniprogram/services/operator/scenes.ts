/** English names of what WeChat Pay names in Chinese; what is sent stays Chinese. */
import { currentLanguage } from '../../i18n/index';

const english: Readonly<Record<string, string>> = {
  现金营销: 'Cash promotion',
  行政补贴: 'Public subsidy',
  保险理赔: 'Insurance claim',
  佣金报酬: 'Commission',
  采购货款: 'Purchase',
  二手回收: 'Second-hand recycling',
  企业赔付: 'Compensation',
  公益补助: 'Charity',
  活动名称: 'Name of the promotion',
  奖励说明: 'What is rewarded',
  补贴类型: 'Kind of subsidy',
  保险产品备案编号: 'Filing number of the product',
  保险名称: 'Name of the insurance',
  保险操作单号: 'Number of the claim',
  岗位类型: 'Kind of work',
  报酬说明: 'What is paid for',
  采购商品名称: 'Goods bought',
  回收商品名称: 'Goods taken back',
  赔付原因: 'Why it is compensated',
  公益活动名称: 'Name of the charity',
  公益活动备案编号: 'Filing number of the charity',
};

export function sceneText(name: string): string {
  const translated = currentLanguage() === 'zh' ? undefined : english[name];
  return translated ? `${translated} · ${name}` : name;
}
