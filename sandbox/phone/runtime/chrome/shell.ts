/** The phone around the page: status bar, navigation bar, tab bar. */
import { say } from '../language.ts';
import { assetUrl } from '../tags/fields.ts';
import type { AppJson, UnitConfig } from '../types.ts';
import { becomeUser, currentUser, users } from '../users.ts';
import { openBills } from './bills.ts';
import { button, el, glyph } from './dom.ts';
import { openActionSheet } from './sheet.ts';

export interface Shell {
  readonly pages: HTMLElement;
  showNavigation(config: UnitConfig, canGoBack: boolean): void;
  setTitle(title: string): void;
  showTab(path: string | undefined): void;
  setBadge(index: number, text: string): void;
  setTabText(index: number, text: string): void;
  /** Reads the clock again. */
  showTime(): void;
}

export function buildShell(app: AppJson, actions: { back(): void; tab(path: string): void }): Shell {
  const title = el('div', 'nav-title');
  title.setAttribute('role', 'heading');
  title.setAttribute('aria-level', '1');
  const back = button('nav-back', '', actions.back);
  back.append(glyph('M15 4.5 7.5 12l7.5 7.5'));
  back.setAttribute('aria-label', say('返回', 'Back'));
  const navigation = el('div', 'nav', back, title, capsule());
  const tabs = el('nav', 'tabs');
  const pages = el('main', 'pages');
  const overlays = el('div', '');
  overlays.id = 'overlays';
  const time = el('span', 'status-time');
  const top = el('header', 'phone-top', statusBar(time), navigation);
  const phone = el('div', 'phone', top, pages, tabs, overlays);
  const showTime = () => {
    time.textContent = clockTime(new Date());
  };
  showTime();
  setInterval(showTime, 10_000);
  document.body.append(phone);
  const tabButtons = (app.tabBar?.list ?? []).map((tab) => tabButton(tab, () => actions.tab(tab.pagePath)));
  tabs.append(...tabButtons);
  return {
    pages,
    showTime,
    showNavigation(config, canGoBack) {
      const window = { ...(app.window as UnitConfig), ...config };
      title.textContent = window.navigationBarTitleText ?? '';
      document.title = window.navigationBarTitleText ?? '';
      back.hidden = !canGoBack;
      phone.style.setProperty('--nav-background', window.navigationBarBackgroundColor ?? '#000000');
      phone.style.setProperty(
        '--nav-color',
        window.navigationBarTextStyle === 'black' ? '#191919' : '#ffffff',
      );
    },
    setTitle(text) {
      title.textContent = text;
    },
    showTab(path) {
      tabs.hidden = path === undefined;
      for (const [index, tab] of (app.tabBar?.list ?? []).entries()) {
        const selected = tab.pagePath === path;
        const element = tabButtons[index];
        if (!element) continue;
        element.setAttribute('aria-current', selected ? 'page' : 'false');
        element.style.color = (selected ? app.tabBar?.selectedColor : app.tabBar?.color) ?? '';
        const icon = (selected ? tab.selectedIconPath : undefined) ?? tab.iconPath;
        const picture = element.querySelector('img');
        if (picture && icon) picture.src = assetUrl(`/${icon}`);
      }
    },
    setTabText(index, text) {
      const label = tabButtons[index]?.querySelector('.tab-text');
      if (label) label.textContent = text;
    },
    setBadge(index, text) {
      const badge = tabButtons[index]?.querySelector<HTMLElement>('.tab-badge');
      if (!badge) return;
      badge.textContent = text;
      badge.hidden = text === '';
    },
  };
}

function tabButton(tab: { text: string; iconPath?: string }, onTap: () => void): HTMLButtonElement {
  const element = button('tab', '', onTap);
  if (tab.iconPath) {
    const picture = el('img', 'tab-icon');
    picture.alt = '';
    element.append(picture);
  }
  const badge = el('span', 'tab-badge');
  badge.hidden = true;
  element.append(el('span', 'tab-text', tab.text), badge);
  return element;
}

/** As on a phone in China, whatever the computer's zone. */
function clockTime(now: Date): string {
  return now.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit', timeZone: 'Asia/Shanghai' });
}

function statusBar(time: HTMLElement): HTMLElement {
  const user = button('status-user', `${currentUser.name} ▾`, () => void chooseUser());
  user.setAttribute(
    'aria-label',
    say(`当前用户 ${currentUser.name}，点击切换`, `User ${currentUser.name}; tap to switch`),
  );
  return el('div', 'status', time, el('span', 'status-label', say('浏览器预览', 'Preview')), user);
}

async function chooseUser(): Promise<void> {
  const index = await openActionSheet(
    [...users.map((user) => user.name), say('微信支付账单 · 投诉商家', 'WeChat Pay bills · complain')],
    say('切换用户（预览功能）', 'Switch user (preview only)'),
  );
  if (index === users.length) await openBills();
  const user = users[index];
  if (user) becomeUser(user.openid);
}

/** The pill that WeChat puts on every page: decoration here, so that pages leave room for it. */
function capsule(): HTMLElement {
  const element = el(
    'div',
    'capsule',
    el('span', 'capsule-dots'),
    el('span', 'capsule-line'),
    el('span', 'capsule-ring'),
  );
  element.setAttribute('aria-hidden', 'true');
  return element;
}
