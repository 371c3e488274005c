import { useWords } from '../i18n.ts';
import { update, useStore } from '../store.ts';

/** Known to the sandbox's shop; anyone else would be a new customer just as well. */
const users = [
  { openid: 'oSandboxUser0000000000000001', zh: '小林', en: 'Lin' },
  { openid: 'oSandboxUser0000000000000002', zh: '阿梅', en: 'Mei' },
  { openid: 'oSandboxUser0000000000000003', zh: '老周', en: 'Zhou' },
];

export function PhoneStage() {
  const { user, language } = useStore();
  const word = useWords();
  const openid = user || users[0]!.openid;
  return (
    <section class="stage" aria-label={language === 'zh' ? '手机' : 'Phone'}>
      <fieldset class="users" aria-label={word('user')}>
        {users.map((entry) => (
          <button
            key={entry.openid}
            type="button"
            aria-pressed={entry.openid === openid}
            class={`button small ${entry.openid === openid ? 'primary' : 'quiet'}`}
            onClick={() => update({ user: entry.openid })}
          >
            {language === 'zh' ? entry.zh : entry.en}
          </button>
        ))}
      </fieldset>
      <div class="phone">
        <iframe
          title={language === 'zh' ? '小程序' : 'Mini-program'}
          src={`/phone/?user=${encodeURIComponent(openid)}&lang=${language}`}
        />
      </div>
      <p class="stage-note">{word('preview')}</p>
    </section>
  );
}
