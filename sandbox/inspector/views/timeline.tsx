import { useSay, useWords } from '../i18n.ts';
import { Empty } from '../parts/content.tsx';
import { Moment } from '../parts/moment.tsx';
import { dateTime } from '../parts/time.ts';
import { type SandboxEvent, update, useStore } from '../store.ts';

interface OrderSummary {
  outTradeNo: string;
  lastAtMs: number;
  state: string | undefined;
  amountFen: number | undefined;
}

/** One order from the first tap to the last document: who called whom, and what came of it. */
export function TimelineView() {
  const { events, order } = useStore();
  const word = useWords();
  const orders = ordersOf(events);
  if (orders.length === 0) return <Empty title={word('noOrders')} hint={word('noOrdersHint')} />;
  const current = (orders.find((entry) => entry.outTradeNo === order) ?? orders[0]!).outTradeNo;
  const moments = momentsOf(events, current);
  return (
    <div class="split">
      <div class="scroll">
        {orders.map((entry) => (
          <OrderRow key={entry.outTradeNo} order={entry} current={entry.outTradeNo === current} />
        ))}
      </div>
      <div class="scroll">
        <Legend />
        <div class="timeline">
          {moments.map((event) => (
            <Moment key={event.id} event={event} />
          ))}
        </div>
      </div>
    </div>
  );
}

function OrderRow({ order, current }: { order: OrderSummary; current: boolean }) {
  const tone =
    { SUCCESS: 'ok', CLOSED: '', REFUND: 'warn', NOTPAY: 'info', PAYERROR: 'bad' }[order.state ?? ''] ?? '';
  return (
    <button
      type="button"
      class="list-row tall"
      aria-current={current}
      onClick={() => update({ order: order.outTradeNo })}
    >
      <span class={`pill ${tone}`}>{order.state ?? '…'}</span>
      <span class="main">
        <span class="mono">{order.outTradeNo}</span>
        <span class="sub">{dateTime(order.lastAtMs)}</span>
      </span>
      {order.amountFen !== undefined && <strong class="amount">¥{(order.amountFen / 100).toFixed(2)}</strong>}
    </button>
  );
}

function Legend() {
  const say = useSay();
  return (
    <p class="legend">
      <span class="dot-key info" /> {say('云函数', 'function')}
      <span class="dot-key violet" /> {say('微信支付接口', 'WeChat Pay API')}
      <span class="dot-key ok" /> {say('回调与结果', 'callback, outcome')}
      <span class="dot-key" /> {say('数据库', 'document')}
    </p>
  );
}

/** An invocation is told when it ends; here it stands where it began, before what it caused. */
function momentsOf(events: readonly SandboxEvent[], outTradeNo: string): SandboxEvent[] {
  return events
    .filter((event) => event.outTradeNo === outTradeNo)
    .map((event) => ({ ...event, atMs: startOf(event) }))
    .sort((a, b) => a.atMs - b.atMs || a.id - b.id);
}

function startOf(event: SandboxEvent): number {
  const { startedAtMs } = event.data as { startedAtMs?: number };
  return event.type === 'invocation' && startedAtMs !== undefined ? startedAtMs : event.atMs;
}

function ordersOf(events: readonly SandboxEvent[]): OrderSummary[] {
  const found = new Map<string, OrderSummary>();
  for (const event of events) {
    if (!event.outTradeNo) continue;
    const entry = found.get(event.outTradeNo) ?? {
      outTradeNo: event.outTradeNo,
      lastAtMs: event.atMs,
      state: undefined,
      amountFen: undefined,
    };
    entry.lastAtMs = event.atMs;
    if (event.type === 'document') {
      const { collection, after } = event.data as { collection: string; after?: Record<string, unknown> };
      if (collection === 'orders' || collection === 'combined_payments') {
        if (typeof after?.state === 'string') entry.state = after.state;
        if (typeof after?.amountFen === 'number') entry.amountFen = after.amountFen;
      }
    }
    found.set(event.outTradeNo, entry);
  }
  return [...found.values()].reverse();
}
