/** Starts the phone. The page loads this first, then the mini-program, which calls `__phone.start`. */
import { el } from './chrome/dom.ts';
import { buildShell } from './chrome/shell.ts';
import { followClock } from './clock.ts';
import { createEngine } from './engine.ts';
import { buildFrame } from './frame.ts';
import { say } from './language.ts';
import { listenToParent, reloadOnChange } from './link.ts';
import styles from './phone.css';
import { Router } from './router.ts';
import { registerTags } from './tags/index.ts';
import { type Bundle, callHook, type Instance } from './types.ts';
import { currentUser, keptUrl, tellParent } from './users.ts';
import { createWx } from './wx/index.ts';

/** Alone in a wide window the page frames itself, so that the phone has a phone's width. */
const framed = window.parent !== window || window.innerWidth <= 520;

function start(bundle: Bundle): void {
  registerTags();
  addStyles(bundle);
  let router: Router;
  const shell = buildShell(bundle.app, {
    back: () => router.back(),
    tab: (path) => router.switchTab(`/${path}`),
  });
  const engine = createEngine(bundle);
  router = new Router(bundle, engine, shell);
  let app: Instance = {};
  Object.assign(globalThis, {
    wx: createWx(router, shell, (options) => callHook(app, 'onShow', options)),
    App: (options: Instance) => {
      app = options;
    },
    getApp: () => app,
    getCurrentPages: () => router.pages,
  });
  followClock(() => shell.showTime());
  bundle.modules.app?.();
  for (const unit of bundle.units) engine.runUnit(unit.path, () => bundle.modules[unit.path]?.());
  const home = `/${bundle.app.pages[0]}`;
  callHook(app, 'onLaunch', { path: home.slice(1), query: {}, scene: 1001 });
  callHook(app, 'onShow', { path: home.slice(1), query: {}, scene: 1001 });
  openFirst(router, home);
  document.addEventListener('visibilitychange', () => {
    callHook(app, document.hidden ? 'onHide' : 'onShow', {});
    callHook(router.current?.instance, document.hidden ? 'onHide' : 'onShow');
  });
  listenToParent(router);
  tellParent({ type: 'ready', openid: currentUser.openid });
}

/** After a reload the page that was open opens again, as DevTools does. */
function openFirst(router: Router, home: string): void {
  const wanted = location.hash.slice(1) || keptUrl();
  try {
    const isTab = wanted !== '' && router.isTab(wanted);
    router.relaunch(isTab ? wanted : home);
    if (wanted && !isTab && router.parse(wanted).path !== home.slice(1)) router.push(wanted);
  } catch (error) {
    console.warn(error);
    if (!router.current) router.relaunch(home);
  }
}

function addStyles(bundle: Bundle): void {
  const order = ['app', ...Object.keys(bundle.css).filter((key) => key !== 'app')];
  for (const key of order) {
    const style = el('style', '');
    style.dataset.from = key;
    style.textContent = bundle.css[key] ?? '';
    document.head.append(style);
  }
}

function showProblems(problems: readonly string[]): void {
  document.body.append(
    el(
      'div',
      'problems',
      el('h1', '', say('小程序没有通过编译', 'The mini-program does not compile')),
      ...problems.map((text) => el('pre', '', text)),
    ),
  );
}

const base = el('style', '');
base.textContent = styles;
document.head.append(base);
if (framed) reloadOnChange();
else buildFrame();

Object.assign(globalThis, { __phone: { framed, start, showProblems } });
