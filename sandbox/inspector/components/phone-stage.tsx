import { useEffect, useRef, useState } from 'preact/hooks';
import { useSay } from '../i18n.ts';
import { standalone, usePage } from '../store.ts';

/** The mini-program in a phone. The user is chosen in its status bar. */
export function PhoneStage() {
  const say = useSay();
  const { language } = usePage();
  const frame = useRef<HTMLIFrameElement>(null);
  // The phone reloads itself when the language changes; changing the frame's address would lose its page and user.
  const [first] = useState(language);
  useEffect(() => {
    const message = { target: 'phone', type: 'language', language };
    frame.current?.contentWindow?.postMessage(message, location.origin);
  }, [language]);
  return (
    <section class="stage" aria-label={say('手机', 'Phone')}>
      <div class="phone">
        <iframe
          ref={frame}
          title={standalone ? say('收银台', 'Cashier') : say('小程序', 'Mini-program')}
          src={standalone ? `/_sandbox/cashier?lang=${first}` : `/phone/?lang=${first}`}
        />
      </div>
      <p class="stage-note">
        {standalone
          ? say(
              '付款人的手机：扫码、付款、出示付款码。',
              "The payer's phone: scan, pay, show a payment code.",
            )
          : say(
              '浏览器预览：以真机与微信开发者工具为准。',
              'A browser preview: real devices and WeChat DevTools are authoritative.',
            )}
      </p>
    </section>
  );
}
