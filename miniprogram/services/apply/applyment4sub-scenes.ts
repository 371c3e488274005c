/** 经营场景 of a 特约商户, and what a 小微 has instead. */
import { option } from './options';
import { photo } from './parts';
import { type Field, text, type Values } from './types';

type When = (values: Values) => boolean;

const sales = (name: string) => `business_info.sales_info.${name}`;
const scenesKey = sales('sales_scenes_type');

const has =
  (scene: string, and: When): When =>
  (values) => {
    const chosen = values[scenesKey];
    return and(values) && Array.isArray(chosen) && chosen.includes(`SALES_SCENES_${scene}`);
  };

export function sceneFields(isMicro: When): Field[] {
  const isBusiness: When = (values) => !isMicro(values);
  const inStore = has('STORE', isBusiness);
  const inMini = has('MINI_PROGRAM', isBusiness);
  const inOfficial = has('MP', isBusiness);
  const inApp = has('APP', isBusiness);
  const inWeb = has('WEB', isBusiness);
  const inWork = has('WEWORK', isBusiness);
  return [
    {
      key: scenesKey,
      kind: 'choices',
      label: ['在哪里经营', 'Where you sell'],
      when: isBusiness,
      options: [
        option('SALES_SCENES_STORE', '线下场所', 'A place'),
        option('SALES_SCENES_MINI_PROGRAM', '小程序', 'A mini-program'),
        option('SALES_SCENES_MP', '公众号', 'An official account'),
        option('SALES_SCENES_WEB', '互联网网站', 'A web site'),
        option('SALES_SCENES_APP', 'App', 'An app'),
        option('SALES_SCENES_WEWORK', '企业微信', 'WeCom'),
      ],
    },
    {
      key: sales('biz_store_info.biz_store_name'),
      kind: 'text',
      label: ['线下场所名称', 'Name of the place'],
      when: inStore,
    },
    {
      key: sales('biz_store_info.biz_address_code'),
      kind: 'city',
      label: ['线下场所城市', 'City of the place'],
      when: inStore,
    },
    {
      key: sales('biz_store_info.biz_store_address'),
      kind: 'text',
      label: ['线下场所地址', 'Address of the place'],
      when: inStore,
    },
    {
      key: sales('biz_store_info.store_entrance_pic'),
      kind: 'photos',
      most: 5,
      label: ['门头照片', 'Photos of the entrance'],
      when: inStore,
    },
    {
      key: sales('biz_store_info.indoor_pic'),
      kind: 'photos',
      most: 5,
      label: ['店内照片', 'Photos of the inside'],
      when: inStore,
    },
    {
      key: sales('mini_program_info.mini_program_sub_appid'),
      reports: [sales('mini_program_info.mini_program_appid')],
      kind: 'text',
      label: ['小程序 AppID', 'AppID of the mini-program'],
      example: 'wx…',
      when: inMini,
    },
    {
      key: sales('mini_program_info.mini_program_pics'),
      kind: 'photos',
      most: 5,
      label: ['小程序截图', 'Screenshots of the mini-program'],
      optional: true,
      when: inMini,
    },
    {
      key: sales('mp_info.mp_sub_appid'),
      reports: [sales('mp_info.mp_appid')],
      kind: 'text',
      label: ['公众号 AppID', 'AppID of the official account'],
      example: 'wx…',
      when: inOfficial,
    },
    {
      key: sales('mp_info.mp_pics'),
      kind: 'photos',
      most: 5,
      label: ['公众号页面截图', 'Screenshots of the account'],
      when: inOfficial,
    },
    {
      key: sales('app_info.app_sub_appid'),
      reports: [sales('app_info.app_appid')],
      kind: 'text',
      label: ['App 的 AppID', 'AppID of the app'],
      example: 'wx…',
      when: inApp,
    },
    {
      key: sales('app_info.app_pics'),
      kind: 'photos',
      most: 5,
      label: ['App 截图', 'Screenshots of the app'],
      when: inApp,
    },
    {
      key: sales('web_info.domain'),
      kind: 'text',
      label: ['网站域名', 'Domain'],
      example: 'https://',
      when: inWeb,
    },
    photo(sales('web_info.web_authorisation'), ['网站授权函', 'Letter of the site’s owner'], {
      optional: true,
      when: inWeb,
    }),
    {
      key: sales('wework_info.sub_corp_id'),
      kind: 'text',
      label: ['企业微信 CorpID', 'WeCom CorpID'],
      when: inWork,
    },
    {
      key: sales('wework_info.wework_pics'),
      kind: 'photos',
      most: 5,
      label: ['企业微信页面截图', 'Screenshots of WeCom'],
      when: inWork,
    },
    ...microFields(isMicro),
  ];
}

