/** What the phone beside the page says about its calls over the network and its storage. */

export interface PhoneCall {
  id: string;
  /** Without `wx.`, e.g. `cloud.callFunction`. */
  name: string;
  openid: string;
  /** Epoch ms on the sandbox's clock. */
  startedAtMs: number;
  options: unknown;
  /** These three are absent while it runs. */
  durationMs?: number;
  failed?: boolean;
  answer?: unknown;
}

type PhoneMessage =
  | { type: 'call'; call: PhoneCall }
  | { type: 'storage'; openid: string; entries: Record<string, unknown> };

const keepCalls = 1_000;

export class PhonePanel {
  /** Oldest first. */
  #calls = new Map<string, PhoneCall>();
  openid = '';
  storage: Readonly<Record<string, unknown>> = {};

  get calls(): PhoneCall[] {
    return [...this.#calls.values()];
  }

  /** @returns whether it changed anything that is shown */
  receive(message: unknown): boolean {
    if (!isPhoneMessage(message)) return false;
    if (message.type === 'storage') {
      this.openid = message.openid;
      this.storage = message.entries;
      return true;
    }
    this.#calls.set(message.call.id, message.call);
    if (this.#calls.size > keepCalls) this.#calls.delete(this.#calls.keys().next().value!);
    return true;
  }

  clear(): void {
    this.#calls.clear();
  }
}

function isPhoneMessage(message: unknown): message is PhoneMessage {
  const { source, type } = Object(message) as { source?: unknown; type?: unknown };
  return source === 'phone' && (type === 'call' || type === 'storage');
}

/** The name of what was called: the cloud function, the URL's path, or nothing more than the API. */
export function targetOf({ name, options }: PhoneCall): string {
  const given = Object(options) as Record<string, unknown>;
  if (name === 'cloud.callFunction') return String(given.name ?? '');
  if (name === 'cloud.uploadFile') return String(given.cloudPath ?? '');
  return typeof given.url === 'string' ? given.url : '';
}

export interface CallOutcome {
  tone: 'ok' | 'bad' | 'warn';
  /** Absent while it runs. */
  text: string | undefined;
}

/** `ok`, the code of a function's refusal, or WeChat's error. */
export function outcomeOf({ durationMs, failed, answer }: PhoneCall): CallOutcome {
  if (durationMs === undefined) return { tone: 'warn', text: undefined };
  const { errMsg, errCode, result } = Object(answer) as Record<string, unknown>;
  if (failed) {
    if (String(errMsg).endsWith('fail cancel')) return { tone: 'warn', text: 'cancel' };
    return { tone: 'bad', text: typeof errCode === 'number' ? String(errCode) : 'fail' };
  }
  const { ok, error } = Object(result) as { ok?: unknown; error?: { code?: unknown } };
  if (ok === false) return { tone: 'bad', text: String(error?.code ?? 'error') };
  return { tone: 'ok', text: 'ok' };
}

/** The invocation of the cloud function, by which the timeline finds what it did. */
export function invocationIdOf({ answer }: PhoneCall): string | undefined {
  const { requestID, errMsg } = Object(answer) as Record<string, unknown>;
  if (typeof requestID === 'string' && requestID !== '') return requestID;
  return /requestID ([\w-]+)/.exec(String(errMsg))?.[1];
}
