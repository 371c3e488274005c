import { describe, expect, it } from 'vitest';
import type { WechatpayClient } from '../http/client-types.ts';
import { FakeWechatpay } from '../testing/fake-transport.ts';
import { allRoutes } from './all.ts';
import { coreRoutes } from './generated/core-routes.ts';
import type { RouteFacts } from './types.ts';

const nowMs = () => 1_750_000_000_000;
const entries = Object.entries(allRoutes) as [string, RouteFacts][];

describe('the table of all routes', () => {
  it('has those of the core, and hundreds more', () => {
    expect(entries.length).toBeGreaterThan(900);
    expect(Object.keys(allRoutes)).toEqual(expect.arrayContaining(Object.keys(coreRoutes)));
  });

  it('has well-formed routes, and paths to fields', () => {
    for (const [route, { encrypt = 'x', decrypt = 'x', query = 'x', upload = 'x' }] of entries) {
      expect(route).toMatch(/^(GET|POST|PUT|PATCH|DELETE) \/v3(\/[\w.{}-]+)+\/?$/);
      for (const path of `${encrypt} ${decrypt}`.split(' '))
        expect(path).toMatch(/^\w+(\[\])?(\.\w+(\[\])?)*$/);
      expect(query).toMatch(/^\w+( \w+)*$/);
      expect(upload).toMatch(/^\w+$/);
    }
  });

  it('gives a client the others, too', async () => {
    const wechatPay = new FakeWechatpay({ nowMs });
    const route = 'POST /v3/payscore/plan/payscore-plans/merchant-plan-no/{merchant_plan_no}/stop';
    wechatPay.on(route, () => ({}));
    const client = wechatPay.clientWith(allRoutes);
    await client.request(route, { merchant_plan_no: 'P1' });
    expect(wechatPay.calls).toMatchObject([{ path: { merchant_plan_no: 'P1' }, body: undefined }]);
    const coreOnly: WechatpayClient = client;
    expect(coreOnly).toBe(client);
  });
});

it('repeats no write of the core that is not known to be the same when repeated', () => {
  const once = Object.entries(coreRoutes as Record<string, RouteFacts>)
    .filter(([route, { repeat }]) => !route.startsWith('GET ') && !repeat)
    .map(([route]) => route);
  expect(once.sort()).toMatchInlineSnapshot(`
    [
      "POST /v3/apply4sub/sub_merchants/{sub_mchid}/modify-settlement",
      "POST /v3/combine-transactions/miniprogram",
      "POST /v3/ecommerce/applyments/submit-account-hosting-applyment",
      "POST /v3/ecommerce/applyments/submit-sign-verify-info",
      "POST /v3/ecommerce/profitsharing/after-sales-orders",
      "POST /v3/ecommerce/refunds/{refund_id}/apply-abnormal-refund",
      "POST /v3/ecommerce/refunds/{refund_id}/return-advance",
      "POST /v3/fund-app/mch-transfer/transfer-bills/pre-transfer-with-authorization",
      "POST /v3/fund-app/mch-transfer/user-confirm-authorization",
      "POST /v3/fund-app/mch-transfer/user-confirm-authorization/out-authorization-no/{out_authorization_no}/close",
      "POST /v3/merchant-risk-manage/violation-notifications",
      "POST /v3/merchant-service/complaint-notifications",
      "POST /v3/merchant-service/complaints-v2/{complaint_id}/response",
      "POST /v3/merchant-service/complaints-v2/{complaint_id}/response-immediate-service",
      "POST /v3/merchant-service/complaints-v2/{complaint_id}/update-refund-progress",
      "POST /v3/pay/partner/transactions/app-with-contract",
      "POST /v3/pay/partner/transactions/codepay",
      "POST /v3/pay/partner/transactions/exposure",
      "POST /v3/pay/partner/transactions/jsapi-with-contract",
      "POST /v3/pay/partner/transactions/miniprogram",
      "POST /v3/pay/partner/transactions/out-trade-no/{out_trade_no}/reverse",
      "POST /v3/pay/partner/transactions/scannedpos",
      "POST /v3/pay/transactions/app-with-contract",
      "POST /v3/pay/transactions/codepay",
      "POST /v3/pay/transactions/exposure",
      "POST /v3/pay/transactions/jsapi-with-contract",
      "POST /v3/pay/transactions/out-trade-no/{out_trade_no}/reverse",
      "POST /v3/refund/domestic/refunds/{refund_id}/apply-abnormal-refund",
    ]
  `);
});
