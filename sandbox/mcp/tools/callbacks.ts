import * as z from 'zod';
import { tampers } from '../../wechatpay/notifications/types.ts';
import { part, tool } from '../tool.ts';

export const callbackTools = [
  tool('list_callbacks', {
    title: 'List callbacks',
    description: 'Callbacks with what is encrypted in them, their state and every attempt to deliver them.',
    input: z.object({
      limit: z.int().min(1).max(200).default(20),
      outTradeNo: z.string().min(1).optional(),
    }),
    readOnly: true,
    run: ({ limit, outTradeNo }, session) => {
      const query = outTradeNo === undefined ? '' : `&outTradeNo=${part(outTradeNo)}`;
      return session.call('GET', `notifications?limit=${limit}${query}`);
    },
  }),
  tool('replay_callback', {
    title: 'Send a callback again, genuine or forged',
    description:
      'Delivers it again at once and returns the receiver’s answer. With "tamper" it is forged, and a correct receiver refuses it with 4xx or 5xx.',
    input: z.object({
      id: z.string().min(1).describe('from list_callbacks'),
      tamper: z.enum(tampers).optional(),
      times: z.int().min(1).max(100).default(1),
    }),
    run: ({ id, ...options }, session) => session.call('POST', `notifications/${part(id)}/replay`, options),
  }),
  tool('callback_settings', {
    title: 'How callbacks are delivered',
    description:
      'hold: deliver nothing until release_callbacks. duplicates: extra deliveries after an acknowledged one. probe: a SIGNTEST probe before the first delivery.',
    input: z.object({
      hold: z.boolean().optional(),
      duplicates: z.int().min(0).max(20).optional(),
      probe: z.boolean().optional(),
    }),
    run: (settings, session) => session.call('POST', 'notifications/settings', settings),
  }),
  tool('release_callbacks', {
    title: 'Deliver held callbacks',
    description:
      'Delivers what was held, in order or reversed, and waits for the answers. New ones are no longer held.',
    input: z.object({ order: z.enum(['in-order', 'reversed']).default('in-order') }),
    run: (options, session) => session.call('POST', 'notifications/release', options),
  }),
];
