/** The page stack and the tabs, with the life cycle of pages as WeChat runs it. */
import type { Shell } from './chrome/shell.ts';
import type { Engine } from './engine.ts';
import { BrowserHistory } from './history.ts';
import { watchPull } from './pull.ts';
import { type Bundle, callHook, type Instance, type UnitConfig } from './types.ts';
import { tellParent } from './users.ts';

interface OpenPage {
  readonly path: string;
  readonly config: UnitConfig;
  readonly instance: Instance;
  readonly frame: HTMLElement;
  readonly scroller: HTMLElement;
  readonly root: ReturnType<Engine['createRoot']>;
  title: string | undefined;
}

const maxDepth = 10;

export class Router {
  #stack: OpenPage[] = [];
  readonly #tabs = new Map<string, OpenPage>();
  readonly #tabPaths: readonly string[];
  readonly #bundle: Bundle;
  readonly #engine: Engine;
  readonly #shell: Shell;
  readonly #history: BrowserHistory;

  constructor(bundle: Bundle, engine: Engine, shell: Shell) {
    this.#bundle = bundle;
    this.#engine = engine;
    this.#shell = shell;
    this.#history = new BrowserHistory({
      back: (count) => this.back(count),
      forward: (url) => this.push(url),
    });
    this.#tabPaths = (bundle.app.tabBar?.list ?? []).map((tab) => tab.pagePath);
  }

  get pages(): Instance[] {
    return this.#stack.map((page) => page.instance);
  }
  get current(): OpenPage | undefined {
    return this.#stack.at(-1);
  }
  isTab(url: string): boolean {
    return this.#tabPaths.includes(this.parse(url).path);
  }

  /** @throws Error with WeChat's message when the page may not be opened this way. */
  push(url: string): void {
    const { path, query } = this.parse(url);
    if (this.#tabPaths.includes(path)) throw new Error('can not navigateTo a tabbar page');
    if (this.#stack.length >= maxDepth) throw new Error('page stack limit');
    this.#hide(this.current);
    this.#enter(this.#open(path, query, this.#stack.length > 0));
  }

  replace(url: string): void {
    const { path, query } = this.parse(url);
    if (this.#tabPaths.includes(path)) throw new Error('can not redirectTo a tabbar page');
    this.#drop(1);
    this.#enter(this.#open(path, query, false));
  }

  back(delta = 1): void {
    const count = Math.min(delta, this.#stack.length - 1);
    if (count <= 0) return;
    this.#drop(count);
    this.#show();
  }

  relaunch(url: string): void {
    const { path, query } = this.parse(url);
    const { length } = this.#stack;
    for (const page of this.#tabs.values()) if (!this.#stack.includes(page)) this.#unload(page);
    this.#tabs.clear();
    this.#drop(length);
    const page = this.#open(path, query, false);
    if (this.#tabPaths.includes(path)) this.#tabs.set(path, page);
    this.#enter(page);
  }

  switchTab(url: string): void {
    const { path } = this.parse(url);
    if (!this.#tabPaths.includes(path)) throw new Error('can not switch to no-tabBar page');
    if (this.#stack.length === 1 && this.current?.path === path) return;
    const bottom = this.#stack[0];
    this.#drop(Math.max(0, this.#stack.length - 1));
    if (bottom && bottom.path !== path) this.#hide(bottom);
    this.#stack = [];
    const known = this.#tabs.get(path);
    const page = known ?? this.#open(path, {}, false);
    this.#tabs.set(path, page);
    if (known) {
      this.#stack = [page];
      this.#show();
    } else {
      this.#enter(page);
    }
    callHook(page.instance, 'onTabItemTap', { index: this.#tabPaths.indexOf(path), pagePath: path });
  }

  setTitle(title: string): void {
    if (this.current) this.current.title = title;
    this.#shell.setTitle(title);
  }

  parse(url: string): { path: string; query: Record<string, string> } {
    const [rawPath = '', search = ''] = url.split('?');
    const base = this.current?.path ?? '';
    const path = rawPath.startsWith('/')
      ? rawPath.slice(1)
      : new URL(rawPath, `http://x/${base}`).pathname.slice(1);
    if (!this.#bundle.units.some((unit) => unit.isPage && unit.path === path)) {
      throw new Error(`page "${path}" is not found`);
    }
    const pairs = search
      .split('&')
      .filter(Boolean)
      .map((pair) => pair.split('='));
    return { path, query: Object.fromEntries(pairs.map(([key = '', value = '']) => [key, value])) };
  }

  #open(path: string, query: Record<string, string>, animated: boolean): OpenPage {
    const config = this.#bundle.units.find((unit) => unit.path === path)?.config ?? {};
    const root = this.#engine.createRoot(path);
    const instance = root.get() as unknown as Instance;
    Object.assign(instance, { route: path, options: query });
    const placeholder = document.createElement('div');
    const host = document.createElement('wx-page');
    host.dataset.page = path;
    host.append(placeholder);
    const scroller = document.createElement('div');
    scroller.className = 'page-scroll';
    scroller.append(host);
    const frame = document.createElement('div');
    frame.className = `page-frame${animated ? ' page-enter' : ''}`;
    const background =
      config.backgroundColor ?? (this.#bundle.app.window?.backgroundColor as string | undefined);
    if (background) frame.style.background = background;
    frame.append(scroller);
    this.#shell.pages.append(frame);
    const page: OpenPage = { path, config, instance, frame, scroller, root, title: undefined };
    this.#listen(page);
    root.attach(host as never, placeholder as never);
    return page;
  }

  /** Pushed onto the stack first, so that what a page does in onLoad (its title, say) is about itself. */
  #enter(page: OpenPage): void {
    this.#stack.push(page);
    callHook(page.instance, 'onLoad', page.instance.options);
    if (this.current === page) this.#show();
    requestAnimationFrame(() => callHook(page.instance, 'onReady'));
  }

  #listen({ instance, scroller, config }: OpenPage): void {
    let atBottom = false;
    scroller.addEventListener('scroll', () => {
      callHook(instance, 'onPageScroll', { scrollTop: scroller.scrollTop });
      const near = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight <= 50;
      if (near && !atBottom) callHook(instance, 'onReachBottom');
      atBottom = near;
    });
    if (config.enablePullDownRefresh) watchPull(scroller, () => callHook(instance, 'onPullDownRefresh'));
  }

  #show(): void {
    const page = this.current;
    if (!page) return;
    const isTab = this.#stack.length === 1 && this.#tabPaths.includes(page.path);
    this.#shell.showNavigation(page.config, this.#stack.length > 1);
    if (page.title !== undefined) this.#shell.setTitle(page.title);
    this.#shell.showTab(isTab ? page.path : undefined);
    page.frame.hidden = false;
    const heightPx = this.#shell.pages.clientHeight;
    page.frame.style.setProperty('--vh', `${heightPx / 100}px`);
    for (const other of [...this.#stack, ...this.#tabs.values()]) {
      if (other !== page) other.frame.hidden = true;
    }
    callHook(page.instance, 'onShow');
    page.root.getComponent().triggerPageLifetime('show', []);
    const query = new URLSearchParams((page.instance.options ?? {}) as Record<string, string>).toString();
    this.#history.show(this.#stack.length, `/${page.path}${query ? `?${query}` : ''}`);
    tellParent({ type: 'page', path: page.path });
  }

  #hide(page: OpenPage | undefined): void {
    if (!page) return;
    callHook(page.instance, 'onHide');
    page.root.getComponent().triggerPageLifetime('hide', []);
  }

  /** Takes pages off the top; a tab's page is kept, as WeChat keeps it. */
  #drop(count: number): void {
    for (let left = count; left > 0; left -= 1) {
      const page = this.#stack.pop();
      if (page && this.#tabs.get(page.path) !== page) this.#unload(page);
    }
  }

  #unload(page: OpenPage): void {
    callHook(page.instance, 'onUnload');
    page.root.release();
    page.frame.remove();
  }
}
