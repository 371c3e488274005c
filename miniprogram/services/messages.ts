/**
 * Asks the payer whether the shop may send one message when the order is shipped. WeChat shows the question after a tap
 * or a payment only, and a message for which nobody agreed is refused (43101).
 * https://developers.weixin.qq.com/miniprogram/dev/api/open-api/subscribe-message/wx.requestSubscribeMessage.html
 */
import { config } from '../config/index';

export function askForMessages(): void {
  const { shippedTemplateId } = config;
  if (!shippedTemplateId) return;
  // Closed, refused or not to be shown: the order is the same.
  void Promise.resolve(wx.requestSubscribeMessage({ tmplIds: [shippedTemplateId] })).catch(() => undefined);
}
