/** A working body for each control call that takes one; a refusal of an invalid body ends with it. */
const examples: Readonly<Record<string, unknown>> = {
  'POST /_sandbox/orders/{out_trade_no}/pay': { result: 'SUCCESS' },
  'POST /_sandbox/scan': { codeUrl: 'weixin://wxpay/bizpayurl?pr=4Eo24ZRzz' },
  'POST /_sandbox/payment-codes': { openid: 'oPayer1', password: false },
  'POST /_sandbox/notifications/{id}/replay': { tamper: 'signature', times: 1 },
  'POST /_sandbox/notifications/settings': { hold: true, duplicates: 1, probe: false },
  'POST /_sandbox/notifications/release': { order: 'in-order' },
  'POST /_sandbox/keys': { mode: 'switching', rotate: 'announce' },
  'POST /_sandbox/clock': { advanceMs: 15_000 },
  'PUT /_sandbox/faults': [{ route: 'POST /v3/refund/domestic/refunds', kind: 'system-error', times: 1 }],
  'POST /_sandbox/sub-merchants/{sub_mchid}': { frozen: true },
  'POST /_sandbox/refunds/{out_refund_no}/settle': { result: 'SUCCESS' },
  'POST /_sandbox/merchants/{mchid}/balance': { addFen: 10_000 },
  'POST /_sandbox/transfers/{out_bill_no}/confirm': { result: 'SUCCESS' },
  'POST /_sandbox/transfer-authorizations/{out_authorization_no}/decide': { agrees: true },
  'POST /_sandbox/withdrawals/{out_request_no}/settle': { result: 'SUCCESS' },
  'POST /_sandbox/sharing/{account}': { maxRatio: 3_000, returnConsent: true },
};

const longestShown = 200;

/** The received value and one that works: the end of an error message that names the field at fault. */
export function givenAndExample(method: string, path: string, text: string): string {
  const given = text.trim() === '' ? 'no body' : text.trim().slice(0, longestShown);
  const example = examples[`${method} ${path}`];
  return ` Given: ${given}.${example === undefined ? '' : ` This works: ${JSON.stringify(example)}`}`;
}
