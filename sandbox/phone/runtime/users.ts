/** Who is holding the phone. The sandbox takes the identity from a header, as WeChat would from the login. */

export interface User {
  readonly openid: string;
  readonly name: string;
}

/** Written into the page by the build. */
const builtInUsers = (globalThis as { __phoneUsers?: readonly User[] }).__phoneUsers ?? [];

const parameters = new URLSearchParams(location.search);

export const users: readonly User[] = listUsers();

export const currentUser: User = (() => {
  const openid = parameters.get('user');
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

/** Reloads as somebody else: WeChat has one user per login, so nothing of the old one may stay. */
export function becomeUser(openid: string): void {
  tellParent({ type: 'user', openid });
  const next = new URLSearchParams(location.search);
  next.set('user', openid);
  location.replace(`${location.pathname}?${next}`);
}

export type PhoneMessage =
  | { readonly type: 'ready'; readonly openid: string }
  | { readonly type: 'user'; readonly openid: string }
  | { readonly type: 'page'; readonly path: string }
  | { readonly type: 'payment'; readonly outTradeNo: string; readonly outcome: string };

/** The inspector around the phone listens: messages are `{source: 'phone', …}`. */
export function tellParent(message: PhoneMessage): void {
  if (window.parent !== window) window.parent.postMessage({ source: 'phone', ...message }, location.origin);
}
