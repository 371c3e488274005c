/** Stands in for sandbox/wechatpay/documented/endpoints.ts. */
export function documentedEndpoints(): [] {
  return [];
}
