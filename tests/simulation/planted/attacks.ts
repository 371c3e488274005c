/** Guards against attacks that are missing, one line each: the test that is named for one must notice it. */
import type { Mistake } from './mistake.ts';

const app = (file: string) => `shared/app/${file}.ts`;
const cloud = (file: string) => `shared/cloudbase/${file}.ts`;
const payments = (file: string) => `shared/payments/${file}.ts`;
const shop = (file: string) => `shared/shop/${file}.ts`;

export const attacks: readonly Mistake[] = [
  {
    name: 'a callback may be replayed for days',
    file: 'shared/wechatpay/crypto/verifier.ts',
    from: 'const maxClockDifferenceMs = 5 * 60 * 1000;',
    to: 'const maxClockDifferenceMs = 5 * 24 * 3600 * 1000;',
    foundBy: 'shared/wechatpay/crypto/verifier.test.ts',
  },
  {
    name: 'an openid of another mini-program counts',
    file: app('entry'),
    from: '    checkAppid(app, caller.appid);\n',
    to: '',
    foundBy: 'shared/app/entry.test.ts',
  },
  {
    name: 'everybody is an operator',
    file: app('entry'),
    from: 'if (operator && isOperator(app, caller.openid)) return operator(userCall);',
    to: 'if (operator) return operator(userCall);',
    foundBy: 'shared/app/entry.test.ts',
  },
  {
    name: 'a client may say that it is a timer',
    file: cloud('invocation-source'),
    from: '  if (isCloudbaseEndUser(variables) || hops.some((hop) => clientSources.has(hop))) return false;\n',
    to: '',
    foundBy: 'shared/cloudbase/invocation-source.test.ts',
  },
  {
    name: 'an order that a client wrote is believed',
    file: cloud('documents'),
    from: 'return document && !(writtenByClient in document) ? document : undefined;',
    to: 'return document;',
    foundBy: 'shared/cloudbase/documents.test.ts',
  },
  {
    name: 'a path may leave its folder',
    file: cloud('file-id'),
    from: "segment === '' || segment === '.' || segment === '..'",
    to: "segment === '' || segment === '.'",
    foundBy: 'shared/cloudbase/file-id.test.ts',
  },
  {
    name: 'a log line may hold what a terminal obeys',
    file: cloud('logger'),
    from: 'return escapeControls(line.length <= maxLineLength ? line : JSON.stringify({ ...head, truncated: true }));',
    to: 'return line.length <= maxLineLength ? line : JSON.stringify({ ...head, truncated: true });',
    foundBy: 'shared/cloudbase/logger.test.ts',
  },
  {
    name: 'an amount from the client is let through',
    file: shop('cart'),
    from: '    z.strictObject({\n',
    to: '    z.object({\n',
    foundBy: 'shared/shop/cart.test.ts',
  },
  {
    name: 'a seller may change the goods of another',
    file: shop('seller-products'),
    from: 'const mine = { sellerId: seller._id };',
    to: 'const mine = {};',
    foundBy: 'shared/shop/seller-products.test.ts',
  },
  {
    name: 'a seller may see the money of another',
    file: payments('withdrawals/holder'),
    from: '!(isOperator || (openid !== undefined && seller.ownerOpenid === openid))',
    to: 'seller.ownerOpenid === null',
    foundBy: 'shared/payments/withdrawals/seller-funds.test.ts',
  },
  {
    name: "somebody else's order is shown",
    file: payments('orders/ownership'),
    from: "if (payment?.openid !== openid) throw new CommerceError('ORDER_NOT_FOUND');",
    to: "if (!payment) throw new CommerceError('ORDER_NOT_FOUND');",
    foundBy: 'shared/payments/orders/query.test.ts',
  },
  {
    name: "somebody else's order is refunded",
    file: payments('refunds/buyer-request'),
    from: "  if (order.openid !== openid) throw new CommerceError('ORDER_NOT_FOUND');\n",
    to: '',
    foundBy: 'shared/payments/refunds/buyer-request.test.ts',
  },
  {
    name: 'a buyer gets the goods and the money',
    file: payments('refunds/reserve'),
    from: "if (!hasHappened && refund.requestedBy === 'buyer' && isDeliveryBegun(order)) refusal = 'DELIVERY_BEGUN';",
    to: '',
    foundBy: 'shared/payments/refunds/buyer-request.test.ts',
  },
  {
    name: 'a complaint refunds another payment of the same number',
    file: payments('complaints/approve'),
    from: 'if (transactionId !== null && order.transactionId === transactionId) return order;',
    to: 'if (transactionId !== null) return order;',
    foundBy: 'shared/payments/complaints/approve.test.ts',
  },
  {
    name: 'a payment of another amount counts',
    file: payments('orders/classify'),
    from: "  if (transaction.amountFen !== order.amountFen) return 'WRONG_AMOUNT';\n",
    to: '',
    foundBy: 'shared/payments/orders/classify.test.ts',
  },
  {
    name: 'an order of a frozen seller can still be paid',
    file: payments('orders/create'),
    from: '  await checkSellers(ports, payment);\n',
    to: '',
    foundBy: 'shared/payments/orders/create-partner-order.test.ts',
  },
  {
    name: 'a bill that is not the announced one is read',
    file: payments('bills/download'),
    from: 'if (found.toLowerCase() !== sha1.toLowerCase()) {',
    to: 'if (found.length !== sha1.length) {',
    foundBy: 'shared/payments/bills/download.test.ts',
  },
  {
    name: 'a web page may call the sandbox',
    file: 'sandbox/wechatpay/control/guard.ts',
    from: 'if (origin !== null && !allowed(hostOf(origin))) {',
    to: "if (origin === 'null') {",
    foundBy: 'sandbox/wechatpay/control/control.test.ts',
  },
];
