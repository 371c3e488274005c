/**
 * 小微辅助证明材料: only the block that micro_biz_type names.
 * https://pay.weixin.qq.com/doc/v3/partner/4012722249
 */
import * as z from 'zod/mini';
import * as f from './fields.ts';
import { media } from './sensitive.ts';

/** Each kind of business and the block it requires. */
export const microBlocks = {
  MICRO_TYPE_STORE: 'micro_store_info',
  MICRO_TYPE_MOBILE: 'micro_mobile_info',
  MICRO_TYPE_ONLINE: 'micro_online_info',
} as const;

export type MicroType = keyof typeof microBlocks;

const degrees = (max: number) =>
  z
    .string()
    .check(
      z.refine(
        (value) => /^-?\d{1,3}(\.\d{1,10})?$/.test(value) && Math.abs(Number(value)) <= max,
        'degrees',
      ),
    );

export const microBusiness = z.strictObject({
  micro_biz_type: z.enum(Object.keys(microBlocks) as MicroType[]),
  micro_store_info: z.optional(
    z.strictObject({
      micro_name: f.text(128),
      micro_address_code: f.areaCode(),
      micro_address: f.text(512),
      store_entrance_pic: media(),
      micro_indoor_copy: media(),
      store_longitude: z.optional(degrees(180)),
      store_latitude: z.optional(degrees(90)),
    }),
  ),
  micro_mobile_info: z.optional(
    z.strictObject({
      micro_mobile_name: f.text(128),
      micro_mobile_city: f.areaCode(),
      micro_mobile_address: f.text(512),
      micro_mobile_pics: f.listOf(media(), 5),
    }),
  ),
  micro_online_info: z.optional(
    z.strictObject({
      micro_online_store: f.text(128),
      micro_ec_name: f.text(128),
      micro_qrcode: z.optional(media()),
      micro_link: z.optional(f.url(1024)),
    }),
  ),
});
