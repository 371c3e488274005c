/** The details of WeChat Pay's refusal besides its code: the official form is `{code, message, detail: {field, value, issue, location}}`. */
import type { Exchange } from './events.ts';

export interface Refusal {
  /** In WeChat Pay's own words. */
  message: string | undefined;
  /** Added by the sandbox; the real WeChat Pay does not send it. */
  explanation: string | undefined;
  explanationZh: string | undefined;
  /** JSON pointer. */
  field: string | undefined;
  /** `body`, `query`, … */
  location: string | undefined;
  rule: string | undefined;
  received: string | undefined;
}

/** @returns undefined when it was not refused */
export function refusalOf({ verdict, answer, explanation, explanationZh }: Exchange): Refusal | undefined {
  if (verdict !== 'refused') return undefined;
  const { code, message, detail } = (parsed(answer?.body ?? '') ?? {}) as {
    code?: unknown;
    message?: unknown;
    detail?: Record<string, unknown>;
  };
  const received = detail?.value;
  const refusal = {
    // An answer of the sandbox's own has no code, and a message that repeats the explanation in both languages.
    message: code === undefined ? undefined : text(message),
    explanation,
    explanationZh,
    field: text(detail?.field),
    location: text(detail?.location),
    rule: text(detail?.issue),
    received:
      received === undefined || received === null ? undefined : (text(received) ?? JSON.stringify(received)),
  };
  return Object.values(refusal).some((value) => value !== undefined) ? refusal : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
