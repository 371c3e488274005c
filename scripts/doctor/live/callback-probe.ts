/** Whether an address leads to our payNotify: an unsigned POST must be refused with its own message. */
export type CallbackProbe =
  /** payNotify itself, for this account. */
  | { readonly kind: 'own' }
  /** payNotify answered, but does not know this account or is set up wrongly. */
  | { readonly kind: 'own-failing'; readonly status: number; readonly message: string }
  | { readonly kind: 'redirect'; readonly status: number; readonly location: string }
  | { readonly kind: 'elsewhere'; readonly status: number; readonly said: string }
  | { readonly kind: 'unreachable'; readonly reason: string };

/** @param url with the account's name at its end */
export async function probeCallback(url: string, timeoutMs = 8_000): Promise<CallbackProbe> {
  let answer: Response;
  let text: string;
  try {
    answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': 'wechatpay-cloudbase doctor' },
      body: '{}',
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    text = (await answer.text()).slice(0, 4_096);
  } catch (error) {
    return { kind: 'unreachable', reason: reasonOf(error) };
  }
  const { status } = answer;
  if (status >= 300 && status < 400) {
    return { kind: 'redirect', status, location: (answer.headers.get('location') ?? '').slice(0, 200) };
  }
  const message = ownMessage(text);
  if (message === undefined) return { kind: 'elsewhere', status, said: summaryOf(text) };
  return status === 401 ? { kind: 'own' } : { kind: 'own-failing', status, message };
}

/** `{"code":"FAIL","message":…}` is what payNotify says to anything that it does not accept. */
function ownMessage(text: string): string | undefined {
  try {
    const body: unknown = JSON.parse(text);
    const { code, message } = body as { code?: unknown; message?: unknown };
    return code === 'FAIL' && typeof message === 'string' ? message.slice(0, 100) : undefined;
  } catch {
    return undefined;
  }
}

function summaryOf(text: string): string {
  const title = /<title>([^<]*)<\/title>/i.exec(text)?.[1] ?? text;
  return title.replace(/\s+/g, ' ').trim().slice(0, 100);
}

function reasonOf(error: unknown): string {
  const { cause, name, message } = error as Error & { cause?: { code?: string; message?: string } };
  if (name === 'TimeoutError') return 'no answer in time';
  return cause?.code ?? cause?.message ?? message;
}
