import * as z from 'zod';
import type { SandboxNotification, SandboxOrder } from '../../package/control-types.ts';
import { part, tool } from '../tool.ts';

const outTradeNo = z.string().min(1).describe('out_trade_no, or combine_out_trade_no');

interface Paid {
  readonly order: SandboxOrder;
  readonly notificationId?: string;
}

export const orderTools = [
  tool('list_orders', {
    title: 'List orders',
    description: 'The newest orders with state, refunds and callbacks.',
    input: z.object({ limit: z.int().min(1).max(200).default(20) }),
    readOnly: true,
    run: ({ limit }, session) => session.call('GET', `orders?limit=${limit}`),
  }),
  tool('get_order', {
    title: 'Get an order',
    description: 'One order with its sub-orders, refunds and callbacks.',
    input: z.object({ outTradeNo }),
    readOnly: true,
    run: ({ outTradeNo }, session) => session.call('GET', `orders/${part(outTradeNo)}`),
  }),
  tool('pay_order', {
    title: 'Pay an order as its payer',
    description:
      'Plays the payer: pays, fails at the bank (PAYERROR) or leaves the cashier (CANCELLED). After a payment it returns the callback with the first attempt to deliver it: the HTTP status of your notify_url, or why it was not reached.',
    input: z.object({
      outTradeNo,
      result: z.enum(['SUCCESS', 'PAYERROR', 'CANCELLED']).default('SUCCESS'),
      openid: z.string().min(1).optional().describe('the payer, where the order names none'),
    }),
    run: async ({ outTradeNo, ...payer }, { call }) => {
      const { order, notificationId } = await call<Paid>('POST', `orders/${part(outTradeNo)}/pay`, payer);
      if (notificationId === undefined) return { order };
      // Moving the clock waits for what is on its way.
      await call('POST', 'clock', { advanceMs: 0 });
      const { notification } = await call<{ notification: SandboxNotification }>(
        'GET',
        `notifications/${part(notificationId)}`,
      );
      return { order, callback: notification };
    },
  }),
  tool('settle_refund', {
    title: 'End a refund',
    description: 'Ends a refund now; otherwise it ends by itself after two minutes of the sandbox’s clock.',
    input: z.object({
      outRefundNo: z.string().min(1),
      result: z.enum(['SUCCESS', 'CLOSED', 'ABNORMAL']).default('SUCCESS'),
    }),
    run: ({ outRefundNo, result }, session) =>
      session.call('POST', `refunds/${part(outRefundNo)}/settle`, { result }),
  }),
];
