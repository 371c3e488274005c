import { type WeixinAnswer, WeixinError } from '../core/weixin-api.ts';

/** `fetch` of this process, or a test's. */
type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface HttpOptions {
  readonly fetch: Fetch;
  /** Origin of api.weixin.qq.com, or of its substitute. */
  readonly base: string;
  readonly timeoutMs: number;
}

/**
 * POSTs JSON. The target may hold an access token, so no error names it.
 * @throws WeixinError unknown, when there is no answer that can be read
 */
export async function postJson(
  { fetch, base, timeoutMs }: HttpOptions,
  target: string,
  body: Readonly<Record<string, unknown>>,
): Promise<WeixinAnswer> {
  const path = target.split('?')[0];
  try {
    const response = await fetch(`${base}${target}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    return readAnswer(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'no answer';
    throw new WeixinError('unknown', undefined, `POST ${path}: ${reason}`.slice(0, 300));
  }
}

function readAnswer(text: string): WeixinAnswer {
  const answer: unknown = JSON.parse(text);
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer))
    throw new Error('not an object');
  if ('errcode' in answer && typeof answer.errcode !== 'number') throw new Error('errcode is not a number');
  return answer as WeixinAnswer;
}
