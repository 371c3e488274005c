/** 经营场景 of a 特约商户: one block for each scene in sales_scenes_type, and no other. */
import * as z from 'zod/mini';
import * as f from './fields.ts';
import { media } from './sensitive.ts';

const pictures = (max = 5) => f.listOf(media(), max);

/** Each scene and the block it requires. */
export const sceneBlocks = {
  SALES_SCENES_STORE: 'biz_store_info',
  SALES_SCENES_MP: 'mp_info',
  SALES_SCENES_MINI_PROGRAM: 'mini_program_info',
  SALES_SCENES_APP: 'app_info',
  SALES_SCENES_WEB: 'web_info',
  SALES_SCENES_WEWORK: 'wework_info',
} as const;

export type Scene = keyof typeof sceneBlocks;

export const salesInfo = z.strictObject({
  sales_scenes_type: f.listOf(z.enum(Object.keys(sceneBlocks) as Scene[]), 6),
  biz_store_info: z.optional(
    z.strictObject({
      biz_store_name: f.text(128),
      biz_address_code: f.areaCode(),
      biz_store_address: f.text(128),
      store_entrance_pic: pictures(),
      indoor_pic: pictures(),
      biz_sub_appid: z.optional(f.appid()),
    }),
  ),
  mp_info: z.optional(
    z.strictObject({
      mp_appid: z.optional(f.appid()),
      mp_sub_appid: z.optional(f.appid()),
      mp_pics: pictures(),
    }),
  ),
  mini_program_info: z.optional(
    z.strictObject({
      mini_program_appid: z.optional(f.appid()),
      mini_program_sub_appid: z.optional(f.appid()),
      mini_program_pics: z.optional(pictures()),
    }),
  ),
  app_info: z.optional(
    z.strictObject({
      app_appid: z.optional(f.appid()),
      app_sub_appid: z.optional(f.appid()),
      app_pics: pictures(),
    }),
  ),
  web_info: z.optional(
    z.strictObject({
      domain: f.url(1024),
      web_authorisation: z.optional(media()),
      web_appid: z.optional(f.appid()),
    }),
  ),
  wework_info: z.optional(
    z.strictObject({
      sub_corp_id: f.appid(),
      wework_pics: pictures(),
    }),
  ),
});
