import * as z from 'zod';
import { accountNames } from '../../accept/own-orders.ts';
import { asJson } from '../../accept/report.ts';
import { SandboxProblem } from '../../package/problem.ts';
import { tool } from '../tool.ts';

const command = (what: string) => z.string().min(1).describe(what);

export const acceptanceTools = [
  tool('accept_backend', {
    title: 'Test a running backend',
    description:
      'Runs the checks of Tencent’s integration checklist against a backend that uses the sandbox in place of WeChat Pay: forged, late, duplicated and lost callbacks, lost answers, rotation of keys, refunds retried under one number. Your shell commands drive the backend. Each result says what failed, why it matters and how to fix it. Takes a few minutes.',
    input: z.object({
      notifyUrl: z
        .url({ protocol: /^https?$/ })
        .optional()
        .describe('where the backend receives callbacks; without "place" enough for the forged ones'),
      account: z.enum(accountNames).default('direct').describe('whose callbacks notifyUrl gets'),
      place: command(
        'lets the backend place an order and prints its out_trade_no; $REQUEST_TOKEN is the same for a double tap',
      ).optional(),
      paid: command('exits with 0 when $OUT_TRADE_NO is paid for the backend').optional(),
      effects: command('prints how often $OUT_TRADE_NO had its effect').optional(),
      refund: command('refunds $AMOUNT_FEN of $OUT_TRADE_NO').optional(),
      waitSeconds: z.number().min(0).max(600).default(10),
      only: z.array(z.string()).optional().describe('ids of the checks to run'),
    }),
    runsCommands: true,
    run: async ({ notifyUrl, account, waitSeconds, only, ...commands }, session, progress) => {
      if (notifyUrl === undefined && commands.place === undefined)
        throw new SandboxProblem(
          'Give "place", a shell command, or "notifyUrl", such as http://127.0.0.1:3000/notify.',
          '请提供 "place"（shell 命令）或 "notifyUrl"，例如 http://127.0.0.1:3000/notify。',
        );
      let done = 0;
      const results = await session.parts.accept({
        sandboxUrl: session.url,
        account,
        ...(notifyUrl !== undefined && { notifyUrl }),
        commands: Object.fromEntries(Object.entries(commands).filter(([, given]) => given !== undefined)),
        waitMs: waitSeconds * 1000,
        ...(only && { only }),
        onResult: ({ id, verdict }) => progress(++done, `${id}: ${verdict.kind}`),
      });
      return JSON.parse(asJson(results));
    },
  }),
];
