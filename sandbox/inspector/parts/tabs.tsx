import type { FunctionComponent } from 'preact';
import { useWords, type Word } from '../i18n.ts';
import { type Tab, update, useStore } from '../store.ts';
import { ApplicationsView } from '../views/applications.tsx';
import { DatabaseView } from '../views/database.tsx';
import { ExchangesView } from '../views/exchanges.tsx';
import { FaultsView } from '../views/faults.tsx';
import { KeysView } from '../views/keys.tsx';
import { NotificationsView } from '../views/notifications.tsx';
import { TimelineView } from '../views/timeline.tsx';

const views: { tab: Tab; word: Word; view: FunctionComponent }[] = [
  { tab: 'timeline', word: 'timeline', view: TimelineView },
  { tab: 'exchanges', word: 'exchanges', view: ExchangesView },
  { tab: 'notifications', word: 'notifications', view: NotificationsView },
  { tab: 'applications', word: 'applications', view: ApplicationsView },
  { tab: 'faults', word: 'faults', view: FaultsView },
  { tab: 'keys', word: 'keys', view: KeysView },
  { tab: 'database', word: 'database', view: DatabaseView },
];

/** The right side of the page: one view at a time. Arrow keys move between tabs. */
export function Tabs() {
  const { tab } = useStore();
  const word = useWords();
  const current = views.find((entry) => entry.tab === tab) ?? views[0]!;
  const move = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = views[(views.indexOf(current) + step + views.length) % views.length]!;
    update({ tab: next.tab });
    document.getElementById(`tab-${next.tab}`)?.focus();
  };
  return (
    <main class="work">
      <div class="tabs" role="tablist" onKeyDown={move}>
        {views.map((entry) => (
          <button
            key={entry.tab}
            id={`tab-${entry.tab}`}
            type="button"
            role="tab"
            aria-selected={entry === current}
            aria-controls="panel"
            tabIndex={entry === current ? 0 : -1}
            onClick={() => update({ tab: entry.tab })}
          >
            {word(entry.word)}
          </button>
        ))}
      </div>
      <div class="panel fixed" id="panel" role="tabpanel" aria-labelledby={`tab-${current.tab}`}>
        <current.view />
      </div>
    </main>
  );
}
