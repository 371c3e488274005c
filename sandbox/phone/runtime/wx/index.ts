/** The global `wx`: what differs in the phone is here; the rest is Taro's for browsers. */
import * as taro from '@tarojs/taro-h5';
import type { Shell } from '../chrome/shell.ts';
import { startPull, stopPull } from '../pull.ts';
import type { Router } from '../router.ts';
import type { Instance } from '../types.ts';
import { api, WxError } from './api.ts';
import { businessView } from './business-view.ts';
import { cloud } from './cloud.ts';
import { device, interaction } from './interaction.ts';
import { media } from './media.ts';
import { payment } from './payment.ts';
import { pageScrollTo } from './scroll.ts';
import { storage } from './storage.ts';
import { subscribe } from './subscribe.ts';
import { reportCall } from './traffic.ts';
import { transfer } from './transfer.ts';

interface WithSelectors {
  createSelectorQuery(): unknown;
}

/** @param showApp calls App.onShow with these options */
export function createWx(router: Router, shell: Shell, showApp: (options: object) => void): object {
  type To = { url: string };
  const scroller = () => router.current?.scroller;
  const own: Record<string, unknown> = {
    ...storage,
    ...interaction,
    ...device,
    ...media,
    ...payment,
    ...transfer,
    ...subscribe,
    ...businessView(showApp),
    cloud,
    navigateTo: api('navigateTo', ({ url }: To) => router.push(url)),
    redirectTo: api('redirectTo', ({ url }: To) => router.replace(url)),
    reLaunch: api('reLaunch', ({ url }: To) => router.relaunch(url)),
    switchTab: api('switchTab', ({ url }: To) => router.switchTab(url)),
    navigateBack: api('navigateBack', ({ delta = 1 }: { delta?: number }) => router.back(delta)),
    setNavigationBarTitle: api('setNavigationBarTitle', ({ title }: { title: string }) =>
      router.setTitle(title),
    ),
    setTabBarBadge: api('setTabBarBadge', ({ index, text }: { index: number; text: string }) => {
      onTabPage(router);
      shell.setBadge(index, text);
    }),
    setTabBarItem: api('setTabBarItem', ({ index, text }: { index: number; text?: string }) => {
      if (text !== undefined) shell.setTabText(index, text);
    }),
    removeTabBarBadge: api('removeTabBarBadge', ({ index }: { index: number }) => {
      onTabPage(router);
      shell.setBadge(index, '');
    }),
    startPullDownRefresh: api('startPullDownRefresh', () => {
      const page = scroller();
      if (page) startPull(page);
    }),
    stopPullDownRefresh: api('stopPullDownRefresh', () => stopPull()),
    pageScrollTo: pageScrollTo(router),
    createSelectorQuery: () => {
      if (!router.current) throw new Error('createSelectorQuery needs an open page');
      return (router.current.instance as Instance & WithSelectors).createSelectorQuery();
    },
    arrayBufferToBase64: (buffer: ArrayBuffer) =>
      btoa(Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join('')),
    base64ToArrayBuffer: (text: string) => Uint8Array.from(atob(text), (char) => char.charCodeAt(0)).buffer,
    nextTick: (callback: () => void) => queueMicrotask(callback),
    enableAlertBeforeUnload: api('enableAlertBeforeUnload', () => undefined),
    disableAlertBeforeUnload: api('disableAlertBeforeUnload', () => undefined),
    showShareMenu: api('showShareMenu', () => undefined),
    getUpdateManager: () => noUpdates,
  };
  const rest = taro as unknown as Record<string, unknown>;
  for (const name of ['request', 'uploadFile', 'downloadFile'] as const)
    own[name] = reported(name, rest[name] as Task);
  return new Proxy(own, { get: (target, key: string) => (key in target ? target[key] : rest[key]) });
}

type Task = (options: object) => PromiseLike<unknown>;

/** Taro's own call, whose task is returned as it is. */
function reported(name: string, run: Task): Task {
  return (options) => {
    const reportEnd = reportCall(name, options);
    const task = run(options);
    task.then(
      (answer) => reportEnd(answer, false),
      (failure: unknown) => reportEnd(failure, true),
    );
    return task;
  };
}

const noUpdates = { onUpdateReady() {}, onCheckForUpdate() {}, onUpdateFailed() {}, applyUpdate() {} };

/** The tab bar can be changed while it is on screen only. @throws WxError with WeChat's message */
function onTabPage(router: Router): void {
  const page = router.pages.at(-1) as { route?: string } | undefined;
  if (page?.route !== undefined && !router.isTab(`/${page.route}`)) throw new WxError('not TabBar page');
}
