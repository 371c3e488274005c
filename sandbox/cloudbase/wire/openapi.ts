/**
 * WeChat's open interfaces as cloud functions reach them (`cloud.openapi.subscribeMessage.send`, …): checked for
 * what is documented as required, recorded, and answered with errcode 0.
 */
import type { OpenApiCallRecord } from '../types.ts';

type Required = readonly string[];

/** Interface name → parameters that must be there (developers.weixin.qq.com, server-side API reference). */
const known: Record<string, Required> = {
  'subscribeMessage.send': ['touser', 'template_id', 'data'],
  'uniformMessage.send': ['touser'],
  'security.msgSecCheck': ['content'],
  'wxacode.getUnlimited': ['scene'],
  'secOrder.uploadShippingInfo': [
    'order_key',
    'logistics_type',
    'delivery_mode',
    'shipping_list',
    'upload_time',
    'payer',
  ],
};

const keptCalls = 500;

export class OpenApi {
  readonly calls: OpenApiCallRecord[] = [];
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** An unknown name answers -604100 (API not found), an incomplete call 47001, as WeChat does. */
  call(api: string, parameters: Record<string, unknown>): OpenApiCallRecord['answer'] {
    const answer = this.#answer(api, parameters);
    this.calls.push({ atMs: this.#now(), api, parameters, answer });
    if (this.calls.length > keptCalls) this.calls.shift();
    return answer;
  }

  #answer(api: string, parameters: Record<string, unknown>): OpenApiCallRecord['answer'] {
    const required = known[api];
    if (!required)
      return { errcode: -604100, errmsg: `API not found: ${api} is not simulated by the sandbox` };
    const missing = required.filter((name) => parameters[name] === undefined || parameters[name] === '');
    if (missing.length > 0) {
      return { errcode: 47001, errmsg: `data format error: ${missing.join(', ')} missing` };
    }
    return { errcode: 0, errmsg: 'ok' };
  }
}
