/** Whether an invocation failed, and which error its caller received. */
import type { Invocation } from './events.ts';

/** The answer of a function of this repository that refuses. */
interface Refusal {
  ok?: boolean;
  error?: { code?: string; message?: string; messageEn?: string };
  statusCode?: number;
}

/** The code of the error that the caller got; undefined when all went well. */
export function problemOf({ error, result }: Invocation): string | undefined {
  const answer = result as Refusal | null | undefined;
  if (error) return error.code;
  if (answer?.ok === false) return answer.error?.code ?? 'ERROR';
  if (answer?.statusCode !== undefined && answer.statusCode >= 400) return `HTTP ${answer.statusCode}`;
  return undefined;
}

/** The sentences that the phone can show: of the function when it answered, else of the platform. */
export function reportedToPhone(invocation: Invocation): { zh: string; en: string } | undefined {
  const { source, clientError, result } = invocation;
  if (source !== 'user') return undefined;
  if (clientError) return { zh: clientError.errMsg, en: clientError.errMsg };
  const { ok, error } = (result ?? {}) as Refusal;
  if (ok !== false || !error) return undefined;
  const zh = error.message ?? error.code ?? '';
  return { zh, en: error.messageEn ?? zh };
}
