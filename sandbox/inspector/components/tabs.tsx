import type { FunctionComponent } from 'preact';
import { useEffect } from 'preact/hooks';
import { useSay } from '../i18n.ts';
import { feed, type Tab, tabs, update, usePage, useTopics } from '../store.ts';
import { ApplicationsView } from '../views/applications.tsx';
import { BillsView } from '../views/bills.tsx';
import { ConnectView } from '../views/connect.tsx';
import { DatabaseView } from '../views/database.tsx';
import { ExchangesView } from '../views/exchanges.tsx';
import { FaultsView } from '../views/faults.tsx';
import { KeysView } from '../views/keys.tsx';
import { LogsView } from '../views/logs.tsx';
import { NetworkView } from '../views/network.tsx';
import { NotificationsView } from '../views/notifications.tsx';
import { TimelineView } from '../views/timeline.tsx';
import { useFaults } from './use-faults.ts';

const views: Record<Exclude<Tab, 'phone'>, { zh: string; en: string; view: FunctionComponent }> = {
  timeline: { zh: '时间线', en: 'Timeline', view: TimelineView },
  exchanges: { zh: '请求', en: 'Exchanges', view: ExchangesView },
  notifications: { zh: '回调', en: 'Callbacks', view: NotificationsView },
  logs: { zh: '日志', en: 'Logs', view: LogsView },
  network: { zh: '网络', en: 'Network', view: NetworkView },
  applications: { zh: '进件', en: 'Applications', view: ApplicationsView },
  bills: { zh: '对账', en: 'Bills', view: BillsView },
  faults: { zh: '故障', en: 'Faults', view: FaultsView },
  keys: { zh: '密钥', en: 'Keys', view: KeysView },
  database: { zh: '数据库', en: 'Database', view: DatabaseView },
  connect: { zh: '接入', en: 'Connect', view: ConnectView },
};

/** The right side of the page: one view at a time. Arrow keys move between tabs. */
export function Tabs() {
  const { tab } = usePage();
  const say = useSay();
  const move = (event: KeyboardEvent) => {
    const shown = tabs.filter((name) => document.getElementById(`tab-${name}`)?.offsetParent);
    const at = shown.indexOf(tab);
    const target = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
    const next = target === undefined ? undefined : shown.at(target % shown.length);
    if (!next) return;
    event.preventDefault();
    update({ tab: next });
    document.getElementById(`tab-${next}`)?.focus();
  };
  useEffect(() => {
    document.getElementById(`tab-${tab}`)?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [tab]);
  const View = tab === 'phone' ? undefined : views[tab].view;
  return (
    <main class="work">
      <div class="tabs" role="tablist" aria-label={say('检查器', 'Inspector')} onKeyDown={move}>
        {tabs.map((name) => (
          <button
            key={name}
            id={`tab-${name}`}
            type="button"
            role="tab"
            class={name === 'phone' ? 'narrow-only' : ''}
            aria-selected={name === tab}
            aria-controls="panel"
            tabIndex={name === tab ? 0 : -1}
            onClick={() => update({ tab: name })}
          >
            {name === 'phone' ? say('手机', 'Phone') : say(views[name].zh, views[name].en)}
            {name === 'faults' && <FaultBadge />}
            {name === 'notifications' && <HeldBadge />}
          </button>
        ))}
      </div>
      <div class="panel" id="panel" role="tabpanel" aria-labelledby={`tab-${tab}`}>
        {View && <View />}
      </div>
    </main>
  );
}

/** Callbacks that wait to be released are easily forgotten. */
function HeldBadge() {
  const say = useSay();
  useTopics('notifications', 'reset');
  const held = [...feed.notifications.values()].filter(({ state }) => state === 'held').length;
  if (held === 0) return null;
  return (
    <span class="badge" title={say(`${held} 个回调已扣住`, `${held} held`)}>
      {held}
    </span>
  );
}

/** So are faults that are still set. */
function FaultBadge() {
  const say = useSay();
  const count = useFaults().inForce.length;
  if (count === 0) return null;
  return (
    <span class="badge" title={say(`${count} 个故障生效中`, `${count} active`)}>
      {count}
    </span>
  );
}
