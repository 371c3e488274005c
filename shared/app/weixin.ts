/** WeChat's server API, through the access method set in the configuration. */
import {
  isForeignWeixinBase,
  readApp,
  readShippedTemplate,
  readWeixin,
  type WeixinSettings,
} from '../cloudbase/accounts.ts';
import { cloudCall } from '../cloudbase/cloud-call.ts';
import { readConfig } from '../cloudbase/config.ts';
import { appid as parseAppid } from '../cloudbase/env-parsers.ts';
import { requireSuccess, type WeixinApi, type WeixinApiName, WeixinError } from '../core/weixin-api.ts';
import { tokenApi } from '../weixin/token-api.ts';
import type { App } from './container.ts';

const timeoutMs = 8_000;

interface Settings extends WeixinSettings {
  /** Of the mini-program that the buyers use. */
  readonly appid: string;
  readonly shippedTemplateId: string | undefined;
}

/** @throws ConfigError that names every variable at fault */
export function weixinSettings(app: App): Settings {
  return app.once(readSettings);
}

/** @throws ConfigError */
export function weixinApi(app: App): WeixinApi {
  return app.once(buildApi);
}

/** Called once per instance, so its warnings are logged at each cold start. */
function readSettings(app: App): Settings {
  const settings = readConfig(app.env, (read) => {
    // A sub-merchant's mini-program has its own appid, and its payers' openids belong to that appid.
    const subAppid = read.optional('WECHATPAY_PROVIDER_SUB_APPID', parseAppid);
    return {
      ...readWeixin(read),
      appid: subAppid ?? readApp(read).appid,
      shippedTemplateId: readShippedTemplate(read),
    };
  });
  if (isForeignWeixinBase(settings.base)) {
    const advice = 'Access tokens go there instead of WeChat. Leave WECHAT_API_BASE empty in production.';
    app.log.warn('config.weixin_base_not_wechat', { base: settings.base, advice });
  }
  return settings;
}

const cloudApi: WeixinApi = {
  async call(api, body) {
    return requireSuccess(api, await cloudCall(api, body).catch((cause: unknown) => noAnswer(api, cause)));
  },
};

function noAnswer(api: WeixinApiName, cause: unknown): never {
  throw new WeixinError('unknown', undefined, `${api}: the cloud call gave no answer`, { cause });
}

function buildApi(app: App): WeixinApi {
  const { access, appid, appSecret, base } = weixinSettings(app);
  if (access === 'cloud') return cloudApi;
  const { documents, clock } = app;
  return tokenApi({
    documents,
    clock,
    appid,
    appSecret: appSecret?.expose() ?? '',
    base,
    timeoutMs,
    fetch: (url, init) => fetch(url, init),
  });
}
