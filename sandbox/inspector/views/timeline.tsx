import { useSay, useWords } from '../i18n.ts';
import { chinaTime } from '../parts/bar.tsx';
import { type SandboxEvent, update, useStore } from '../store.ts';

/** One order from the first tap to the last document: who called whom, and what came of it. */
export function TimelineView() {
  const { events, order } = useStore();
  const word = useWords();
  const orders = ordersOf(events);
  if (orders.length === 0) {
    return (
      <div class="empty">
        <strong>{word('noOrders')}</strong>
        {word('noOrdersHint')}
      </div>
    );
  }
  const current =
    order !== undefined && orders.some((entry) => entry.outTradeNo === order) ? order : orders[0]!.outTradeNo;
  return (
    <div class="split">
      <div role="list">
        {orders.map((entry) => (
          <div key={entry.outTradeNo} role="listitem" style={{ height: '58px' }}>
            <button
              type="button"
              class="list-row"
              aria-current={entry.outTradeNo === current}
              onClick={() => update({ order: entry.outTradeNo })}
            >
              <span class="light" />
              <span class="main">
                <span class="mono">{entry.outTradeNo}</span>
                <span class="sub">{chinaTime(entry.atMs)}</span>
              </span>
              <span class="pill">{entry.events}</span>
            </button>
          </div>
        ))}
      </div>
      <div class="timeline">
        {events
          .filter((event) => event.outTradeNo === current)
          .map((event) => (
            <Moment key={event.id} event={event} />
          ))}
      </div>
    </div>
  );
}

function Moment({ event }: { event: SandboxEvent }) {
  const say = useSay();
  const names: Record<string, string> = {
    exchange: say('微信支付', 'WeChat Pay'),
    notification: say('回调', 'Callback'),
    invocation: say('云函数', 'Function'),
    document: say('数据库', 'Document'),
    order: say('订单', 'Order'),
  };
  return (
    <div class="moment">
      <time>{chinaTime(event.atMs).slice(11)}</time>
      <span class="rail">
        <span
          class={`dot ${event.type === 'invocation' ? 'info' : event.type === 'exchange' ? 'violet' : 'ok'}`}
        />
      </span>
      <details>
        <summary>
          <span class="pill">{names[event.type] ?? event.type}</span>
          <span class="what">{JSON.stringify(event.data).slice(0, 160)}</span>
        </summary>
        <div class="inside">
          <pre>{JSON.stringify(event.data, null, 2)}</pre>
        </div>
      </details>
    </div>
  );
}

function ordersOf(events: readonly SandboxEvent[]): { outTradeNo: string; atMs: number; events: number }[] {
  const found = new Map<string, { outTradeNo: string; atMs: number; events: number }>();
  for (const event of events) {
    if (!event.outTradeNo) continue;
    const entry = found.get(event.outTradeNo) ?? {
      outTradeNo: event.outTradeNo,
      atMs: event.atMs,
      events: 0,
    };
    entry.events += 1;
    found.set(event.outTradeNo, entry);
  }
  return [...found.values()].sort((a, b) => b.atMs - a.atMs);
}
