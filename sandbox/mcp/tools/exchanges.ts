import * as z from 'zod';
import type { SandboxExchange } from '../../package/control-types.ts';
import { SandboxProblem } from '../../package/problem.ts';
import { part, tool } from '../tool.ts';

interface Exchanges {
  readonly exchanges: readonly (SandboxExchange & { readonly fidelity?: string })[];
}

export const exchangeTools = [
  tool('list_exchanges', {
    title: 'List requests and responses',
    description:
      'What the program under test sent to the sandbox, newest first: API, status, verdict, and for a refused one why. explain_exchange shows one in full.',
    input: z.object({
      limit: z.int().min(1).max(500).default(20),
      outTradeNo: z.string().min(1).optional(),
      refusedOnly: z.boolean().default(false),
    }),
    readOnly: true,
    run: async ({ limit, outTradeNo, refusedOnly }, session) => {
      const query = outTradeNo === undefined ? '' : `&outTradeNo=${part(outTradeNo)}`;
      const { exchanges } = await session.call<Exchanges>('GET', `exchanges?limit=2000${query}`);
      const wanted = exchanges.filter(({ verdict }) => !refusedOnly || verdict === 'refused');
      return { exchanges: wanted.slice(0, limit).map(summaryOf) };
    },
  }),
  tool('explain_exchange', {
    title: 'Explain one request and its response',
    description:
      'One exchange in full: headers and bodies, the check that refused it, and for a wrong signature the message that was expected, the first byte that differs and the likely cause.',
    input: z.object({ id: z.int().min(1).describe('from list_exchanges') }),
    readOnly: true,
    run: async ({ id }, session) => {
      const { exchanges } = await session.call<Exchanges>('GET', 'exchanges?limit=2000');
      const found = exchanges.find((exchange) => exchange.id === id);
      if (found) return found;
      throw new SandboxProblem(
        `There is no exchange ${id} among the newest 2000. list_exchanges gives their ids.`,
        `最近 2000 次请求中没有 ${id}。list_exchanges 列出编号。`,
      );
    },
  }),
];

function summaryOf({ id, atMs, api, request, answer, verdict, code, ...rest }: SandboxExchange) {
  return {
    id,
    at: new Date(atMs).toISOString(),
    api,
    request: `${request.method} ${request.target}`,
    status: answer?.status ?? null,
    verdict,
    code,
    explanation: rest.explanation,
    explanationZh: rest.explanationZh,
    outTradeNo: rest.outTradeNo,
    fidelity: rest.fidelity,
    warnings: rest.warnings,
  };
}
