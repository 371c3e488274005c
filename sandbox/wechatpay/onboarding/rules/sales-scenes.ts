/** 经营场景 of 特约商户进件: each scene that is chosen needs its own part of the form, and no other has one. */
import type { Json } from './check.ts';
import { appidRule, areaCodeRule, urlRule } from './clear.ts';
import { choice, image, images, list, object, optional, text } from './form.ts';
import { broken, missing, notApplicable } from './problem.ts';

const appid = (label: string) => optional(text(label, { max: 256, check: appidRule }));

const scenes = {
  SALES_SCENES_STORE: 'biz_store_info',
  SALES_SCENES_MP: 'mp_info',
  SALES_SCENES_MINI_PROGRAM: 'mini_program_info',
  SALES_SCENES_APP: 'app_info',
  SALES_SCENES_WEB: 'web_info',
  SALES_SCENES_WEWORK: 'wework_info',
} as const;

export const salesInfo = object('经营场景', {
  sales_scenes_type: list('经营场景类型', choice('经营场景类型', Object.keys(scenes)), 6),
  biz_store_info: optional(
    object('线下场所场景', {
      biz_store_name: text('线下场所名称', { max: 128 }),
      biz_address_code: text('线下场所省市编码', { max: 128, check: areaCodeRule }),
      biz_store_address: text('线下场所地址', { max: 128 }),
      store_entrance_pic: images('线下场所门头照片', 5),
      indoor_pic: images('线下场所内部照片', 5),
      biz_sub_appid: appid('线下场所对应的商家AppID'),
    }),
  ),
  mp_info: optional(
    object('公众号场景', {
      mp_appid: appid('服务商公众号AppID'),
      mp_sub_appid: appid('商家公众号AppID'),
      mp_pics: images('公众号页面截图', 5),
    }),
  ),
  mini_program_info: optional(
    object('小程序场景', {
      mini_program_appid: appid('服务商小程序APPID'),
      mini_program_sub_appid: appid('商家小程序APPID'),
      mini_program_pics: optional(images('小程序截图', 5)),
    }),
  ),
  app_info: optional(
    object('App场景', {
      app_appid: appid('服务商应用APPID'),
      app_sub_appid: appid('商家应用APPID'),
      app_pics: images('APP截图', 5),
    }),
  ),
  web_info: optional(
    object('互联网网站场景', {
      domain: text('互联网网站域名', { max: 1024, check: urlRule }),
      web_authorisation: optional(image('网站授权函')),
      web_appid: appid('互联网网站对应的商家APPID'),
    }),
  ),
  wework_info: optional(
    object('企业微信场景', {
      sub_corp_id: text('商家企业微信CorpID', { max: 256 }),
      wework_pics: images('企业微信页面截图', 5),
    }),
  ),
});

const appidPairs = [
  ['mp_info', 'mp_appid', 'mp_sub_appid'],
  ['mini_program_info', 'mini_program_appid', 'mini_program_sub_appid'],
  ['app_info', 'app_appid', 'app_sub_appid'],
] as const;

/** @param providerAppids the appids bound to the provider: `mini_program_appid` must be one of them. */
export function checkSalesScenes(sales: Json, at: string, providerAppids: readonly string[]): void {
  const chosen = sales.sales_scenes_type as string[];
  if (new Set(chosen).size < chosen.length) {
    throw broken(`${at}/sales_scenes_type`, '经营场景类型', '经营场景类型不能重复', chosen);
  }
  for (const [scene, part] of Object.entries(scenes)) {
    const label = salesInfo.fields[part]!.label;
    if (chosen.includes(scene) && sales[part] === undefined) throw missing(`${at}/${part}`, label);
    if (!chosen.includes(scene) && sales[part] !== undefined) {
      throw notApplicable(`${at}/${part}`, label, `经营场景类型未选择${scene}`);
    }
  }
  for (const [part, own, sub] of appidPairs) {
    const info = sales[part] as Json | undefined;
    if (!info) continue;
    if ((info[own] === undefined) === (info[sub] === undefined)) {
      const issue = '服务商APPID与商家APPID，二选一必填';
      throw broken(`${at}/${part}/${own}`, '服务商APPID', issue, info[own] ?? null);
    }
    if (info[own] !== undefined && !providerAppids.includes(String(info[own]))) {
      const issue = 'APPID未与当前服务商商户号绑定';
      throw broken(`${at}/${part}/${own}`, '服务商APPID', issue, info[own]);
    }
  }
}
