import { useEffect, useState } from 'preact/hooks';
import { get, post, remove } from '../api.ts';
import { useSay } from '../i18n.ts';
import { attempt, toast, usePage, useTopics } from '../store.ts';
import { Icon } from './icons.tsx';
import { Popover } from './popover.tsx';
import { dateTime } from './time.ts';

interface Summary {
  name: string;
  nowMs: number;
  payments: number;
}

interface Listing {
  snapshots: Summary[];
  /** Whether they outlive the sandbox. */
  kept: boolean;
}

/** Saves and restores the data and the recorded events. */
export function SnapshotsButton() {
  const say = useSay();
  const { connected } = usePage();
  const [listing, setListing] = useState<Listing>({ snapshots: [], kept: false });
  const resets = useTopics('reset');
  const read = async () => setListing(await get<Listing>('/_system/snapshots'));
  useEffect(() => void read().catch(() => undefined), [resets, connected]);
  const { snapshots, kept } = listing;
  return (
    <Popover
      class="snapshots"
      label={
        snapshots.length > 0 ? `${say('快照', 'Snapshots')} ${snapshots.length}` : say('快照', 'Snapshots')
      }
      title={say('快照', 'Snapshots')}
      disabled={!connected}
      button={
        <>
          <Icon name="save" />
          <span>{say('快照', 'Snapshots')}</span>{' '}
          {snapshots.length > 0 && <span class="count">{snapshots.length}</span>}
        </>
      }
    >
      {(close) => (
        <>
          <p class="lead">
            {say(
              '快照保存数据、时钟，以及到当时为止的时间线、请求和回调。',
              'A snapshot saves the data, the clock, and the timeline, exchanges and callbacks up to then.',
            )}
          </p>
          <SaveForm saved={read} />
          {snapshots.length > 0 && (
            <ul class="snapshot-list">
              {snapshots.map((snapshot) => (
                <SnapshotRow key={snapshot.name} snapshot={snapshot} changed={read} restored={close} />
              ))}
            </ul>
          )}
          <p class="fine">
            {kept
              ? say('快照存在磁盘上，重启后还在。', 'Snapshots are kept on disk across restarts.')
              : say(
                  '停止沙箱后快照会丢失；用 --state 启动可以保留。',
                  'Snapshots are lost when the sandbox stops; start it with --state to keep them.',
                )}
          </p>
        </>
      )}
    </Popover>
  );
}

function SaveForm({ saved }: { saved: () => Promise<void> }) {
  const say = useSay();
  const [name, setName] = useState('');
  const save = (event: Event) => {
    event.preventDefault();
    return attempt(async () => {
      const made = await post<Summary>('/_system/snapshots', { name: name.trim() });
      setName('');
      await saved();
      toast(say(`已保存快照「${made.name}」`, `Saved the snapshot "${made.name}"`));
    });
  };
  return (
    <form class="row" onSubmit={save}>
      <input
        class="input fill"
        value={name}
        maxLength={60}
        aria-label={say('快照名', 'Name of the snapshot')}
        placeholder={say('名字，可不填', 'Name (optional)')}
        onInput={(event) => setName(event.currentTarget.value)}
      />
      <button type="submit" class="button primary small">
        {say('保存快照', 'Save snapshot')}
      </button>
    </form>
  );
}

interface RowProps {
  snapshot: Summary;
  changed: () => Promise<void>;
  restored: () => void;
}

function SnapshotRow({ snapshot, changed, restored }: RowProps) {
  const say = useSay();
  const { name, nowMs, payments } = snapshot;
  const path = `/_system/snapshots/${encodeURIComponent(name)}`;
  const restore = () =>
    attempt(async () => {
      await post(`${path}/restore`);
      restored();
    });
  return (
    <li>
      <span class="snapshot-name">
        <strong>{name}</strong>
        <span class="fine">
          {say(`${payments} 笔支付`, payments === 1 ? '1 payment' : `${payments} payments`)} ·{' '}
          {dateTime(nowMs)}
        </span>
      </span>
      <button
        type="button"
        class="button small"
        aria-label={say(`恢复 ${name}`, `Restore ${name}`)}
        onClick={restore}
      >
        {say('恢复', 'Restore')}
      </button>
      <button
        type="button"
        class="icon-button"
        aria-label={say(`删除 ${name}`, `Delete ${name}`)}
        title={say('删除', 'Delete')}
        onClick={() => attempt(() => remove(path).then(changed))}
      >
        <Icon name="trash" />
      </button>
    </li>
  );
}
