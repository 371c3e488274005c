/** What the page knows: events of the sandbox as they come, and settings of the reader. */
import { useEffect, useState } from 'preact/hooks';

export interface SandboxEvent {
  id: number;
  atMs: number;
  type: string;
  outTradeNo?: string;
  data: unknown;
}

export type Tab =
  | 'timeline'
  | 'exchanges'
  | 'notifications'
  | 'applications'
  | 'database'
  | 'faults'
  | 'keys';

export interface State {
  connected: boolean;
  events: SandboxEvent[];
  /** Grows with each change of `events`: they are appended in place. */
  revision: number;
  tab: Tab;
  language: 'zh' | 'en';
  theme: 'auto' | 'light' | 'dark';
  /** The order whose timeline is shown. */
  order: string | undefined;
  user: string;
  /** Sandbox clock minus this machine's clock, ms. */
  clockOffsetMs: number;
  toast: { text: string; kind: 'ok' | 'error' } | undefined;
}

const keepEvents = 30_000;

const state: State = {
  connected: false,
  events: [],
  revision: 0,
  tab: (location.hash.slice(1) || 'timeline') as Tab,
  language:
    (localStorage.getItem('language') as State['language']) ??
    (navigator.language.startsWith('zh') ? 'zh' : 'en'),
  theme: (localStorage.getItem('theme') as State['theme']) ?? 'auto',
  order: undefined,
  user: localStorage.getItem('user') ?? '',
  clockOffsetMs: 0,
  toast: undefined,
};

const listeners = new Set<() => void>();
let scheduled = false;

/** At most one render per frame, however many events arrive. */
function changed(): void {
  if (scheduled) return;
  scheduled = true;
  requestAnimationFrame(() => {
    scheduled = false;
    for (const listener of listeners) listener();
  });
}

export function update(patch: Partial<State>): void {
  Object.assign(state, patch);
  for (const key of ['language', 'theme', 'user'] as const) {
    if (patch[key] !== undefined) localStorage.setItem(key, patch[key]);
  }
  if (patch.tab) history.replaceState(null, '', `#${patch.tab}`);
  changed();
}

export function useStore(): State {
  const [, render] = useState(0);
  useEffect(() => {
    const listener = () => render((count) => count + 1);
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }, []);
  return state;
}

export function toast(text: string, kind: 'ok' | 'error' = 'ok'): void {
  const shown = { text, kind };
  update({ toast: shown });
  setTimeout(() => state.toast === shown && update({ toast: undefined }), 4000);
}

/** Runs an action and tells its failure; nothing that the reader does fails in silence. */
export async function attempt(action: () => Promise<unknown>, done?: string): Promise<void> {
  try {
    await action();
    if (done) toast(done);
  } catch (error) {
    toast(error instanceof Error ? error.message : String(error), 'error');
  }
}

const eventTypes = [
  'exchange',
  'notification',
  'order',
  'application',
  'invocation',
  'document',
  'file',
  'keys',
  'clock',
  'faults',
  'reset',
];

/** Follows the sandbox's events from the first it still has; the browser reconnects and resumes by itself. */
export function follow(url = '/_sandbox/events?lastEventId=0'): void {
  const source = new EventSource(url);
  source.onopen = () => update({ connected: true });
  source.onerror = () => update({ connected: false });
  const receive = (message: MessageEvent<string>) => {
    const event = JSON.parse(message.data) as SandboxEvent;
    if (event.type === 'clock') update({ clockOffsetMs: event.atMs - Date.now() });
    if (event.type === 'reset') state.events = [];
    state.events.push(event);
    if (state.events.length > keepEvents * 1.1) state.events.splice(0, state.events.length - keepEvents);
    state.revision += 1;
    changed();
  };
  for (const type of eventTypes) source.addEventListener(type, receive);
}
