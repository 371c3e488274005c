/** The phone's user. The sandbox takes the identity from a header, as WeChat takes it from the login. */

import { say } from './language.ts';

export interface User {
  readonly openid: string;
  readonly name: string;
}

/** Written into the page by the build. */
const builtInUsers = (
  (globalThis as { __phoneUsers?: readonly (User & { nameEn?: string })[] }).__phoneUsers ?? []
).map(({ openid, name, nameEn }) => ({ openid, name: say(name, nameEn ?? name) }));

const parameters = new URLSearchParams(location.search);

export const users: readonly User[] = listUsers();

export const currentUser: User = (() => {
  const openid = parameters.get('user') ?? kept('user');
  if (!openid) return users[0] ?? { openid: 'oSandboxAnonymous', name: '?' };
  return users.find((user) => user.openid === openid) ?? { openid, name: openid.slice(-6) };
})();

/** `?users=openid:name,openid:name` overrides those of the build. */
function listUsers(): readonly User[] {
  const given = (parameters.get('users') ?? '')
    .split(',')
    .map((entry) => entry.split(':'))
    .flatMap(([openid, name]) => (openid ? [{ openid, name: name ?? openid.slice(-6) }] : []));
  return given.length > 0 ? given : builtInUsers;
}

/** Reloads as another user: WeChat has one user per login, so no data of the previous one may stay. */
export function becomeUser(openid: string): void {
  tellParent({ type: 'user', openid });
  keep('user', openid);
  keep('url', '');
  const next = new URLSearchParams(location.search);
  next.set('user', openid);
  location.replace(`${location.pathname}?${next}`);
}

/** Reloads in another language, on the same page and as the same user. */
export function changeLanguage(lang: string): void {
  const next = new URLSearchParams(location.search);
  if (next.get('lang') === lang) return;
  next.set('lang', lang);
  location.replace(`${location.pathname}?${next}${location.hash}`);
}

/** Remembers for this browser tab what a reload of the page around the phone would forget. */
export function keepUrl(url: string): void {
  keep('url', url);
}

/** The page that was open before the page around the phone was reloaded; empty without one. */
export function keptUrl(): string {
  return kept('url') ?? '';
}

function keep(name: 'user' | 'url', value: string): void {
  if (window.parent !== window) sessionStorage.setItem(`phone.${name}`, value);
}

function kept(name: 'user' | 'url'): string | null {
  return window.parent === window ? null : sessionStorage.getItem(`phone.${name}`);
}

/** A call over the network, when it begins and again when it has ended. */
interface PhoneCall {
  readonly id: string;
  readonly name: string;
  readonly openid: string;
  readonly startedAtMs: number;
  readonly options: unknown;
  readonly durationMs?: number;
  readonly failed?: boolean;
  readonly answer?: unknown;
}

export type PhoneMessage =
  | { readonly type: 'ready'; readonly openid: string }
  | { readonly type: 'user'; readonly openid: string }
  | { readonly type: 'page'; readonly path: string }
  | { readonly type: 'call'; readonly call: PhoneCall }
  | { readonly type: 'storage'; readonly openid: string; readonly entries: Readonly<Record<string, unknown>> }
  | { readonly type: 'payment'; readonly outTradeNo: string; readonly outcome: string };

/** The inspector around the phone listens: messages are `{source: 'phone', …}`. */
export function tellParent(message: PhoneMessage): void {
  if (window.parent !== window) window.parent.postMessage({ source: 'phone', ...message }, location.origin);
}
