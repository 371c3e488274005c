/** The phone alone in a wide window: a device drawn around an iframe of this same page. */
import { el } from './chrome/dom.ts';
import { becomeUser, currentUser, users } from './users.ts';

export function buildFrame(): void {
  document.body.className = 'desk';
  const screen = el('iframe', 'device-screen');
  screen.title = '手机预览';
  screen.src = location.href;
  const choose = el('select', 'desk-user');
  choose.setAttribute('aria-label', '用户 · User');
  for (const user of users)
    choose.append(new Option(user.name, user.openid, false, user.openid === currentUser.openid));
  choose.addEventListener('change', () => becomeUser(choose.value));
  const note = el(
    'p',
    'desk-note',
    '浏览器预览：真机与微信开发者工具仍是最终依据。A preview in the browser; real devices and WeChat DevTools decide.',
  );
  document.body.append(
    el('header', 'desk-bar', el('strong', '', '手机预览'), el('label', '', '用户 ', choose)),
    el('div', 'device', screen),
    note,
  );
  window.addEventListener(
    'message',
    (event: MessageEvent<{ source?: string; type?: string; openid?: string }>) => {
      if (event.data?.source === 'phone' && event.data.type === 'user' && event.data.openid) {
        choose.value = event.data.openid;
      }
    },
  );
}
