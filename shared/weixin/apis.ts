/** Where each API is: https://developers.weixin.qq.com/miniprogram/dev/server/API/order_shipping/ and …/mp-message-management/ */
import type { WeixinApiName } from '../core/weixin-api.ts';

export const apiPaths: Readonly<Record<WeixinApiName, string>> = {
  uploadShippingInfo: '/wxa/sec/order/upload_shipping_info',
  uploadCombinedShippingInfo: '/wxa/sec/order/upload_combined_shipping_info',
  getOrder: '/wxa/sec/order/get_order',
  notifyConfirmReceive: '/wxa/sec/order/notify_confirm_receive',
  reportSpecialOrder: '/wxa/sec/order/opspecialorder',
  setMessagePath: '/wxa/sec/order/set_msg_jump_path',
  isTradeManaged: '/wxa/sec/order/is_trade_managed',
  sendSubscribeMessage: '/cgi-bin/message/subscribe/send',
};
