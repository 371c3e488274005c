/** Mistakes as people make them: one line each, which the stories must find. */
import { attacks } from './attacks.ts';
import type { Mistake } from './mistake.ts';
import { others } from './onboarding-and-keys.ts';

const orders = (file: string) => `shared/payments/orders/${file}.ts`;
const refunds = (file: string) => `shared/payments/refunds/${file}.ts`;
const sharing = (file: string) => `shared/payments/sharing/${file}.ts`;
const transfers = (file: string) => `shared/payments/transfers/${file}.ts`;
const withdrawals = (file: string) => `shared/payments/withdrawals/${file}.ts`;

const money: readonly Mistake[] = [
  {
    name: 'a paid order may become closed',
    file: orders('transitions'),
    from: "  SUCCESS: ['REFUND'],",
    to: "  SUCCESS: ['REFUND', 'CLOSED'],",
    foundBy: 'shared/payments/orders/transitions.test.ts',
  },
  {
    name: 'money for a closed order is not recorded',
    file: orders('transitions'),
    from: "  CLOSED: ['REVOKED', 'SUCCESS', 'REFUND'],",
    to: "  CLOSED: ['REVOKED'],",
    foundBy: 'shared/payments/orders/transitions.test.ts',
  },
  {
    name: 'a payment is not in the ledger',
    file: orders('record-transaction'),
    from: "  if (\n    typeof transactionId === 'string' &&\n    !(await isOwnPayment",
    to: "  if (\n    typeof transactionId === 'number' &&\n    !(await isOwnPayment",
  },
  {
    name: 'the ledger key of a payment is the time',
    file: orders('record-transaction'),
    from: 'reference: transactionId, atMs }',
    to: 'reference: String(atMs), atMs }',
  },
  {
    name: 'payments of a combined payment beyond the first are dropped',
    file: orders('transaction'),
    from: 'return wire.sub_orders.map((order) => ({',
    to: 'return wire.sub_orders.slice(0, 1).map((order) => ({',
  },
  {
    name: 'paid orders are not delivered',
    file: orders('classify'),
    from: "({ fulfilment: 'PENDING', fulfilAfterMs: nowMs } as const)",
    to: "({ fulfilment: 'PENDING', fulfilAfterMs: null } as const)",
  },
  {
    name: 'the amount refunded is not counted while the refund is on its way',
    file: refunds('reserve'),
    from: 'isPaid(order.state) ? order.amountFen - reservedFen(order) : 0',
    to: 'isPaid(order.state) ? order.amountFen : 0',
    foundBy: 'shared/payments/refunds/reserve.test.ts',
  },
  {
    name: 'the same refund reserves twice',
    file: refunds('reserve'),
    from: '    if (reserved) return undefined;',
    to: '    if (reserved && refunds.length > 1) return undefined;',
    foundBy: 'shared/payments/refunds/reserve.test.ts',
  },
  {
    name: 'a refused refund keeps its reservation',
    file: refunds('reserve'),
    from: 'const refunds = (order.refunds ?? []).filter(({ outRefundNo }) => outRefundNo !== refund._id);',
    to: 'const refunds = order.refunds ?? [];',
  },
  {
    name: 'a refund is in the ledger with the wrong sign',
    file: refunds('apply-status'),
    from: 'amountFen: -refund.amountFen, reference: refund._id',
    to: 'amountFen: refund.amountFen, reference: refund._id',
  },
  {
    name: 'a refund is in the ledger with the amount of the order',
    file: refunds('apply-status'),
    from: 'amountFen: -refund.amountFen, reference: refund._id',
    to: 'amountFen: -refund.totalFen, reference: refund._id',
  },
  {
    name: 'a closed refund is not released',
    file: refunds('apply-status'),
    from: '  await release(ports, refund);\n',
    to: '',
  },
  {
    name: 'a refund is recorded when it is accepted',
    file: refunds('apply-status'),
    from: "if (status.status === 'SUCCESS') return",
    to: "if (status.status !== 'CLOSED') return",
    foundBy: 'shared/payments/refunds/apply-status.test.ts',
  },
  {
    name: 'shares are not in the ledger',
    file: sharing('requests'),
    from: "    if (share.result !== 'SUCCESS') continue;",
    to: "    if (share.result !== 'CLOSED') continue;",
  },
  {
    name: 'all shares of an order have one ledger key',
    file: sharing('requests'),
    from: `reference: \`\${request.outOrderNo}/\${share.account}\``,
    to: `reference: \`\${sharing._id}/\${share.account}\``,
  },
  {
    name: 'a returned share is in the ledger as a share',
    file: sharing('returns'),
    from: "{ kind: 'SHARE_RETURN', amountFen, reference, atMs }",
    to: "{ kind: 'SHARE', amountFen, reference, atMs }",
  },
  {
    name: 'a transfer is in the ledger when it is not received',
    file: transfers('apply-status'),
    from: "if (state === 'SUCCESS') return succeed",
    to: "if (state === 'SUCCESS' || state === 'CANCELLED') return succeed",
  },
  {
    name: 'a withdrawal that came back stays withdrawn in the ledger',
    file: withdrawals('apply-status'),
    from: "kind: 'WITHDRAWAL_RETURN', amountFen, reference, atMs",
    to: "kind: 'WITHDRAWAL', amountFen, reference, atMs",
    foundBy: 'shared/payments/withdrawals/apply-status.test.ts',
  },
];

