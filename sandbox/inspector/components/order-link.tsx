import { useSay } from '../i18n.ts';
import type { Story } from '../model/story.ts';
import { open } from '../store.ts';
import { Icon } from './icons.tsx';

/** Leads to the timeline of the payment that something belongs to, if it is known. */
export function OrderLink({ story }: { story: Story | undefined }) {
  const say = useSay();
  if (!story) return null;
  return (
    <button type="button" class="button small" onClick={() => open('timeline', story.paymentNo)}>
      {say('查看订单', 'Show the order')}
      <Icon name="arrow" size={14} />
    </button>
  );
}
