/** Copy buttons: what is copied runs as pasted. */
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { asCurl, type ControlCall } from '../api.ts';
import { useSay } from '../i18n.ts';
import type { Attempt } from '../model/events.ts';
import { orderTest } from '../model/order-test.ts';
import type { Story } from '../model/story.ts';
import { attempt, feed } from '../store.ts';
import { Icon } from './icons.tsx';

/** The order that a step belongs to. */
export const StoryContext = createContext<Story | undefined>(undefined);

/** @param text the command, when it is more than the call */
export function CopyCurl({ call, text }: { call?: ControlCall; text?: () => string }) {
  const say = useSay();
  return (
    <CopyButton
      text={text ?? (() => asCurl(call!))}
      label={say('复制为 curl', 'Copy as curl')}
      shown="curl"
    />
  );
}

/** The whole order as a vitest file, where it is known how the order was placed. */
export function CopyTest({ story, replay, shown }: { story?: Story; replay?: Attempt; shown?: string }) {
  const say = useSay();
  const around = useContext(StoryContext);
  const order = story ?? around;
  const text = order && orderTest(order, feed.traces, { origin: location.origin, replay });
  if (text === undefined) return null;
  return (
    <CopyButton
      text={() => text}
      label={say('把整笔订单复制为 vitest 测试', 'Copy the whole order as a vitest test')}
      shown={shown ?? say('测试', 'test')}
    />
  );
}

interface CopyProps {
  text: () => string;
  label: string;
  shown?: string;
}

export function CopyButton({ text, label, shown }: CopyProps) {
  const say = useSay();
  // The accessible name contains the visible text, so that voice control finds the button.
  const name =
    shown === undefined || label.toLowerCase().includes(shown.toLowerCase()) ? label : `${shown}: ${label}`;
  const copy = () => attempt(() => navigator.clipboard.writeText(text()), say('已复制', 'Copied'));
  return (
    <button type="button" class="copy" aria-label={name} title={label} onClick={copy}>
      <Icon name="copy" size={14} />
      {shown}
    </button>
  );
}
