import { useEffect, useMemo, useState } from 'preact/hooks';
import { post } from '../api.ts';
import { callbackLabel } from '../api-labels.ts';
import { Check, Empty, Pill, SearchField } from '../components/content.tsx';
import { NotificationDetail } from '../components/notification-detail.tsx';
import { Split } from '../components/split.tsx';
import { clockTime, duration } from '../components/time.ts';
import { VirtualList } from '../components/virtual-list.tsx';
import { useSay } from '../i18n.ts';
import { notificationStateLabel, titleLabel, yuan } from '../labels.ts';
import type { NotificationState } from '../model/events.ts';
import type { NotificationLog } from '../model/feed.ts';
import { attempt, feed, open, sandboxNow, usePage, useTopics } from '../store.ts';

/** Callbacks: how each was delivered, and ways to send it again, genuine or forged. */
export function NotificationsView() {
  const say = useSay();
  const { chosen } = usePage();
  const revision = useTopics('notifications');
  const [search, setSearch] = useState('');
  const [state, setState] = useState('');
  const all = useMemo(() => [...feed.notifications.values()].reverse(), [revision]);
  const list = all.filter((log) => (state === '' || log.state === state) && matches(log, search));
  const current = feed.notifications.get(chosen.notifications ?? '') ?? list[0];
  return (
    <Split
      tab="notifications"
      list={
        <>
          <DeliverySettings held={all.filter((log) => log.state === 'held').length} />
          {all.length > 0 && (
            <div class="filter">
              <SearchField
                label={say('搜索回调', 'Search callbacks')}
                hint={say('订单、类型、错误', 'Order, type, error')}
                value={search}
                change={setSearch}
              />
              <select
                class="input"
                aria-label={say('状态', 'State')}
                value={state}
                onChange={(event) => setState(event.currentTarget.value)}
              >
                <option value="">{say('全部', 'All')}</option>
                {states.map((each) => (
                  <option key={each} value={each}>
                    {notificationStateLabel(each, say).label}
                  </option>
                ))}
              </select>
            </div>
          )}
          <VirtualList
            items={list}
            rowHeightPx={56}
            label={say('回调', 'Callbacks')}
            keyOf={(log) => log.id}
            chosen={current?.id}
            choose={(id, entry) => open('notifications', id, entry)}
            row={(log) => <NotificationRow log={log} />}
          />
        </>
      }
    >
      {current ? (
        <NotificationDetail key={current.id} log={current} />
      ) : (
        <Empty
          icon="bell"
          title={
            all.length > 0 ? say('没有符合的回调', 'Nothing matches') : say('还没有回调', 'No callbacks yet')
          }
          hint={say(
            '有人付款后，微信支付会签名、加密，再通知订单的 notify_url。投递方式现在就可以设置。',
            "After a payment, WeChat Pay signs, encrypts and posts to the order's notify_url. The delivery can be configured now.",
          )}
        />
      )}
    </Split>
  );
}

const states: readonly NotificationState[] = ['pending', 'held', 'delivered', 'exhausted', 'undeliverable'];

/** By its order, its type, or why a delivery failed. */
function matches({ id, eventType, outTradeNo, attempts }: NotificationLog, search: string): boolean {
  const wanted = search.trim().toLowerCase();
  if (wanted === '') return true;
  const failures = attempts.flatMap(({ ok, error, body, status, tamper }) =>
    ok ? [] : [error, body, tamper, status === undefined ? undefined : `${status}`],
  );
  const names = callbackLabel(eventType, (zh, en) => `${zh} ${en}`);
  const texts = [id, eventType, names, outTradeNo, feed.story(outTradeNo)?.title, ...failures];
  return texts.some((text) => text?.toLowerCase().includes(wanted));
}

function NotificationRow({ log }: { log: NotificationLog }) {
  const say = useSay();
  const story = feed.story(log.outTradeNo);
  const { tone, label } = notificationStateLabel(log.state, say);
  return (
    <>
      <span class="main">
        <span class="list-title">
          {(story && titleLabel(story, say)) ?? callbackLabel(log.eventType, say)}
        </span>
        <span class="sub mono">
          {clockTime(log.createdAtMs, sandboxNow())} · {log.eventType}
        </span>
      </span>
      <span class="aside">
        {story?.amountFen !== undefined && <span class="amount">{yuan(story.amountFen)}</span>}
        <Pill tone={tone}>
          {label}
          {log.nextAtMs !== undefined &&
            ` ${duration(Math.max(0, log.nextAtMs - Date.now() - feed.clockOffsetMs))}`}
        </Pill>
      </span>
    </>
  );
}

interface Settings {
  hold: boolean;
  duplicates: number;
  probe: boolean;
}

function DeliverySettings({ held }: { held: number }) {
  const say = useSay();
  const [settings, setSettings] = useState<Settings>();
  const resets = useTopics('reset');
  const set = (patch: Partial<Settings>) =>
    attempt(async () => {
      const answer = await post<{ settings: Settings }>('/_sandbox/notifications/settings', patch);
      setSettings(answer.settings);
    });
  useEffect(() => void set({}), [resets]);
  const release = (order: 'in-order' | 'reversed') =>
    attempt(async () => {
      await post('/_sandbox/notifications/release', { order });
      await set({});
    });
  return (
    <div class="filter wrap">
      <Check checked={settings?.hold ?? false} change={(hold) => set({ hold })}>
        {say('扣住新回调', 'Hold new ones')}
      </Check>
      <Check checked={settings?.probe ?? false} change={(probe) => set({ probe })}>
        {say('先发 SIGNTEST', 'SIGNTEST first')}
      </Check>
      <label class="check">
        {say('重复次数', 'Duplicates')}
        <input
          class="input number"
          type="number"
          min={0}
          max={20}
          value={settings?.duplicates ?? 0}
          onChange={(event) => set({ duplicates: Number(event.currentTarget.value) })}
        />
      </label>
      <span class="release">
        <span class="lead">{say(`已扣住 ${held} 个`, `${held} held`)}</span>
        <button type="button" class="button small" disabled={held === 0} onClick={() => release('in-order')}>
          {say('按序放行', 'Release')}
        </button>
        <button type="button" class="button small" disabled={held === 0} onClick={() => release('reversed')}>
          {say('倒序放行', 'Release reversed')}
        </button>
      </span>
    </div>
  );
}
