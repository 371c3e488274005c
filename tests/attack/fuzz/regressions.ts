/** Inputs that broke a parser once. */
export const regressions: readonly {
  readonly parser: string;
  readonly what: string;
  readonly input: unknown;
}[] = [
  {
    parser: 'notification',
    what: 'a header that is an object',
    input: { rawBody: '{}', headers: { 'Wechatpay-Timestamp': { $ne: '' } } },
  },
  {
    parser: 'notification',
    what: 'a list of headers that cannot be text',
    input: { rawBody: '{}', headers: { 'Wechatpay-Nonce': [{ toString: 'x' }] } },
  },
  {
    parser: 'route',
    what: 'half a character in a path',
    input: {
      route: 'POST /v3/marketing/favor/users/{openid}/coupons',
      facts: {},
      value: { openid: '\ud800' },
    },
  },
];
