/** A payer of a complaint who asks WeChat Pay's customer service to step in (平台协助). */
import { afterEach, describe, expect, it } from 'vitest';
import type { ComplaintView } from '../../shared/contract/index.ts';
import { complaintsCollection } from '../../shared/payments/complaints/records.ts';
import { receiveNotification } from '../../shared/payments/notifications/receive.ts';
import type { WechatpayNotification } from '../../shared/wechatpay/notifications/types.ts';
import { type ComplaintShop, complained } from './complaint-shop.ts';

let shop: ComplaintShop;
afterEach(() => shop.close());

async function begin(...args: Parameters<typeof complained>): Promise<ComplaintView> {
  const made = await complained(...args);
  shop = made.shop;
  return made.complaint;
}

const callback = (eventType: string, kind: 'complaint', resource: object, id = 'n1') =>
  ({ id, createTime: '', eventType, kind, resource }) as unknown as WechatpayNotification;

describe('平台协助', () => {
  it('is stored, reported in the log, and shown with the payer’s reason, which is not kept', async () => {
    const { complaintId } = await begin();
    const act = (action: string, more: object = {}) =>
      shop.sandbox.control('POST', `/complaints/${complaintId}/act`, { action, ...more });
    await act('applyPlatformService', { reason: '商家响应不及时', detail: '一周没有人理我' });
    await shop.sandbox.clock.advance(16 * 60_000);
    await shop.check();
    expect(await shop.list()).toMatchObject([{ complaintId, inPlatformService: true, state: 'PENDING' }]);
    expect(shop.logged.filter((line) => line.startsWith('complaint.platform_service'))).toHaveLength(1);
    const { history } = (await shop.detail(complaintId)).detail;
    expect(history[0]).toMatchObject({
      type: 'USER_APPLY_PLATFORM_SERVICE',
      text: '商家响应不及时：一周没有人理我',
    });
    expect(JSON.stringify(shop.documents.all(complaintsCollection))).not.toContain('一周没有人理我');
    await act('finishPlatformService', { detail: '已协助处理' });
    await shop.sandbox.clock.advance(16 * 60_000);
    await shop.check();
    const [after] = await shop.list();
    expect(after!.inPlatformService).toBeUndefined();
  });

  it('is asked about at once when its callback arrives', async () => {
    const { complaintId } = await begin();
    await shop.sandbox.control('POST', `/complaints/${complaintId}/act`, { action: 'applyPlatformService' });
    const resource = { complaint_id: complaintId, action_type: 'USER_APPLY_PLATFORM_SERIVCE' };
    await receiveNotification(
      shop.ports,
      callback('COMPLAINT.STATE_CHANGE', 'complaint', resource),
      'direct',
    );
    await shop.check();
    expect(await shop.list()).toMatchObject([{ inPlatformService: true }]);
  });
});
