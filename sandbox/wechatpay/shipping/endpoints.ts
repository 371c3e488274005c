/**
 * The APIs of api.weixin.qq.com that are simulated, each under its path and under its name as a cloud call.
 * https://developers.weixin.qq.com/miniprogram/dev/server/API/order_shipping/
 */
import type { SimulatorContext } from '../context.ts';
import { type Json, numberAt, objectAt, optionalObject, textAt } from './fields.ts';
import { allKnown, findByNumbers, orderStateOf, orderView } from './find.ts';
import { WeixinProblem } from './problem.ts';
import { notifyConfirmReceive } from './receipt.ts';
import { reportSpecialOrder, setMessagePath } from './special.ts';
import { useSubscription } from './subscriptions.ts';
import { stableToken } from './tokens.ts';
import { shippingSettings } from './types.ts';
import { uploadCombined, uploadShipping } from './upload.ts';

export interface WeixinEndpoint {
  /** Its official name, for the exchange record. */
  readonly name: string;
  readonly path: string;
  /** Where its rules are written. */
  readonly page: string;
  /** As wx-server-sdk names it: `cloud.openapi.wxa.sec.order.getOrder`. Absent: the page says there is no cloud call. */
  readonly cloudCall?: string;
  /** Absent: it needs no token. @param appid whose token it is. @throws WeixinProblem */
  readonly handle?: (context: SimulatorContext, appid: string, body: Json) => object;
  readonly withoutToken?: (context: SimulatorContext, body: Json) => object;
}

function getOrder(context: SimulatorContext, appid: string, body: Json): object {
  return { order: orderView(findByNumbers(context, appid, body), context.clock.now()) };
}

const usualPage = 100;

function getOrderList(context: SimulatorContext, appid: string, body: Json): object {
  const range = optionalObject(body, 'pay_time_range');
  const begin = numberAt(range, 'begin_time') ?? 0;
  const end = numberAt(range, 'end_time') ?? 2 ** 32;
  const wantedState = numberAt(body, 'order_state');
  const openid = textAt(body, 'openid');
  const lastIndex = textAt(body, 'last_index') || '0';
  const pageSize = numberAt(body, 'page_size') ?? usualPage;
  if (!/^\d{1,9}$/.test(lastIndex)) throw new WeixinProblem(10060011);
  const nowMs = context.clock.now();
  const all = allKnown(context, appid).filter((found) => {
    const paidAt = Math.floor((found.payment.paidAtMs ?? 0) / 1000);
    if (paidAt < begin || paidAt > end) return false;
    if (wantedState !== undefined && orderStateOf(found, nowMs) !== wantedState) return false;
    return openid === '' || Object.values(found.payment.payer).includes(openid);
  });
  const from = Number(lastIndex);
  const next = from + Math.max(1, pageSize);
  return {
    last_index: String(Math.min(next, all.length)),
    has_more: next < all.length,
    order_list: all.slice(from, next).map((found) => orderView(found, nowMs)),
  };
}

/** 待查询小程序的 appid，非服务商调用时仅能查询本账号. */
function ownAppid(appid: string, body: Json): void {
  const wanted = textAt(body, 'appid');
  if (wanted === '') throw new WeixinProblem(40097, { en: 'appid is missing', zh: '缺少 appid' });
  if (wanted !== appid)
    throw new WeixinProblem(40013, {
      en: `the token is of ${appid}: only that one can be asked about`,
      zh: `该 access_token 属于 ${appid}：只能查询本账号`,
    });
}

interface SubscribeMessage {
  readonly atMs: number;
  readonly appid: string;
  readonly openid: string;
  readonly templateId: string;
  readonly data: Json;
}

/** 发送订阅消息: one for each time that the user agreed (一次性订阅). */
function sendSubscribeMessage({ state, clock, bus }: SimulatorContext, appid: string, body: Json): object {
  const openid = textAt(body, 'touser');
  const templateId = textAt(body, 'template_id');
  const data = objectAt(body, 'data');
  if (openid === '') throw new WeixinProblem(40003, { en: 'touser is missing', zh: '缺少 touser' });
  if (templateId === '') throw new WeixinProblem(40037);
  if (!useSubscription(state, { openid, templateId })) throw new WeixinProblem(43101);
  const sent = state.slot<SubscribeMessage>('subscribe_messages');
  const message = { atMs: clock.now(), appid, openid, templateId, data };
  sent.set(String(sent.size + 1), message);
  bus.publish('subscribe-message', message);
  return {};
}

const serverApi = 'https://developers.weixin.qq.com/miniprogram/dev/server/API';

const order = (
  path: string,
  name: string,
  cloudCall: string | undefined,
  handle: WeixinEndpoint['handle'],
  page = `api_${path.replaceAll('_', '')}`,
) => ({
  name,
  path: `/wxa/sec/order/${path}`,
  page: `${serverApi}/order_shipping/${page}`,
  ...(cloudCall !== undefined && { cloudCall: `wxa.sec.order.${cloudCall}` }),
  ...(handle && { handle }),
});

export const weixinEndpoints: readonly WeixinEndpoint[] = [
  {
    name: '获取稳定版接口调用凭据',
    path: '/cgi-bin/stable_token',
    page: `${serverApi}/mp-access-token/api_getstableaccesstoken`,
    withoutToken: stableToken,
  },
  order('upload_shipping_info', '发货信息录入', 'uploadShippingInfo', uploadShipping),
  order('upload_combined_shipping_info', '发货信息合单录入', 'uploadCombinedShippingInfo', uploadCombined),
  order('get_order', '查询订单发货状态', 'getOrder', getOrder),
  order('get_order_list', '查询订单列表', 'getOrderList', getOrderList),
  order('notify_confirm_receive', '确认收货提醒', 'notifyConfirmReceive', notifyConfirmReceive),
  // Its page says that there is no cloud call.
  order('opspecialorder', '特殊发货报备', undefined, reportSpecialOrder),
  order('set_msg_jump_path', '消息跳转路径设置', 'setMsgJumpPath', setMessagePath),
  order(
    'is_trade_managed',
    '查询小程序是否已开通发货信息管理服务',
    'isTradeManaged',
    (context, appid, body) => {
      ownAppid(appid, body);
      return { is_trade_managed: shippingSettings(context.state).managed };
    },
  ),
  order(
    'is_trade_management_confirmation_completed',
    '查询小程序是否已完成交易结算管理确认',
    undefined,
    (context, appid, body) => {
      ownAppid(appid, body);
      return { completed: shippingSettings(context.state).managed };
    },
    'api_istrademanaged',
  ),
  {
    name: '发送订阅消息',
    path: '/cgi-bin/message/subscribe/send',
    page: `${serverApi}/mp-message-management/subscribe-message/api_sendmessage`,
    cloudCall: 'subscribeMessage.send',
    handle: sendSubscribeMessage,
  },
];