const loops: readonly Mistake[] = [
  {
    name: 'compare and set compares nothing',
    file: 'shared/core/versioned.ts',
    from: '{ version: doc.version ?? null }, next',
    to: '{}, next',
  },
  {
    name: 'the order is not checked again after the first time',
    file: orders('refresh'),
    from: 'return { checks, checkAfterMs: nowMs < endMs ? Math.min(nextMs, endMs) : nextMs };',
    to: 'return { checks, checkAfterMs: null };',
  },
  {
    name: 'an order that WeChat Pay never knew stays open',
    file: orders('refresh'),
    from: '  return closeHere(ports, payment, true);\n}\n\n/**',
    to: '  return payment;\n}\n\n/**',
    foundBy: 'shared/payments/reconcile/check-orders.test.ts',
  },
  {
    name: 'an unpaid order is asked about only after it expired',
    file: orders('refresh'),
    from: 'Math.min(nextMs, endMs)',
    to: 'Math.max(nextMs, endMs)',
    foundBy: 'shared/payments/reconcile/check-orders.test.ts',
  },
  {
    name: 'a delivery is not tried again',
    file: 'shared/payments/fulfilment/outbox.ts',
    from: 'return { fulfilAttempts: order.fulfilAttempts + 1, fulfilAfterMs };',
    to: 'return { fulfilAttempts: order.fulfilAttempts + 1, fulfilAfterMs: null };',
  },
  {
    name: 'any answer of the fulfilment function means done',
    file: 'shared/payments/fulfilment/outbox.ts',
    from: "if ('done' in answer) return answer.done === true;",
    to: "if ('done' in answer) return true;",
  },
  {
    name: 'refunded orders are delivered',
    file: 'shared/payments/fulfilment/outbox.ts',
    from: "return order.state === 'SUCCESS' || isReleased(order);",
    to: "return order.state === 'SUCCESS' || order.state === 'REFUND';",
    foundBy: 'shared/payments/fulfilment/refunded.test.ts',
  },
  {
    name: 'a refund whose answer was lost is given up',
    file: refunds('work'),
    from: '    if (isForLater(error) || isUnfunded(error)) return later(ports, refund, error);\n',
    to: '',
    foundBy: 'shared/payments/refunds/work.test.ts',
  },
  {
    name: 'a refused refund is not asked about',
    file: refunds('work'),
    from: "    if (error.kind !== 'refused' || !unknownCodes.has(error.code)) return later(ports, refund, error);",
    to: '',
    foundBy: 'shared/payments/refunds/work.test.ts',
  },
  {
    name: 'a refund in progress is not asked about again',
    file: refunds('apply-status'),
    from: 'nextAtMs: nowMs + delayAfter(queryDelaysMs, abnormal ? queryDelaysMs.length : current.attempts),',
    to: 'nextAtMs: null,',
  },
  {
    name: 'a retry of a refund has a new number',
    file: refunds('wire'),
    from: '    out_refund_no: refund._id,\n    ...(refund.reason',
    to: `    out_refund_no: \`\${refund._id}\${refund.attempts}\`,\n    ...(refund.reason`,
  },
  {
    name: 'the parameters of a refund are built anew for each attempt',
    file: refunds('work'),
    from: 'current.parameters ?? refundParameters(current, ports.notifyUrlOf(current.account))',
    to: 'refundParameters({ ...current, reason: String(current.attempts) }, ports.notifyUrlOf(current.account))',
    foundBy: 'shared/payments/refunds/work.test.ts',
  },
  {
    name: 'the rest of a shared order is not freed',
    file: sharing('decide'),
    from: '  return free(ports, sharing);\n}',
    to: "  return rest(ports, sharing, () => ({ state: 'SHARED', failure: null, attempts: 0, nextAtMs: null }));\n}",
    foundBy: 'shared/payments/sharing/decide.test.ts',
  },
  {
    name: 'a return of a share is not asked about again',
    file: sharing('step'),
    from: "    .filter((each) => each.state === 'RESERVED' || each.state === 'PROCESSING')\n",
    to: "    .filter((each) => each.state === 'PROCESSING')\n",
    foundBy: 'shared/payments/sharing/step.test.ts',
  },
  {
    name: 'a refund does not wait for the shares that come back',
    file: refunds('work'),
    from: '    if (!prepared.sharesReturned || isSettled(prepared)) return prepared;',
    to: '',
    foundBy: 'tests/payments/sharing.test.ts',
  },
  {
    name: 'a transfer that waits for its receiver is forgotten',
    file: transfers('apply-status'),
    from: 'nextAtMs: nextTurn(ports, attempts, waits ? expiresAtMs : null),',
    to: 'nextAtMs: waits ? null : nextTurn(ports, attempts, null),',
    foundBy: 'shared/payments/transfers/apply-status.test.ts',
  },
  {
    name: 'a refused transfer has ended without a query',
    file: transfers('work'),
    from: '    if (isForLater(error) || isUnfunded(error)) return later(ports, transfer, error);\n',
    to: '    if (isUnfunded(error)) return later(ports, transfer, error);\n    return conclude(ports, { ...transfer, state: "CHECKING" });\n',
    foundBy: 'shared/payments/transfers/work.test.ts',
  },
  {
    name: 'a withdrawal in progress is not asked about again',
    file: withdrawals('apply-status'),
    from: 'return { ...common, attempts, nextAtMs: nowMs + delayMs };',
    to: 'return { ...common, attempts, nextAtMs: null };',
    foundBy: 'shared/payments/withdrawals/apply-status.test.ts',
  },
  {
    name: 'one item that fails stops the queue',
    file: 'shared/core/due.ts',
    from: 'await failAlone(ports, queue, run, item, error);',
    to: 'throw error;',
    foundBy: 'shared/core/due.test.ts',
  },
];

