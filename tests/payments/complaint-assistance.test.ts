/** A payer of a complaint who asks WeChat Pay's customer service to step in (平台协助). */
import { afterEach, describe, expect, it } from 'vitest';
import { complaintsCollection } from '../../shared/payments/complaints/records.ts';
import { receiveNotification } from '../../shared/payments/notifications/receive.ts';
import { type ComplaintShop, callbackOf, complained } from './complaint-shop.ts';

let shop: ComplaintShop;
afterEach(() => shop.close());

describe('平台协助', () => {
  it('is stored, reported in the log, and shown with the payer’s reason, which is not kept', async () => {
    const made = await complained();
    shop = made.shop;
    const { complaintId } = made.complaint;
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
    const made = await complained();
    shop = made.shop;
    const { complaintId } = made.complaint;
    await shop.sandbox.control('POST', `/complaints/${complaintId}/act`, { action: 'applyPlatformService' });
    const resource = { complaint_id: complaintId, action_type: 'USER_APPLY_PLATFORM_SERIVCE' };
    await receiveNotification(
      shop.ports,
      callbackOf('complaint', 'COMPLAINT.STATE_CHANGE', resource),
      'direct',
    );
    await shop.check();
    expect(await shop.list()).toMatchObject([{ inPlatformService: true }]);
  });
});
