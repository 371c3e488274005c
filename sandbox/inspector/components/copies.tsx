/** "Copy as curl" and "copy as test" for whatever a step does. */
import { asCurl, asTest, type ControlCall, type TestRecipe } from '../api.ts';
import { useSay } from '../i18n.ts';
import { attempt } from '../store.ts';
import { Icon } from './icons.tsx';

/** @param curl when the terminal should do something else than the test */
export function Copies({ recipe, curl }: { recipe: TestRecipe; curl?: ControlCall }) {
  const say = useSay();
  const { call } = recipe;
  return (
    <span class="copies">
      <CopyButton text={() => asCurl(curl ?? call)} label={say('复制为 curl', 'Copy as curl')} shown="curl" />
      <CopyButton
        text={() => asTest(recipe)}
        label={say('复制为 vitest 测试', 'Copy as a vitest test')}
        shown={say('测试', 'test')}
      />
    </span>
  );
}

interface CopyProps {
  text: () => string;
  label: string;
  shown?: string;
}

export function CopyButton({ text, label, shown }: CopyProps) {
  const say = useSay();
  const copy = () => attempt(() => navigator.clipboard.writeText(text()), say('已复制', 'Copied'));
  return (
    <button type="button" class="copy" aria-label={label} title={label} onClick={copy}>
      <Icon name="copy" size={14} />
      {shown}
    </button>
  );
}
