/**
 * WeChat's server API through the cloud call (云调用): it needs no access token, but a permission that the function only
 * gets when uploaded with WeChat DevTools. wx-server-sdk is loaded at the first call.
 * https://developers.weixin.qq.com/miniprogram/dev/wxcloudservice/wxcloud/guide/openapi/openapi.html
 */
import type { WeixinAnswer, WeixinApiName } from '../core/weixin-api.ts';

/** Null: the API's page says that there is no cloud call. */
const callNames: Readonly<Record<WeixinApiName, readonly string[] | null>> = {
  uploadShippingInfo: ['wxa', 'sec', 'order', 'uploadShippingInfo'],
  uploadCombinedShippingInfo: ['wxa', 'sec', 'order', 'uploadCombinedShippingInfo'],
  getOrder: ['wxa', 'sec', 'order', 'getOrder'],
  notifyConfirmReceive: ['wxa', 'sec', 'order', 'notifyConfirmReceive'],
  reportSpecialOrder: null,
  setMessagePath: ['wxa', 'sec', 'order', 'setMsgJumpPath'],
  isTradeManaged: ['wxa', 'sec', 'order', 'isTradeManaged'],
  sendSubscribeMessage: ['subscribeMessage', 'send'],
};

type Call = (body: Readonly<Record<string, unknown>>) => Promise<Record<string, unknown>>;
interface Names {
  readonly [name: string]: Names & Call;
}

interface WxServerSdk {
  readonly DYNAMIC_CURRENT_ENV: unknown;
  init(options: object): void;
  openapi(options: { readonly convertCase: false }): Names;
}

/** -501xxx and -601xxx: the API did not answer, so the outcome is unknown. */
const unknownOutcome = /^-(501|502|601)\d{3}$/;

/** @returns WeChat's answer with its errcode, -604101 among them. @throws an Error when there is no answer */
export async function cloudCall(
  api: WeixinApiName,
  body: Readonly<Record<string, unknown>>,
): Promise<WeixinAnswer> {
  const names = callNames[api];
  if (!names) return { errcode: -604100, errmsg: 'no cloud call' };
  const { openapi } = await loadOpenApi();
  const call = names.reduce<Names>((names, name) => names[name] as Names, openapi);
  try {
    const { errCode: _, errMsg: __, ...answer } = await (call as unknown as Call)(body);
    return answer;
  } catch (error) {
    const { errCode, errMsg } = Object(error) as { errCode?: unknown; errMsg?: unknown };
    if (typeof errCode !== 'number' || unknownOutcome.test(String(errCode))) throw error;
    return { errcode: errCode, errmsg: String(errMsg) };
  }
}

/**
 * Wrapped in an object: the SDK turns any property, even `then`, into a call, so a promise of it would never resolve.
 */
interface Loaded {
  readonly openapi: Names;
}

let loading: Promise<Loaded> | undefined;

function loadOpenApi(): Promise<Loaded> {
  loading ??= load();
  return loading;
}

async function load(): Promise<Loaded> {
  const { default: cloud } = (await import('wx-server-sdk')) as unknown as { default: WxServerSdk };
  cloud.init({ env: cloud.DYNAMIC_CURRENT_ENV });
  // Names stay as documented for HTTPS, so that the response is read the same whichever way it came.
  return { openapi: cloud.openapi({ convertCase: false }) };
}
