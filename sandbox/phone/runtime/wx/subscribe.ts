/**
 * wx.requestSubscribeMessage: asks the user whether the mini-program may send one message for each of these templates.
 * https://developers.weixin.qq.com/miniprogram/dev/api/open-api/subscribe-message/wx.requestSubscribeMessage.html
 */
import { button, el } from '../chrome/dom.ts';
import { openMask } from '../chrome/sheet.ts';
import { say } from '../language.ts';
import { currentUser } from '../users.ts';
import { api, WxError } from './api.ts';
import { post, reasonOf } from './wechat-pay.ts';

const mostTemplates = 5;

interface SubscribeOptions {
  readonly tmplIds?: unknown;
}

async function requestSubscribeMessage({ tmplIds }: SubscribeOptions): Promise<Record<string, string>> {
  if (!Array.isArray(tmplIds) || tmplIds.length === 0) throw new WxError("TmplIds can't be empty", 10001);
  if (!tmplIds.every((id) => typeof id === 'string' && id !== ''))
    throw new WxError('Invalid template id', 10004);
  if (tmplIds.length > mostTemplates) throw new WxError('Templates count out of max bounds', 20003);
  // WeChat shows it after a tap or a payment, and never by itself.
  if (!navigator.userActivation.isActive) throw new WxError('can only be invoked by user TAP gesture.');
  const templates = [...new Set(tmplIds as string[])];
  const accepted = await ask(templates);
  const choices = Object.fromEntries(templates.map((id) => [id, accepted.has(id) ? 'accept' : 'reject']));
  const { ok, body } = await post('/_sandbox/subscriptions', { openid: currentUser.openid, choices });
  if (!ok) throw new WxError(reasonOf(body, 'Request subscribe fail'), 10003);
  return choices;
}

/** @returns the templates that the user agreed to */
function ask(templates: readonly string[]): Promise<ReadonlySet<string>> {
  return openMask<ReadonlySet<string>>('paysheet', new Set<string>(), (close) => {
    const boxes = templates.map((id, index) => {
      const box = el('input', 'subscribe-box');
      box.type = 'checkbox';
      box.checked = true;
      const name = say(`消息 ${index + 1}`, `Message ${index + 1}`);
      const text = el('span', 'subscribe-name', name, el('span', 'subscribe-id', id));
      return { id, box, row: el('label', 'paysheet-row subscribe-row', box, text) };
    });
    const chosen = () => new Set(boxes.filter(({ box }) => box.checked).map(({ id }) => id));
    return [
      el(
        'div',
        'paysheet-head',
        el('span', '', say('小程序想给你发送消息', 'The mini-program would like to send you messages')),
        el('span', 'paysheet-demo', say('模拟', 'Simulated')),
      ),
      ...boxes.map(({ row }) => row),
      button('paysheet-pay', say('允许', 'Allow'), () => close(chosen())),
      button('paysheet-cancel', say('拒绝', 'Refuse'), () => close(new Set())),
    ];
  });
}

export const subscribe = {
  requestSubscribeMessage: api('requestSubscribeMessage', requestSubscribeMessage),
};
