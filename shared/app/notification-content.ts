import type { NotificationContent } from '../payments/notifications/receive.ts';
import type { WechatpayNotification } from '../wechatpay/notifications/types.ts';
import { fromCombined, fromDirect, fromPartner } from './transactions.ts';

/** What a callback says, in the terms of the orders. */
export function contentOf(notification: WechatpayNotification): NotificationContent {
  switch (notification.kind) {
    case 'direct-payment':
      return { kind: 'payment', transaction: fromDirect(notification.resource) };
    case 'partner-payment':
      return { kind: 'payment', transaction: fromPartner(notification.resource) };
    case 'combined-payment':
      return { kind: 'combined', payment: fromCombined(notification.resource) };
    case 'refund':
      return { kind: 'refund', outTradeNo: notification.resource.out_trade_no };
    case 'other':
      return { kind: 'other' };
  }
}
