/**
 * The request rates that WeChat Pay publishes, refused above them when switched on. Every limit is of the merchant that
 * signs; those of sharing also of the merchant that was paid (单个交易收款商户).
 *
 * - S: https://pay.weixin.qq.com/docs/partner/apis/ecommerce-profit-sharing/orders/create-order.html (2025-09-29)
 * - O: https://pay.weixin.qq.com/wiki/doc/api/allocation.php?chapter=27_1&index=1 (2025-07-04); the pages of the v3 API
 *   for ordinary merchants name no figure
 * - R: https://pay.weixin.qq.com/doc/global/v2/zh/4013637944 (2025-02-19), the only table of rates; its refunds are also
 *   on 4012791903
 * - T: https://pay.weixin.qq.com/docs/merchant/apis/mch-trans/transfer-bill/transfer-to-user.html and
 *   get-transfer-bill-by-out-no.html (2025-03-21); authorizations: the descriptions of wechatpay-openapi
 * - W: https://pay.weixin.qq.com/docs/partner/apis/batch-transfer-accounts-money/withdrawal/create-sub-merchant-withdraw.html
 *   (2024-11-21) and https://pay.weixin.qq.com/docs/partner/apis/ecommerce-withdraw/with-draws/create-withdraw.html (2024-12-19)
 * - C: https://developers.weixin.qq.com/community/pay/doc/000a0606d345a064a4eb5c5455ec08, by the minute
 */
import type { Endpoint } from '../context.ts';
import { ApiProblem, ControlProblem, internalCodes } from './problem.ts';

type Page = 'S' | 'O' | 'R' | 'T' | 'W' | 'C';

export interface RateLimit {
  /** Method and documented path; all requests of one limit that match any of them are counted together. */
  readonly routes: readonly string[];
  readonly most: number;
  readonly perMs: number;
  readonly of: 'caller' | 'payee';
  readonly page: Page;
}

const secondMs = 1000;
const minuteMs = 60 * secondMs;

const perSecond = (
  page: Page,
  most: number,
  routes: readonly string[],
  of: RateLimit['of'] = 'caller',
): RateLimit => ({ routes, most, perMs: secondMs, of, page });
const perMinute = (page: Page, most: number, ...routes: string[]): RateLimit => ({
  ...perSecond(page, most, routes),
  perMs: minuteMs,
});

const ways = ['jsapi', 'app', 'h5', 'native'];
const kinds = ['pay/transactions', 'pay/partner/transactions', 'combine-transactions'];
const transfers = '/v3/fund-app/mch-transfer';
const complaint = '/v3/merchant-service/complaints-v2';

export const rateLimits: readonly RateLimit[] = [
  perSecond(
    'R',
    600,
    kinds.flatMap((kind) => ways.map((way) => `POST /v3/${kind}/${way}`)),
  ),
  perSecond('R', 1800, [
    ...kinds.map((kind) => `GET /v3/${kind}/out-trade-no/{}`),
    ...['pay/transactions', 'pay/partner/transactions'].map((kind) => `GET /v3/${kind}/id/{}`),
  ]),
  perSecond('R', 30, ['POST /v3/pay/transactions/codepay', 'POST /v3/pay/partner/transactions/codepay']),
  perSecond('R', 150, ['POST /v3/refund/domestic/refunds', 'POST /v3/ecommerce/refunds/apply']),
  perSecond('R', 300, [
    'GET /v3/refund/domestic/refunds/{}',
    'GET /v3/ecommerce/refunds/id/{}',
    'GET /v3/ecommerce/refunds/out-refund-no/{}',
  ]),
  perSecond('O', 300, ['POST /v3/profitsharing/orders']),
  perSecond('O', 30, ['POST /v3/profitsharing/orders'], 'payee'),
  perSecond('S', 2000, ['POST /v3/ecommerce/profitsharing/orders']),
  perSecond('S', 300, ['POST /v3/ecommerce/profitsharing/orders'], 'payee'),
  perSecond('T', 100, [`POST ${transfers}/transfer-bills`]),
  perSecond('T', 100, [`GET ${transfers}/transfer-bills/out-bill-no/{}`]),
  perSecond('T', 50, [
    `POST ${transfers}/user-confirm-authorization`,
    `POST ${transfers}/user-confirm-authorization/out-authorization-no/{}/close`,
  ]),
  perSecond('W', 40, ['POST /v3/ecommerce/fund/withdraw', 'POST /v3/merchant/fund/withdraw']),
  perMinute('C', 200, `GET ${complaint}`),
  perMinute('C', 200, `GET ${complaint}/{}/negotiation-historys`),
  perMinute('C', 60, `POST ${complaint}/{}/response`),
  perMinute('C', 1500, `POST ${complaint}/{}/complete`),
  perMinute('C', 60, 'POST /v3/merchant-service/images/upload'),
];

