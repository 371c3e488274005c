import { describe, expect, it } from 'vitest';
import type { WechatpayClient, WechatpayRequest } from '../http/client-types.ts';
import * as applyment4sub from './applyment4sub.ts';
import * as capital from './capital.ts';
import * as combine from './combine.ts';
import * as ecommerce from './ecommerce-applyment.ts';
import * as jsapi from './jsapi.ts';
import * as media from './media.ts';
import * as partner from './partner-jsapi.ts';
import * as settlement from './settlement.ts';

const key = 'KEY0123456789';
const page = { offset: 20, limit: 200 };
const picture = { filename: 'a.jpg', bytes: Buffer.from('x') };
const close = { combine_appid: 'wx1', sub_orders: [{ mchid: '19', out_trade_no: 'T1' }] };

/** Per function of the package: method and path as documented, and what else the request says. */
const calls: [string, (client: WechatpayClient) => unknown, string, Partial<WechatpayRequest>?][] = [
  [
    '下单',
    (c) => jsapi.createJsapiPrepay(c, '{"a":1}'),
    'POST /v3/pay/transactions/jsapi',
    { body: '{"a":1}', idempotent: true },
  ],
  ['查单', (c) => jsapi.queryJsapiByOutTradeNo(c, 'T1'), 'GET /v3/pay/transactions/out-trade-no/T1?mchid=19'],
  ['查单', (c) => jsapi.queryJsapiByTransactionId(c, '42'), 'GET /v3/pay/transactions/id/42?mchid=19'],
  [
    '关单',
    (c) => jsapi.closeJsapi(c, 'T1'),
    'POST /v3/pay/transactions/out-trade-no/T1/close',
    { body: { mchid: '19' }, idempotent: true },
  ],
  [
    '服务商下单',
    (c) => partner.createPartnerJsapiPrepay(c, '{}'),
    'POST /v3/pay/partner/transactions/jsapi',
    { body: '{}', idempotent: true },
  ],
  [
    '服务商查单',
    (c) => partner.queryPartnerByOutTradeNo(c, '16', 'T1'),
    'GET /v3/pay/partner/transactions/out-trade-no/T1?sp_mchid=19&sub_mchid=16',
  ],
  [
    '服务商查单',
    (c) => partner.queryPartnerByTransactionId(c, '16', '42'),
    'GET /v3/pay/partner/transactions/id/42?sp_mchid=19&sub_mchid=16',
  ],
  [
    '服务商关单',
    (c) => partner.closePartner(c, '16', 'T1'),
    'POST /v3/pay/partner/transactions/out-trade-no/T1/close',
    { body: { sp_mchid: '19', sub_mchid: '16' }, idempotent: true },
  ],
  [
    '合单下单',
    (c) => combine.createCombineJsapiPrepay(c, '{}'),
    'POST /v3/combine-transactions/jsapi',
    { body: '{}', idempotent: true },
  ],
  ['合单查单', (c) => combine.queryCombine(c, 'C1'), 'GET /v3/combine-transactions/out-trade-no/C1'],
  [
    '合单关单',
    (c) => combine.closeCombine(c, 'C1', close),
    'POST /v3/combine-transactions/out-trade-no/C1/close',
    { body: close, idempotent: true },
  ],
  ['图片上传', (c) => media.uploadImage(c, picture), 'POST /v3/merchant/media/upload', { idempotent: true }],
  [
    '视频上传',
    (c) => media.uploadVideo(c, { ...picture, filename: 'a.mp4' }),
    'POST /v3/merchant/media/video_upload',
    { idempotent: true },
  ],
  [
    '二级商户进件',
    (c) => ecommerce.createEcommerceApplyment(c, '{}', key),
    'POST /v3/ecommerce/applyments/',
    { encryptedWithSerial: key, idempotent: true },
  ],
  [
    '二级商户进件查询',
    (c) => ecommerce.queryEcommerceApplymentById(c, 2000002124775691),
    'GET /v3/ecommerce/applyments/2000002124775691',
  ],
  [
    '二级商户进件查询',
    (c) => ecommerce.queryEcommerceApplymentByOutRequestNo(c, 'R1'),
    'GET /v3/ecommerce/applyments/out-request-no/R1',
  ],
  [
    '特约商户进件',
    (c) => applyment4sub.createApplyment4sub(c, '{}', key),
    'POST /v3/applyment4sub/applyment/',
    { encryptedWithSerial: key, idempotent: true },
  ],
  [
    '特约商户进件查询',
    (c) => applyment4sub.queryApplyment4subByBusinessCode(c, 'B1'),
    'GET /v3/applyment4sub/applyment/business_code/B1',
  ],
  [
    '特约商户进件查询',
    (c) => applyment4sub.queryApplyment4subById(c, '200'),
    'GET /v3/applyment4sub/applyment/applyment_id/200',
  ],
  ['结算账户', (c) => settlement.querySettlement(c, '16'), 'GET /v3/apply4sub/sub_merchants/16/settlement'],
  [
    '修改结算账户',
    (c) => settlement.modifySettlement(c, '16', '{}', key),
    'POST /v3/apply4sub/sub_merchants/16/modify-settlement',
    { encryptedWithSerial: key, idempotent: false },
  ],
  [
    '修改申请',
    (c) => settlement.querySettlementApplication(c, '16', 'N1'),
    'GET /v3/apply4sub/sub_merchants/16/application/N1',
  ],
  ['省份', (c) => capital.listProvinces(c), 'GET /v3/capital/capitallhh/areas/provinces'],
  ['城市', (c) => capital.listCities(c, 22), 'GET /v3/capital/capitallhh/areas/provinces/22/cities'],
  [
    '对私银行',
    (c) => capital.listPersonalBanks(c, page),
    'GET /v3/capital/capitallhh/banks/personal-banking?offset=20&limit=200',
  ],
  [
    '对公银行',
    (c) => capital.listCorporateBanks(c, page),
    'GET /v3/capital/capitallhh/banks/corporate-banking?offset=20&limit=200',
  ],
  [
    '支行',
    (c) => capital.listBranches(c, '1000006247', 536, page),
    'GET /v3/capital/capitallhh/banks/1000006247/branches?city_code=536&offset=20&limit=200',
  ],
  [
    '卡号',
    (c) => capital.searchBanksByAccount(c, { ciphertext: 'a+b/c==', serial: key }),
    'GET /v3/capital/capitallhh/banks/search-banks-by-bank-account?account_number=a%2Bb%2Fc%3D%3D',
    { encryptedWithSerial: key },
  ],
];

describe('each API', () => {
  it.each(calls)('%s asks as documented: %#', async (_, call, line, more = {}) => {
    const requests: WechatpayRequest[] = [];
    const client = {
      account: { mchid: '19' },
      send: async (request: WechatpayRequest) => void requests.push(request),
    } as unknown as WechatpayClient;
    await call(client);
    expect(requests).toHaveLength(1);
    expect(`${requests[0]!.method} ${requests[0]!.path}`).toBe(line);
    expect({ idempotent: false, ...requests[0] }).toMatchObject(more);
  });

  it('is in the table above', () => {
    const modules = [jsapi, partner, combine, media, ecommerce, applyment4sub, settlement, capital];
    const functions = modules.flatMap((module) => Object.keys(module));
    expect(calls).toHaveLength(functions.length);
    for (const name of functions) expect(calls.map(([, call]) => String(call)).join()).toContain(name);
  });
});
