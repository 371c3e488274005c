import { type Say, useSay } from '../i18n.ts';
import type { Story } from '../model/story.ts';
import { open } from '../store.ts';
import { Icon } from './icons.tsx';

/** Leads to the timeline of the payment or transfer that something belongs to, if it is known. */
export function OrderLink({ story }: { story: Story | undefined }) {
  const say = useSay();
  if (!story) return null;
  return (
    <button type="button" class="button small" onClick={() => open('timeline', story.paymentNo)}>
      {label(story, say)}
      <Icon name="arrow" size={14} />
    </button>
  );
}

function label({ call, transfer }: Story, say: Say): string {
  if (call) return say('查看调用', 'Show the call');
  return transfer ? say('查看转账', 'Show the transfer') : say('查看订单', 'Show the order');
}
