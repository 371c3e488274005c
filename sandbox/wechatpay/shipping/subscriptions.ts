/**
 * What users answered to wx.requestSubscribeMessage: each consent is good for one message, and they add up.
 * https://developers.weixin.qq.com/miniprogram/dev/framework/open-ability/subscribe-message.html (一次性订阅消息)
 */
import type { ControlContext } from '../context.ts';
import { badRequest, objectBody } from '../control/read.ts';
import type { State } from '../state/state.ts';

interface Subscription {
  readonly openid: string;
  readonly templateId: string;
  /** Messages that may still be sent. */
  left: number;
}

const subscriptionsOf = (state: State) => state.slot<Subscription>('subscriptions');
const keyOf = (openid: string, templateId: string) => `${openid}/${templateId}`;

/** `{openid, choices: {templateId: 'accept' | 'reject'}}` @throws ControlProblem 400 */
export function recordSubscriptions(context: ControlContext): { subscriptions: Subscription[] } {
  const { openid, choices } = objectBody(context);
  if (typeof openid !== 'string' || openid === '')
    throw badRequest('"openid" must be a text.', '"openid" 须为字符串。');
  if (typeof choices !== 'object' || choices === null) {
    throw badRequest('"choices" must be an object.', '"choices" 须为对象。');
  }
  const slot = subscriptionsOf(context.state);
  for (const [templateId, choice] of Object.entries(choices)) {
    if (choice !== 'accept' && choice !== 'reject') {
      throw badRequest(
        `"choices.${templateId}" must be accept or reject.`,
        `"choices.${templateId}" 只能是 accept 或 reject。`,
      );
    }
    if (choice === 'reject') continue;
    const left = (slot.get(keyOf(openid, templateId))?.left ?? 0) + 1;
    slot.set(keyOf(openid, templateId), { openid, templateId, left });
  }
  return { subscriptions: [...slot.peek()] };
}

/** @returns whether the user had agreed to one more message of this template, which is now used */
export function useSubscription(
  state: State,
  { openid, templateId }: Pick<Subscription, 'openid' | 'templateId'>,
): boolean {
  const slot = subscriptionsOf(state);
  const known = slot.get(keyOf(openid, templateId));
  if (!known || known.left === 0) return false;
  slot.set(keyOf(openid, templateId), { ...known, left: known.left - 1 });
  return true;
}
