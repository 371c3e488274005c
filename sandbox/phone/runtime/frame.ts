/** The phone alone in a wide window: a device drawn around an iframe of this same page. */
import { el } from './chrome/dom.ts';
import { say } from './language.ts';
import { becomeUser, currentUser, users } from './users.ts';

export function buildFrame(): void {
  document.body.className = 'stage';
  const screen = el('iframe', 'device-screen');
  screen.title = say('手机预览', 'Phone preview');
  screen.src = location.href;
  const choose = el('select', 'stage-user');
  choose.setAttribute('aria-label', say('用户', 'User'));
  for (const user of users)
    choose.append(new Option(user.name, user.openid, false, user.openid === currentUser.openid));
  choose.addEventListener('change', () => becomeUser(choose.value));
  const note = el(
    'p',
    'stage-note',
    say(
      '浏览器预览：以真机与微信开发者工具为准。',
      'A preview in the browser; real devices and WeChat DevTools decide.',
    ),
  );
  document.body.append(
    el(
      'header',
      'stage-bar',
      el('strong', '', say('手机预览', 'Phone preview')),
      el('label', '', say('用户 ', 'User '), choose),
    ),
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