interface Request {
  readonly endpoint: Pick<Endpoint, 'method' | 'path'>;
  readonly mchid: string;
  readonly subMchid: unknown;
  readonly nowMs: number;
}

interface Window {
  startMs: number;
  count: number;
}

/**
 * Counts requests by second or minute of the sandbox's clock, in fixed windows:
 * https://developers.weixin.qq.com/community/develop/doc/000068f3dacf10ef8ce22178061c00. **Own**: they begin at whole
 * seconds and minutes, and a request that is refused is not counted.
 */
export class RateLimits {
  /** Of the published figures; 0 when switched off. */
  #percent = 0;
  readonly #windows = new Map<string, Window>();
  readonly #refused = new Map<RateLimit, number>();

  /** @param given `{on, percent?}` @throws ControlProblem */
  set(given: unknown): void {
    const { on, percent = 100 } = given as { on?: unknown; percent?: unknown };
    if (typeof on !== 'boolean') throw refused('"on" must be true or false.', '"on" 只能是 true 或 false。');
    if (typeof percent !== 'number' || !(percent > 0 && percent <= 100)) {
      throw refused('"percent" must be more than 0 and at most 100.', '"percent" 须大于 0 且不大于 100。');
    }
    this.#percent = on ? percent : 0;
    this.#windows.clear();
    this.#refused.clear();
  }

  view() {
    return {
      on: this.#percent > 0,
      percent: this.#percent || 100,
      limits: rateLimits.map((limit) => ({
        ...limit,
        most: this.#mostOf(limit, this.#percent || 100),
        refused: this.#refused.get(limit) ?? 0,
      })),
    };
  }

  /** @throws ApiProblem 429 FREQUENCY_LIMITED */
  check(request: Request): void {
    if (this.#percent === 0) return;
    const route = routeOf(request.endpoint);
    const passed: Window[] = [];
    for (const limit of rateLimits) {
      if (!limit.routes.includes(route)) continue;
      const window = this.#windowOf(limit, request);
      if (window.count >= this.#mostOf(limit, this.#percent)) {
        this.#refused.set(limit, (this.#refused.get(limit) ?? 0) + 1);
        throw tooMany(limit, this.#mostOf(limit, this.#percent));
      }
      passed.push(window);
    }
    for (const window of passed) window.count++;
  }

  #mostOf({ most }: RateLimit, percent: number): number {
    return Math.max(1, Math.floor((most * percent) / 100));
  }

  #windowOf(limit: RateLimit, { mchid, subMchid, nowMs }: Request): Window {
    const payee = typeof subMchid === 'string' ? subMchid : mchid;
    const key = `${rateLimits.indexOf(limit)}/${mchid}${limit.of === 'payee' ? `/${payee}` : ''}`;
    const startMs = Math.floor(nowMs / limit.perMs) * limit.perMs;
    const known = this.#windows.get(key);
    if (known?.startMs === startMs) return known;
    const fresh = { startMs, count: 0 };
    this.#windows.set(key, fresh);
    return fresh;
  }
}

function routeOf({ method, path }: Request['endpoint']): string {
  return `${method} ${path.replaceAll(/\{\w+\}/g, '{}')}`;
}

/** The refusal that the pages of the APIs name; the page of the rules calls it RATELIMIT_EXCEEDED. */
function tooMany({ perMs, of }: RateLimit, most: number): ApiProblem {
  const whose =
    of === 'payee'
      ? { en: 'the merchant that was paid', zh: '收款商户' }
      : { en: 'the merchant that signs', zh: '签名的商户' };
  return new ApiProblem(429, 'FREQUENCY_LIMITED', '频率超限，请降低请求频率', {
    internalCode: internalCodes.rateLimit,
    explanation: {
      en: `more than ${most} requests in ${perMs / 1000} s of ${whose.en}: wait, then send the same request again`,
      zh: `${whose.zh} ${perMs / 1000} 秒内的请求超过 ${most} 次：请稍候再发送同一请求`,
    },
  });
}

function refused(en: string, zh: string): ControlProblem {
  return new ControlProblem(400, 'BAD_REQUEST', en, zh);
}
