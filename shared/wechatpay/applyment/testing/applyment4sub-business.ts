/** 经营资料, 结算规则 and 补充材料 of a valid 特约商户进件. */
import fc from 'fast-check';
import type { SubjectType } from '../forms/applyment4sub.ts';
import { type Scene, sceneBlocks } from '../forms/applyment4sub-scenes.ts';
import * as p from './people.ts';

const pictures = fc.array(p.mediaId, { minLength: 1, maxLength: 5 });
const appid = fc.integer({ min: 10_000, max: 99_999 }).map((number) => `wx00000000000${number}`);

const blocks: Record<Scene, fc.Arbitrary<Record<string, unknown>>> = {
  SALES_SCENES_STORE: fc.record({
    biz_store_name: p.shopName,
    biz_address_code: p.areaCode,
    biz_store_address: p.homeAddress,
    store_entrance_pic: pictures,
    indoor_pic: pictures,
    biz_sub_appid: p.optional(appid),
  }),
  SALES_SCENES_MP: fc.record({ mp_appid: appid, mp_pics: pictures }),
  SALES_SCENES_MINI_PROGRAM: fc.record({
    mini_program_sub_appid: appid,
    mini_program_pics: p.optional(pictures),
  }),
  SALES_SCENES_APP: fc.record({ app_sub_appid: appid, app_pics: pictures }),
  SALES_SCENES_WEB: fc.record({
    domain: fc.constant('https://www.example.com'),
    web_authorisation: p.optional(p.mediaId),
    web_appid: p.optional(appid),
  }),
  SALES_SCENES_WEWORK: fc.record({ sub_corp_id: appid, wework_pics: pictures }),
};

const scenes = fc
  .uniqueArray(fc.constantFrom(...(Object.keys(sceneBlocks) as Scene[])), { minLength: 1, maxLength: 3 })
  .chain((chosen) =>
    fc.tuple(...chosen.map((scene) => blocks[scene])).map((details) => ({
      sales_scenes_type: chosen,
      ...Object.fromEntries(chosen.map((scene, index) => [sceneBlocks[scene], details[index]])),
    })),
  );

const activity = fc.oneof(
  fc.constant({}),
  fc.record({
    activities_id: fc.constant('20191030111cff5b5e'),
    activities_rate: fc.constantFrom('0.6', '0.38', '1'),
    activities_additions: p.optional(pictures),
  }),
);

/** The parts of the form besides contact, subject and account. */
export function businessOf(subject: SubjectType) {
  return fc
    .record({
      merchant_shortname: p.shopName,
      service_phone: fc.constantFrom('0755-86013388', '13800138000', '4006001234'),
      sales_info: subject === 'SUBJECT_TYPE_MICRO' ? fc.constant(undefined) : scenes,
      qualifications: p.optional(pictures),
      activity,
      addition_info: p.optional(
        fc.record({
          business_addition_pics: p.optional(pictures),
          business_addition_msg: p.optional(fc.constant('特殊情况，说明原因')),
        }),
      ),
    })
    .map(
      ({
        merchant_shortname,
        service_phone,
        sales_info,
        qualifications,
        activity: chosen,
        addition_info,
      }) => ({
        business_info: { merchant_shortname, service_phone, sales_info },
        settlement_info: {
          settlement_id: '719',
          qualification_type: '餐饮',
          qualifications,
          ...chosen,
        },
        addition_info,
      }),
    );
}
