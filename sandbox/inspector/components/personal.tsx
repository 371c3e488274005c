/** Personal data is masked everywhere on the page until the reader asks for it, and then shown everywhere. */
import { useSay } from '../i18n.ts';
import { textWithoutPersonal, withoutPersonal } from '../model/personal.ts';
import { update, usePage } from '../store.ts';
import { Check } from './content.tsx';

export function PersonalSwitch() {
  const say = useSay();
  const { personalShown } = usePage();
  return (
    <Check checked={personalShown} change={(shown) => update({ personalShown: shown })}>
      {say('显示个人信息', 'Show personal data')}
    </Check>
  );
}

/** What hides personal data in a text or value, as the reader wants it now. */
export function usePersonal(): { text(given: string): string; value(given: unknown): unknown } {
  const { personalShown } = usePage();
  if (personalShown) return { text: (given) => given, value: (given) => given };
  return { text: textWithoutPersonal, value: (given) => withoutPersonal(given) };
}
