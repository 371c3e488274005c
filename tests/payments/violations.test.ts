/** What WeChat Pay reports about merchants that break its rules. */
import { afterEach, describe, expect, it } from 'vitest';
import type { HandleComplaintsAnswers } from '../../shared/contract/index.ts';
import { receiveNotification } from '../../shared/payments/notifications/receive.ts';
import { type ComplaintShop, callbackOf, complaintShop } from './complaint-shop.ts';

let shop: ComplaintShop;
afterEach(() => shop.close());

describe('a violation', () => {
  const resource = {
    sub_mchid: '1900000109',
    company_name: '某公司',
    record_id: 'R1',
    punish_plan: '关闭支付权限',
    punish_time: '2026-03-01T10:00:00+08:00',
    risk_type: 'FRAUD',
  };
  it('is recorded once, reported as an error in the log, and shown', async () => {
    shop = await complaintShop('ecommerce');
    for (const id of ['n1', 'n2']) {
      await receiveNotification(
        shop.ports,
        callbackOf('violation', 'VIOLATION.PUNISH', resource, id),
        'ecommerce',
      );
    }
    const { violations } = (await shop.ask({
      action: 'violations',
    })) as HandleComplaintsAnswers['violations'];
    expect(violations).toMatchObject([
      { event: 'PUNISH', recordId: 'R1', subMchid: '1900000109', riskType: 'FRAUD' },
    ]);
    expect(shop.logged.filter((line) => line.startsWith('merchant.violation'))).toHaveLength(1);
  });

  it('through the path of a direct merchant is not recorded', async () => {
    shop = await complaintShop();
    await receiveNotification(shop.ports, callbackOf('violation', 'VIOLATION.PUNISH', resource), 'direct');
    expect(await shop.ask({ action: 'violations' })).toEqual({ violations: [] });
  });
});
