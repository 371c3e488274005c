import { useState } from 'preact/hooks';
import { useSay } from '../i18n.ts';
import { Empty } from '../parts/content.tsx';
import { ExchangeDetail } from '../parts/exchange-detail.tsx';
import { clockTime } from '../parts/time.ts';
import { VirtualList } from '../parts/virtual-list.tsx';
import { useStore } from '../store.ts';
import type { Exchange } from '../types.ts';

/** Every request to WeChat Pay, the newest first, with what was signed and why it was refused. */
export function ExchangesView() {
  const { events } = useStore();
  const say = useSay();
  const [chosen, choose] = useState<number>();
  const [onlyBad, setOnlyBad] = useState(false);
  const all = events.filter((event) => event.type === 'exchange').map((event) => event.data as Exchange);
  const shown = (onlyBad ? all.filter((exchange) => exchange.verdict !== 'passed') : all).reverse();
  const current = shown.find((exchange) => exchange.id === chosen) ?? shown[0];
  if (all.length === 0) {
    return (
      <Empty
        title={say('还没有请求', 'No exchanges yet')}
        hint={say('云函数每次请求微信支付都会出现在这里。', 'Each request to WeChat Pay will appear here.')}
      />
    );
  }
  return (
    <div class="split">
      <div class="column">
        <label class="filter">
          <input type="checkbox" checked={onlyBad} onChange={() => setOnlyBad(!onlyBad)} />
          {say('只看失败的', 'Only what failed')}
          <span class="pill">{shown.length}</span>
        </label>
        <VirtualList
          items={shown}
          rowHeightPx={58}
          label={say('请求', 'Exchanges')}
          keyOf={(exchange) => exchange.id}
          row={(exchange) => (
            <button
              type="button"
              class="list-row"
              aria-current={exchange === current}
              onClick={() => choose(exchange.id)}
            >
              <StatusPill exchange={exchange} />
              <span class="main">
                <span>{exchange.api ?? exchange.request.target}</span>
                <span class="sub mono">
                  {exchange.request.method} {exchange.request.target}
                </span>
              </span>
              <span class="sub mono">{clockTime(exchange.atMs)}</span>
            </button>
          )}
        />
      </div>
      {current && (
        <div class="detail">
          <ExchangeDetail exchange={current} />
        </div>
      )}
    </div>
  );
}

export function StatusPill({ exchange }: { exchange: Exchange }) {
  const tone = exchange.verdict === 'passed' ? 'ok' : exchange.verdict === 'fault' ? 'warn' : 'bad';
  return <span class={`pill ${tone}`}>{exchange.answer?.status ?? '—'}</span>;
}
