/** What the head of every kind of story has. */
import { useSay } from '../../i18n.ts';
import type { Story } from '../../model/story.ts';
import { open } from '../../store.ts';
import { Icon } from '../icons.tsx';

/** What a reader should not miss about an order. */
export function StoryMarks({ story }: { story: Story }) {
  const say = useSay();
  const held = story.heldCallbacks.size;
  return (
    <>
      {story.hasAnomaly && (
        <span
          class="mark bad"
          role="img"
          aria-label={say('有异常', 'An anomaly')}
          title={say('有异常', 'An anomaly')}
        >
          <Icon name="warning" size={14} />
        </span>
      )}
      {held > 0 && (
        <span
          class="mark warn"
          role="img"
          aria-label={say('回调扣住', 'A callback is held')}
          title={say('回调扣住', 'A callback is held')}
        >
          <Icon name="pause" size={14} />
        </span>
      )}
    </>
  );
}

export function LogsLink({ story }: { story: Story }) {
  const say = useSay();
  return (
    <button type="button" class="link" onClick={() => open('logs', story.paymentNo)}>
      {say('查看日志', 'Show the log')}
    </button>
  );
}