const callbacks: readonly Mistake[] = [
  {
    name: 'a callback is acknowledged before it is recorded',
    file: 'shared/payments/notifications/endpoint.ts',
    from: 'const isNew = await receiveNotification(ports, notification, account);',
    to: 'const isNew = true; void receiveNotification(ports, notification, account).catch(() => undefined);',
    foundBy: 'shared/payments/notifications/endpoint.test.ts',
  },
  {
    name: 'a callback counts as known before it is applied',
    file: 'shared/payments/notifications/receive.ts',
    from: '  const outcomes = await apply(ports, notification, account);',
    to: '  const outcomes: Outcome[] = []; void apply(ports, notification, account).catch(() => undefined);',
    foundBy: 'shared/payments/notifications/receive.test.ts',
  },
  {
    name: 'errors while recording a callback are answered with success',
    file: 'shared/payments/notifications/endpoint.ts',
    from: '    if (!(error instanceof WechatpayError)) throw error;',
    to: '    if (!(error instanceof WechatpayError)) return { statusCode: 204 };',
    foundBy: 'shared/payments/notifications/endpoint.test.ts',
  },
  {
    name: 'signatures of callbacks are not verified',
    file: 'shared/wechatpay/notifications/notifications.ts',
    from: '  await verifySignature({ headers: request.headers, rawBody }, context);\n',
    to: '',
    foundBy: 'shared/wechatpay/notifications/notifications.test.ts',
  },
  {
    name: 'a wrong signature passes',
    file: 'shared/wechatpay/crypto/verifier.ts',
    from: "if (verify('RSA-SHA256', signed, key, Buffer.from(signature, 'base64'))) return;",
    to: "if (verify('RSA-SHA256', signed, key, Buffer.from(signature, 'base64')) || signature.length > 100) return;",
    foundBy: 'shared/wechatpay/crypto/verifier.test.ts',
  },
  {
    name: 'a probe is taken for a message',
    file: 'shared/wechatpay/crypto/verifier.ts',
    from: "'SIGNATURE_PROBE',\n",
    to: "'SIGNATURE_PROBE_SEEN',\n",
    foundBy: 'shared/wechatpay/crypto/verifier.test.ts',
  },
  {
    name: 'the signature is over the body alone',
    file: 'shared/wechatpay/crypto/signer.ts',
    from: `return \`\${method}\\n\${path}\\n\${timestamp}\\n\${nonce}\\n\${body}\\n\`;`,
    to: `return \`\${method}\\n\${path}\\n\${timestamp}\\n\${nonce}\\n\${body}\`;`,
    foundBy: 'shared/wechatpay/crypto/signer.test.ts',
  },
  {
    name: 'paySign is made with another appid',
    file: orders('prepay'),
    from: 'paySign({ appid: subAppid ?? appid, prepayId }',
    to: `paySign({ appid: \`\${appid} \`, prepayId }`,
    foundBy: 'shared/payments/orders/create-partner-order.test.ts',
  },
  {
    name: 'an unsigned refusal is believed',
    file: 'shared/wechatpay/http/response.ts',
    from: 'verified: signed && !distrust }',
    to: 'verified: true }',
    foundBy: 'shared/wechatpay/http/client.test.ts',
  },
];

const sources: readonly Mistake[] = [
  {
    name: 'only users may call',
    file: 'shared/cloudbase/invocation-source.ts',
    from: "  if (hops.at(-1) === 'scf') return serverCall(variables);",
    to: '',
    foundBy: 'shared/cloudbase/invocation-source.test.ts',
  },
  {
    name: 'the timer is not recognised',
    file: 'shared/cloudbase/invocation-source.ts',
    from: "  return hops.at(-1) === 'wx_trigger' || variables.TRIGGER_SRC === 'timer';",
    to: "  return hops.at(-1) === 'timer';",
    foundBy: 'shared/cloudbase/invocation-source.test.ts',
  },
];

export const mistakes: readonly Mistake[] = [
  ...money,
  ...loops,
  ...callbacks,
  ...sources,
  ...others,
  ...attacks,
];