const micro = (name: string) => `subject_info.micro_biz_info.${name}`;

function microFields(isMicro: When): Field[] {
  const is =
    (type: string): When =>
    (values) =>
      isMicro(values) && text(values, micro('micro_biz_type')) === `MICRO_TYPE_${type}`;
  const [atStore, onStreet, online] = [is('STORE'), is('MOBILE'), is('ONLINE')];
  const byCode: When = (values) => online(values) && text(values, '_micro_by') === 'qr';
  return [
    {
      key: micro('micro_biz_type'),
      kind: 'choice',
      label: ['小微经营类型', 'Kind of business'],
      when: isMicro,
      options: [
        option('MICRO_TYPE_STORE', '门店场所', 'A shop'),
        option('MICRO_TYPE_MOBILE', '流动经营/便民服务', 'On the street'),
        option('MICRO_TYPE_ONLINE', '线上商品/服务交易', 'Online'),
      ],
    },
    {
      key: micro('micro_store_info.micro_name'),
      kind: 'text',
      label: ['门店名称', 'Shop name'],
      when: atStore,
    },
    {
      key: micro('micro_store_info.micro_address_code'),
      kind: 'city',
      label: ['门店城市', 'City'],
      when: atStore,
    },
    {
      key: micro('micro_store_info.micro_address'),
      kind: 'text',
      label: ['门店地址', 'Address'],
      when: atStore,
    },
    photo(micro('micro_store_info.store_entrance_pic'), ['门头照片', 'Photo of the entrance'], {
      when: atStore,
    }),
    photo(micro('micro_store_info.micro_indoor_copy'), ['店内照片', 'Photo of the inside'], {
      when: atStore,
    }),
    {
      key: micro('micro_mobile_info.micro_mobile_name'),
      kind: 'text',
      label: ['经营/服务名称', 'Name'],
      when: onStreet,
    },
    {
      key: micro('micro_mobile_info.micro_mobile_city'),
      kind: 'city',
      label: ['经营城市', 'City'],
      when: onStreet,
    },
    {
      key: micro('micro_mobile_info.micro_mobile_address'),
      kind: 'text',
      label: ['经营地址', 'Address'],
      help: ['没有固定地址请写“无”加说明', 'Say so if there is none'],
      when: onStreet,
    },
    {
      key: micro('micro_mobile_info.micro_mobile_pics'),
      kind: 'photos',
      most: 5,
      label: ['经营现场照片', 'Photos'],
      when: onStreet,
    },
    {
      key: micro('micro_online_info.micro_online_store'),
      kind: 'text',
      label: ['线上店铺名称', 'Shop name'],
      when: online,
    },
    {
      key: micro('micro_online_info.micro_ec_name'),
      kind: 'text',
      label: ['电商平台名称', 'Platform'],
      when: online,
    },
    {
      key: '_micro_by',
      suggest: () => 'url',
      kind: 'choice',
      label: ['怎样找到店铺', 'Where the shop is found'],
      options: [option('url', '店铺链接', 'A link'), option('qr', '店铺二维码', 'A QR code')],
      when: online,
    },
    {
      key: micro('micro_online_info.micro_link'),
      reports: [micro('micro_online_info.micro_qrcode')],
      kind: 'text',
      label: ['店铺链接', 'Link'],
      example: 'https://',
      when: (values) => online(values) && !byCode(values),
    },
    photo(micro('micro_online_info.micro_qrcode'), ['店铺二维码', 'QR code'], {
      when: byCode,
      reports: [micro('micro_online_info.micro_link')],
    }),
  ];
}
