import { useSay } from '../i18n.ts';
import { update, usePage } from '../store.ts';
import { ClockControls } from './clock.tsx';
import { Icon } from './icons.tsx';
import { LedgerLight } from './ledger.tsx';
import { ResetButton } from './reset.tsx';
import { SnapshotsButton } from './snapshots.tsx';

/** The top bar: the sandbox's clock and its controls, the state of the ledger, settings. */
export function Bar({ dark }: { dark: boolean }) {
  const { language, connected, phoneShown } = usePage();
  const say = useSay();
  return (
    <header class="bar">
      <h1 class="brand">
        <Mark />
        {say('微信支付沙箱', 'WeChat Pay sandbox')}
        <span class={`live ${connected ? '' : 'lost'}`} role="status">
          <span class="light" />
          {connected ? say('实时', 'live') : say('断开', 'offline')}
        </span>
      </h1>
      <ClockControls />
      <span class="spacer" />
      <LedgerLight />
      <SnapshotsButton />
      <ResetButton />
      <span class="settings">
        <button
          type="button"
          class="icon-button wide-only"
          aria-pressed={phoneShown}
          title={phoneShown ? say('收起手机', 'Hide the phone') : say('显示手机', 'Show the phone')}
          aria-label={phoneShown ? say('收起手机', 'Hide the phone') : say('显示手机', 'Show the phone')}
          onClick={() => update({ phoneShown: !phoneShown })}
        >
          <Icon name="phone" size={18} />
        </button>
        <button
          type="button"
          class="icon-button"
          title={dark ? say('浅色', 'Light') : say('深色', 'Dark')}
          aria-label={dark ? say('浅色', 'Light') : say('深色', 'Dark')}
          onClick={() => update({ theme: dark ? 'light' : 'dark' })}
        >
          <Icon name={dark ? 'sun' : 'moon'} size={18} />
        </button>
        <button
          type="button"
          class="icon-button language"
          lang={language === 'zh' ? 'en' : 'zh-CN'}
          onClick={() => update({ language: language === 'zh' ? 'en' : 'zh' })}
        >
          {language === 'zh' ? 'EN' : '中文'}
        </button>
      </span>
    </header>
  );
}

function Mark() {
  return (
    <svg width="24" height="24" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" fill="#07a35a" />
      <path
        d="m9 16.5 5 5 9.5-11"
        fill="none"
        stroke="#fff"
        stroke-width="3.4"
        stroke-linecap="round"
        stroke-linejoin="round"
      />
    </svg>
  );
}
