/** The page's state: the sandbox's events as they arrive, and the reader's settings. */
import { useEffect, useState } from 'preact/hooks';
import { decodePart } from '../decode-part.ts';
import { SandboxRefusal, SandboxUnreachable } from './api.ts';
import { type Beginning, eventTypes, type SandboxEvent } from './model/events.ts';
import { Feed, type Topic } from './model/feed.ts';
import { PhonePanel } from './model/phone.ts';

const allTabs = [
  'phone',
  'timeline',
  'exchanges',
  'notifications',
  'logs',
  'network',
  'applications',
  'bills',
  'faults',
  'keys',
  'database',
  'connect',
] as const;
/** `phone` is a tab in narrow windows only. */
export type Tab = (typeof allTabs)[number];

/** The simulator alone: there are no cloud functions, and a cashier in place of the mini-program. */
export const standalone = document.documentElement.dataset.standalone !== undefined;

/** What the cloud has to show is left out where there is none. */
export const tabs: readonly Tab[] = allTabs.filter(
  (name) => !standalone || !['logs', 'network', 'database', 'bills'].includes(name),
);

export interface Page {
  connected: boolean;
  tab: Tab;
  /** What is chosen in each tab, e.g. the order whose timeline is shown. */
  chosen: Partial<Record<Tab, string>>;
  language: 'zh' | 'en';
  theme: 'auto' | 'light' | 'dark';
  phoneShown: boolean;
  /** The id of the device whose size the phone has; empty: as the window allows. */
  device: string;
  personalShown: boolean;
  toast: { text: string; kind: 'ok' | 'error' } | undefined;
}

export const feed = new Feed();
export const phone = new PhonePanel();

const page: Page = {
  connected: true,
  ...placeInHash(),
  language:
    (localStorage.getItem('language') as Page['language'] | null) ??
    (navigator.language.startsWith('zh') ? 'zh' : 'en'),
  theme: (localStorage.getItem('theme') as Page['theme'] | null) ?? 'auto',
  phoneShown: localStorage.getItem('phone') !== 'hidden',
  device: localStorage.getItem('device') ?? '',
  personalShown: false,
  toast: undefined,
};

/** `#timeline/35d6…`: the tab, and what is chosen in it. Whoever starts the simulator alone has a program to connect. */
function placeInHash(): Pick<Page, 'tab' | 'chosen'> {
  const hash = location.hash.slice(1);
  // As it is, where somebody wrote a % that encodes nothing.
  const [name, ...rest] = (decodePart(hash) ?? hash).split('/');
  const tab = tabs.find((known) => known === name) ?? (standalone ? 'connect' : 'timeline');
  return { tab, chosen: rest.length > 0 ? { [tab]: rest.join('/') } : {} };
}

/** Epoch ms on the sandbox's clock. */
export function sandboxNow(): number {
  return Date.now() + feed.clockOffsetMs;
}

type Listener = { topics: ReadonlySet<Topic | 'page'>; wake: () => void };

const listeners = new Set<Listener>();
const pending = new Set<Topic | 'page'>();
/** Minimum time between two updates, so that the page stays usable when many events arrive. */
const leastMsBetween = 80;
let lastWakeMs = 0;
let timer: ReturnType<typeof setTimeout> | undefined;

/**
 * Notifies only the views that wait for what changed: at once for the reader's actions, otherwise at the next update.
 */
function changed(topics: Iterable<Topic | 'page'>): void {
  for (const topic of topics) pending.add(topic);
  if (pending.has('page')) {
    clearTimeout(timer);
    timer = setTimeout(wake, 0);
  } else if (pending.size > 0) {
    timer ??= setTimeout(wake, Math.max(0, lastWakeMs + leastMsBetween - performance.now()));
  }
}

function wake(): void {
  timer = undefined;
  lastWakeMs = performance.now();
  const due = new Set(pending);
  pending.clear();
  for (const listener of [...listeners]) {
    if ([...listener.topics].some((topic) => due.has(topic))) listener.wake();
  }
}

/** Draws the component again when one of these changed. @returns how often that was. */
export function useTopics(...topics: (Topic | 'page')[]): number {
  const [count, setCount] = useState(0);
  useEffect(() => {
    const listener = { topics: new Set(topics), wake: () => setCount((before) => before + 1) };
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }, [topics.join()]);
  return count;
}

export function usePage(): Page {
  useTopics('page');
  return page;
}

/** The topics' count, at most every `everyMs`: for data that must be fetched from the server. */
export function useSlowly(everyMs: number, ...topics: Topic[]): number {
  const [count, setCount] = useState(0);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let lastMs = performance.now();
    const wake = () => {
      timer ??= setTimeout(
        () => {
          timer = undefined;
          lastMs = performance.now();
          setCount((before) => before + 1);
        },
        Math.max(0, lastMs + everyMs - performance.now()),
      );
    };
    const listener = { topics: new Set(topics), wake };
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
      clearTimeout(timer);
    };
  }, [topics.join()]);
  return count;
}

