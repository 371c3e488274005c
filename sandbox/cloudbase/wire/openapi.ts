/**
 * WeChat's open interfaces as cloud functions reach them (`cloud.openapi.wxa.sec.order.getOrder`, …): recorded, and
 * answered by whoever serves the emulator.
 */
import type { CloudCallAnswer, CloudCaller, CloudEmulatorOptions, OpenApiCallRecord } from '../types.ts';

const keptCalls = 500;

/** 云调用接口不存在. */
const notFound = -604100;

export class OpenApi {
  readonly calls: OpenApiCallRecord[] = [];
  readonly #now: () => number;
  readonly #cloudCall: CloudEmulatorOptions['cloudCall'];

  constructor(now: () => number, cloudCall: CloudEmulatorOptions['cloudCall']) {
    this.#now = now;
    this.#cloudCall = cloudCall;
  }

  /** `errorCode` for what WeChat's gateway refuses before the API sees it: -604100 no such API, -604101 no permission. */
  async call(
    api: string,
    parameters: Record<string, unknown>,
    caller: CloudCaller,
  ): Promise<CloudCallAnswer> {
    const answer = (await this.#cloudCall?.(api, parameters, caller)) ?? { errorCode: notFound };
    this.calls.push({ atMs: this.#now(), api, parameters, answer });
    if (this.calls.length > keptCalls) this.calls.shift();
    return answer;
  }
}
