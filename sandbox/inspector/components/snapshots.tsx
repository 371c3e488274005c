import { useState } from 'preact/hooks';
import { post } from '../api.ts';
import { useSay } from '../i18n.ts';
import { attempt, feed, receive } from '../store.ts';
import { Icon } from './icons.tsx';

/** Try something, and go back to how it was. */
export function Saves() {
  const say = useSay();
  const [savedId, setSavedId] = useState<number>();
  const [sure, setSure] = useState(false);
  const snapshot = () =>
    attempt(
      async () => {
        await post('/_system/snapshot');
        setSavedId(feed.lastEventId);
      },
      say('快照已保存', 'Snapshot saved'),
    );
  const restore = () =>
    attempt(
      async () => {
        await post('/_system/restore');
        receive({
          id: feed.lastEventId,
          atMs: Date.now() + feed.clockOffsetMs,
          type: 'reset',
          data: { reason: 'restore', toEventId: savedId ?? 0 },
        });
      },
      say('已恢复到快照', 'Restored to the snapshot'),
    );
  const reset = () => {
    if (!sure) return setSure(true);
    setSure(false);
    return attempt(() => post('/_system/reset'), say('沙箱已重置', 'The sandbox starts over'));
  };
  return (
    <span class="saves">
      <button
        type="button"
        class="button quiet small"
        onClick={snapshot}
        title={say('存快照', 'Take a snapshot')}
      >
        <Icon name="save" />
        <span>{say('快照', 'Snapshot')}</span>
      </button>
      <button
        type="button"
        class="button quiet small"
        onClick={restore}
        title={say('恢复到快照', 'Back to the snapshot')}
      >
        <Icon name="undo" />
        <span>{say('恢复', 'Restore')}</span>
      </button>
      <button
        type="button"
        class={`button small reset ${sure ? 'danger' : 'quiet'}`}
        title={say('清空所有订单、回调和文件', 'Forget all orders, callbacks and files')}
        onClick={reset}
        onBlur={() => setSure(false)}
      >
        <Icon name="trash" />
        <span>{sure ? say('确定？', 'Sure?') : say('重置', 'Reset')}</span>
      </button>
    </span>
  );
}