export function update(patch: Partial<Omit<Page, 'chosen'>>): void {
  Object.assign(page, patch);
  if (patch.language) localStorage.setItem('language', patch.language);
  if (patch.theme) localStorage.setItem('theme', patch.theme);
  if (patch.phoneShown !== undefined) localStorage.setItem('phone', patch.phoneShown ? 'shown' : 'hidden');
  if (patch.device !== undefined) localStorage.setItem('device', patch.device);
  if (patch.tab) addToHistory('new');
  changed(['page']);
}

/** Whether a move is an entry of its own in the browser's history. */
export type Entry = 'new' | 'same';

/** Goes to a tab, and in it to one order, exchange, callback, application or document; without one, to its list. */
export function open(tab: Tab, chosen: string | undefined, entry: Entry = 'new'): void {
  page.tab = tab;
  if (chosen === undefined) delete page.chosen[tab];
  else page.chosen[tab] = chosen;
  addToHistory(entry);
  changed(['page']);
}

function hashOfPlace(): string {
  const chosen = page.chosen[page.tab];
  return `#${page.tab}${chosen === undefined ? '' : `/${encodeURIComponent(chosen)}`}`;
}

/** Where the reader went is an entry of the browser's history: Back returns to where the reader was. */
function addToHistory(entry: Entry): void {
  const hash = hashOfPlace();
  if (entry === 'same') history.replaceState(null, '', hash);
  else if (hash !== location.hash) history.pushState(null, '', hash);
}

/** Back, Forward and an edited address. */
function returnToPlaceInHash(): void {
  const { tab, chosen } = placeInHash();
  page.tab = tab;
  if (chosen[tab] === undefined) delete page.chosen[tab];
  else page.chosen[tab] = chosen[tab];
  changed(['page']);
}

window.addEventListener('popstate', returnToPlaceInHash);

export function toast(text: string, kind: 'ok' | 'error' = 'ok'): void {
  const shown = { text, kind };
  update({ toast: shown });
  setTimeout(() => page.toast === shown && update({ toast: undefined }), 4000);
}

/** Runs an action and shows its failure: nothing that the reader does fails silently. */
export async function attempt(action: () => Promise<unknown>, done?: string): Promise<void> {
  try {
    await action();
    if (done) toast(done);
  } catch (error) {
    // The page shows this above everything else.
    if (error instanceof SandboxUnreachable) update({ connected: false });
    else toast(inLanguage(error), 'error');
  }
}

function inLanguage(error: unknown): string {
  if (error instanceof SandboxRefusal) return error.text[page.language];
  return error instanceof Error ? error.message : String(error);
}

function receive(event: SandboxEvent): void {
  changed(feed.receive(event));
  if (event.type === 'reset') beginAnew(event.data);
}

/** The phone's calls and storage arrive as messages of its frame. */
export function listenToPhone(): void {
  window.addEventListener('message', ({ origin, data }: MessageEvent<unknown>) => {
    if (origin === location.origin && phone.receive(data)) changed(['phone']);
  });
}

let runId: string | undefined;

/** A restart, a reset or a restore replaces the data that is shown; a toast says so. */
function beginAnew({ reason, runId: newRunId, snapshot = '' }: Beginning): void {
  const knownRunId = runId;
  runId = newRunId;
  if (knownRunId === undefined) return;
  const zh = page.language === 'zh';
  if (reason === 'restore') {
    toast(zh ? `已恢复到快照「${snapshot}」` : `Restored the snapshot "${snapshot}"`);
    return;
  }
  page.chosen = {};
  phone.clear();
  addToHistory('same');
  if (reason === 'reset')
    toast(zh ? '沙箱已重置，时钟回到现在' : 'The sandbox was reset, and its clock is at the present');
  else toast(zh ? '沙箱已重新启动，本页从头开始' : 'The sandbox was restarted: this page starts over');
}

/** A stream that is behind is cut and resumed by the sandbox; only a longer break is reported. */
const patienceMs = 2_000;
const retryMs = 1_000;
/** Topics that are fetched from the server and may have changed while offline. */
const asked: readonly Topic[] = ['applications', 'documents', 'faults', 'keys', 'ledger', 'clock'];

/**
 * Follows the sandbox's events from the first it still has. The browser reconnects and resumes by itself, but gives
 * up when something else answers in between, such as another server on the same port.
 */
export function follow(url = '/_sandbox/events?lastEventId=0'): void {
  const source = new EventSource(url);
  let breaking: ReturnType<typeof setTimeout> | undefined;
  source.onopen = () => {
    clearTimeout(breaking);
    breaking = undefined;
    if (page.connected) return;
    update({ connected: true });
    changed(asked);
  };
  source.onerror = () => {
    breaking ??= setTimeout(() => update({ connected: false }), patienceMs);
    if (source.readyState === EventSource.CLOSED) setTimeout(() => follow(url), retryMs);
  };
  for (const type of eventTypes) {
    source.addEventListener(type, (message: MessageEvent<string>) => {
      receive(JSON.parse(message.data) as SandboxEvent);
    });
  }
}
