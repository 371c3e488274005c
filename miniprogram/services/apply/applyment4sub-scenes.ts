/** 经营场景 of a 特约商户: one block of questions for each place where it sells. */
import { option } from './options';
import { photo } from './parts';
import type { Field, Values } from './types';

type When = (values: Values) => boolean;

const sales = (name: string) => `business_info.sales_info.${name}`;
const scenesKey = sales('sales_scenes_type');

const scenes = [
  option('SALES_SCENES_STORE', '线下场所', 'A place'),
  option('SALES_SCENES_MINI_PROGRAM', '小程序', 'A mini-program'),
  option('SALES_SCENES_MP', '公众号', 'An official account'),
  option('SALES_SCENES_WEB', '互联网网站', 'A web site'),
  option('SALES_SCENES_APP', 'App', 'An app'),
  option('SALES_SCENES_WEWORK', '企业微信', 'WeCom'),
];

export function sceneFields(isAsked: When): Field[] {
  const has =
    (scene: string): When =>
    (values) => {
      const chosen = values[scenesKey];
      return isAsked(values) && Array.isArray(chosen) && chosen.includes(`SALES_SCENES_${scene}`);
    };
  return [
    {
      key: scenesKey,
      kind: 'choices',
      label: ['在哪里经营', 'Where customers buy'],
      when: isAsked,
      options: scenes,
    },
    ...placeFields(has('STORE')),
    ...appidFields('mini_program', ['小程序', 'the mini-program'], has('MINI_PROGRAM'), true),
    ...appidFields('mp', ['公众号', 'the official account'], has('MP')),
    ...appidFields('app', [' App ', 'the app'], has('APP')),
    ...siteFields(has('WEB')),
    ...weworkFields(has('WEWORK')),
  ];
}

function placeFields(when: When): Field[] {
  const at = (name: string) => sales(`biz_store_info.${name}`);
  const pictures = { kind: 'photos', most: 5, when } as const;
  return [
    { key: at('biz_store_name'), kind: 'text', label: ['线下场所名称', 'Name of the place'], when },
    { key: at('biz_address_code'), kind: 'city', label: ['线下场所城市', 'City of the place'], when },
    { key: at('biz_store_address'), kind: 'text', label: ['线下场所地址', 'Address of the place'], when },
    { key: at('store_entrance_pic'), label: ['门头照片', 'Photos of the entrance'], ...pictures },
    { key: at('indoor_pic'), label: ['店内照片', 'Photos of the inside'], ...pictures },
  ];
}

/** A scene identified by the merchant's own appid; the platform's appid would be another field. */
function appidFields(
  name: string,
  [zh, en]: readonly [string, string],
  when: When,
  optional = false,
): Field[] {
  const at = (field: string) => sales(`${name}_info.${name}_${field}`);
  return [
    {
      key: at('sub_appid'),
      kind: 'text',
      label: [`${zh.trim()} AppID`, `AppID of ${en}`],
      example: 'wx…',
      when,
      reports: [at('appid')],
    },
    {
      key: at('pics'),
      kind: 'photos',
      most: 5,
      label: [`${zh.trim()}截图`, `Screenshots of ${en}`],
      when,
      optional,
    },
  ];
}

function siteFields(when: When): Field[] {
  return [
    { key: sales('web_info.domain'), kind: 'text', label: ['网站域名', 'Domain'], example: 'https://', when },
    photo(sales('web_info.web_authorisation'), ['网站授权函', "Letter of the site's owner"], {
      when,
      optional: true,
    }),
  ];
}

function weworkFields(when: When): Field[] {
  const at = (name: string) => sales(`wework_info.${name}`);
  return [
    { key: at('sub_corp_id'), kind: 'text', label: ['企业微信 CorpID', 'WeCom CorpID'], when },
    {
      key: at('wework_pics'),
      kind: 'photos',
      most: 5,
      label: ['企业微信截图', 'Screenshots of WeCom'],
      when,
    },
  ];
}
