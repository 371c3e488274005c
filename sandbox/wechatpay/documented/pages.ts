/** The official page of an API, for whoever reads why a request was refused. */
import { documentedApis } from './facts.ts';
import { patternOf } from './pattern.ts';

/**
 * Pages that the documented facts do not name, below https://pay.weixin.qq.com/; where the facts name those of another
 * product, the pages of payments by mini-program.
 */
const ownPages: Readonly<Record<string, string>> = {
  'POST /v3/pay/transactions/jsapi': 'doc/v3/merchant/4012791897',
  'POST /v3/pay/partner/transactions/jsapi': 'doc/v3/partner/4012523593',
  'POST /v3/combine-transactions/jsapi': 'doc/v3/merchant/4012556926',
  'GET /v3/pay/transactions/out-trade-no/{}': 'doc/v3/merchant/4012791900',
  'GET /v3/pay/transactions/id/{}': 'doc/v3/merchant/4012791899',
  'POST /v3/pay/transactions/out-trade-no/{}/close': 'doc/v3/merchant/4012791901',
  'GET /v3/pay/partner/transactions/out-trade-no/{}':
    'docs/partner/apis/partner-query-order/partner-jsons/partner-query-by-out-trade-no.html',
  'GET /v3/pay/partner/transactions/id/{}':
    'docs/partner/apis/partner-miniprogram-payment/query-by-wx-trade-no.html',
  'POST /v3/pay/partner/transactions/out-trade-no/{}/close': 'doc/v3/partner/4012759669',
  'POST /v3/combine-transactions/out-trade-no/{}/close': 'doc/v3/partner/4015973150',
  'POST /v3/refund/domestic/refunds': 'docs/merchant/products/refund/apilist.html',
  'GET /v3/refund/domestic/refunds/{}': 'docs/merchant/apis/refund/refunds/query-by-out-refund-no.html',
  'GET /v3/certificates': 'doc/v3/merchant/4012551764',
  'POST /v3/merchant/fund/withdraw': 'docs/partner/apis/ecommerce-withdraw/with-draws/create-withdraw.html',
  'POST /v3/merchant-service/complaints-v2/{}/response-immediate-service': 'doc/v3/partner/4017151726',
  'POST /v3/ecommerce/applyments/out-request-no/{}/revoke': 'doc/v3/partner/4015616721',
  'POST /v3/ecommerce/applyments/{}/revoke': 'doc/v3/partner/4015616720',
  'POST /v3/fund-app/mch-transfer/transfer-bills/transfer': 'doc/v3/merchant/4014399371',
  'POST /v3/fund-app/mch-transfer/user-confirm-authorization': 'doc/v3/merchant/4015901167',
  'GET /v3/fund-app/mch-transfer/user-confirm-authorization/out-authorization-no/{}':
    'doc/v3/merchant/4014399423',
  'POST /v3/fund-app/mch-transfer/user-confirm-authorization/out-authorization-no/{}/close':
    'doc/v3/merchant/4015653811',
  'POST /v3/security/echo': 'doc/v3/merchant/4014551946',
  'POST /v3/merchant/media/upload': 'doc/v3/partner/4012760490',
};

/** One page describes all APIs of a family. */
const familyPages: readonly (readonly [prefix: string, page: string])[] = [
  ['/v3/profitsharing/', 'docs/merchant/products/profit-sharing/apilist.html'],
];

const basicRules = 'doc/v3/merchant/4012081709';
/** How a request is signed, and what its Authorization header says. */
const signing = 'doc/v3/merchant/4012365336';

/** What is checked before the API itself, and where its rule is written. */
const checkPages: Readonly<Record<string, string>> = {
  headers: basicRules,
  authorization: signing,
  merchant: signing,
  timestamp: signing,
  nonce: signing,
  signature: signing,
};

let pages: ReadonlyMap<string, string> | undefined;

/** @returns undefined where no page is known */
export function officialPage({ method, path }: { method: string; path: string }): string | undefined {
  pages ??= new Map([
    ...documentedApis().flatMap(({ route, page }) =>
      page === undefined ? [] : [[patternOf(route), page] as const],
    ),
    ...Object.entries(ownPages),
  ]);
  const page =
    pages.get(patternOf(`${method} ${path}`)) ?? familyPages.find(([prefix]) => path.startsWith(prefix))?.[1];
  return page && address(page);
}

/**
 * Where the rule is written that a refused request broke: of the API it called, or of all APIs.
 * @param check as in the exchange log
 */
export function pageOfRefusal(
  check: string | undefined,
  route: { method: string; path: string } | undefined,
): string {
  const general = check === undefined ? undefined : checkPages[check];
  if (general !== undefined) return address(general);
  return (route && officialPage(route)) ?? address(basicRules);
}

function address(page: string): string {
  return `https://pay.weixin.qq.com/${page}`;
}
