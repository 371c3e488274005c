/** The phone's links to what is around it: the build (reload on save) and the page that frames it. */
import type { Router } from './router.ts';
import { becomeUser, changeLanguage } from './users.ts';

/** While the build watches, reloads when another version was built: by this server, or by one that took its place. */
export function reloadOnChange(): void {
  if (!(globalThis as { __phoneWatching?: boolean }).__phoneWatching) return;
  let known: string | undefined;
  const look = async () => {
    try {
      const { version } = (await (await fetch('version.json', { cache: 'no-store' })).json()) as {
        version: string;
      };
      if (known !== undefined && version !== known) location.reload();
      known = version;
    } catch {
      // The server is restarting; the stream opens again when it is back.
    }
  };
  const builds = new EventSource('/_sandbox/events?types=build');
  builds.onopen = look;
  builds.addEventListener('build', look);
}

/** Takes `{target: 'phone', …}` with `type` `user` (and `openid`), `language` (and `language`), or `open` (and `url`). */
export function listenToParent(router: Router): void {
  window.addEventListener('message', (event: MessageEvent<unknown>) => {
    if (event.origin !== location.origin) return;
    const message = event.data as {
      target?: string;
      type?: string;
      openid?: string;
      url?: string;
      language?: string;
    } | null;
    if (message?.target !== 'phone') return;
    if (message.type === 'user' && message.openid) becomeUser(message.openid);
    if (message.type === 'language' && message.language) changeLanguage(message.language);
    if (message.type === 'open' && message.url) {
      if (router.isTab(message.url)) router.switchTab(message.url);
      else router.push(message.url);
    }
  });
}
