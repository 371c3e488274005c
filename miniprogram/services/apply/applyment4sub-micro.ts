/** What a 小微 provides instead of a licence. https://pay.weixin.qq.com/doc/v3/partner/4012722249 */
import { option } from './options';
import { photo } from './parts';
import { type Field, text, type Values } from './types';

type When = (values: Values) => boolean;

const micro = (name: string) => `subject_info.micro_biz_info.${name}`;
const typeKey = micro('micro_biz_type');

const types = [
  option('MICRO_TYPE_STORE', '门店场所', 'A shop'),
  option('MICRO_TYPE_MOBILE', '流动经营/便民服务', 'On the street'),
  option('MICRO_TYPE_ONLINE', '线上商品/服务交易', 'Online'),
];

export function microFields(isMicro: When): Field[] {
  const is =
    (type: string): When =>
    (values) =>
      isMicro(values) && text(values, typeKey) === `MICRO_TYPE_${type}`;
  return [
    {
      key: typeKey,
      kind: 'choice',
      label: ['小微经营类型', 'Kind of business'],
      when: isMicro,
      options: types,
    },
    ...storeFields(is('STORE')),
    ...mobileFields(is('MOBILE')),
    ...onlineFields(is('ONLINE')),
  ];
}

function storeFields(when: When): Field[] {
  const at = (name: string) => micro(`micro_store_info.${name}`);
  return [
    { key: at('micro_name'), kind: 'text', label: ['门店名称', 'Shop name'], when },
    { key: at('micro_address_code'), kind: 'city', label: ['门店城市', 'City'], when },
    { key: at('micro_address'), kind: 'text', label: ['门店地址', 'Address'], when },
    photo(at('store_entrance_pic'), ['门头照片', 'Photo of the entrance'], { when }),
    photo(at('micro_indoor_copy'), ['店内照片', 'Photo of the inside'], { when }),
  ];
}

function mobileFields(when: When): Field[] {
  const at = (name: string) => micro(`micro_mobile_info.${name}`);
  return [
    { key: at('micro_mobile_name'), kind: 'text', label: ['经营/服务名称', 'Name'], when },
    { key: at('micro_mobile_city'), kind: 'city', label: ['经营城市', 'City'], when },
    {
      key: at('micro_mobile_address'),
      kind: 'text',
      label: ['经营地址', 'Address'],
      help: ['没有固定地址请写“无”加说明', 'Say so if there is none'],
      when,
    },
    { key: at('micro_mobile_pics'), kind: 'photos', most: 5, label: ['经营现场照片', 'Photos'], when },
  ];
}

function onlineFields(when: When): Field[] {
  const at = (name: string) => micro(`micro_online_info.${name}`);
  const byCode: When = (values) => when(values) && text(values, '_micro_by') === 'qr';
  return [
    { key: at('micro_online_store'), kind: 'text', label: ['线上店铺名称', 'Shop name'], when },
    { key: at('micro_ec_name'), kind: 'text', label: ['电商平台名称', 'Platform'], when },
    {
      key: '_micro_by',
      suggest: () => 'url',
      recall: (values) => (values[at('micro_qrcode')] ? 'qr' : undefined),
      kind: 'choice',
      label: ['怎样找到店铺', 'Where the shop is found'],
      options: [option('url', '店铺链接', 'A link'), option('qr', '店铺二维码', 'A QR code')],
      when,
    },
    {
      key: at('micro_link'),
      kind: 'text',
      label: ['店铺链接', 'Link'],
      example: 'https://',
      when: (values) => when(values) && !byCode(values),
      reports: [at('micro_qrcode')],
    },
    photo(at('micro_qrcode'), ['店铺二维码', 'QR code'], { when: byCode, reports: [at('micro_link')] }),
  ];
}
