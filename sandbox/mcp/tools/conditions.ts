import * as z from 'zod';
import { millisecondsOf } from '../../package/duration.ts';
import { faultKinds } from '../../wechatpay/http/faults.ts';
import { tool } from '../tool.ts';

const fault = z.object({
  route: z
    .string()
    .min(1)
    .describe(
      'an API by name or path ("POST /v3/refund/domestic/refunds"), a path that ends in *, * or notify',
    ),
  kind: z.enum(faultKinds),
  mchid: z.string().optional().describe('only requests that this merchant signs'),
  times: z.int().min(1).optional().describe('how many requests it affects; all when absent'),
  probability: z.number().min(0).max(1).optional(),
  afterEffect: z.boolean().optional().describe('the request takes effect, then the answer is lost'),
  latencyMs: z.int().min(0).max(60_000).optional(),
  status: z.int().optional().describe('for system-error: 500, 502 or 503'),
});

export const conditionTools = [
  tool('get_clock', {
    title: 'Read the clock',
    description: 'The time on the sandbox’s clock, and what falls due next.',
    input: z.object({}),
    readOnly: true,
    run: (_, session) => session.call('GET', 'clock'),
  }),
  tool('advance_clock', {
    title: 'Advance the clock',
    description:
      'Moves the sandbox’s clock forward and runs what falls due on the way: retries of callbacks (15s, 15s, 30s, 3m …), expiry of orders, the end of refunds, bills.',
    input: z.object({ by: z.string().describe('such as "15s", "30m", "2h", "1d"') }),
    run: ({ by }, session) => session.call('POST', 'clock', { advanceMs: millisecondsOf(by) }),
  }),
  tool('set_faults', {
    title: 'Inject faults',
    description:
      'Replaces all faults; an empty list takes them back. They make requests fail as they do in production: connection reset before or after the effect, 429, 5xx, unsigned response, latency.',
    input: z.object({ faults: z.array(fault).max(100) }),
    run: ({ faults }, session) => session.call('PUT', 'faults', faults),
  }),
];
