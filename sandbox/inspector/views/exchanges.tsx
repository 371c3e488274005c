import { useMemo, useState } from 'preact/hooks';
import { apiLabel } from '../api-labels.ts';
import { Check, Empty, Pill, SearchField } from '../components/content.tsx';
import { ExchangeDetail } from '../components/exchange-detail.tsx';
import { OrderLink } from '../components/order-link.tsx';
import { Split } from '../components/split.tsx';
import { clockTime, duration } from '../components/time.ts';
import { VirtualList } from '../components/virtual-list.tsx';
import { useSay } from '../i18n.ts';
import type { Exchange, ExchangeEvent } from '../model/events.ts';
import { orderNumberOf } from '../model/numbers.ts';
import { feed, open, sandboxNow, usePage, useTopics } from '../store.ts';

/** Every request to WeChat Pay, the newest first, with what was signed and why it was refused. */
export function ExchangesView() {
  const say = useSay();
  const { chosen } = usePage();
  const revision = useTopics('exchanges');
  const [onlyBad, setOnlyBad] = useState(false);
  const [search, setSearch] = useState('');
  const shown = useMemo(() => filtered(search, onlyBad).reverse(), [revision, search, onlyBad]);
  if (feed.exchanges.length === 0) {
    return (
      <Empty
        icon="arrow"
        title={say('还没有请求', 'No exchanges yet')}
        hint={say(
          '对微信支付的每次请求都会出现在这里：签名的报文、应答，以及被拒绝的原因。',
          'Each request to WeChat Pay appears here: what was signed, what was answered, why it was refused.',
        )}
      />
    );
  }
  const current = shown.find((event) => `${event.data.id}` === chosen.exchanges) ?? shown[0];
  return (
    <Split
      tab="exchanges"
      list={
        <>
          <div class="filter">
            <SearchField
              label={say('搜索请求', 'Search exchanges')}
              hint={say('接口、路径、订单号、错误', 'API, path, number, error')}
              value={search}
              change={setSearch}
            />
            <Check checked={onlyBad} change={setOnlyBad}>
              {say('只看失败', 'Failed only')}
            </Check>
            <span class="count">{shown.length}</span>
          </div>
          <VirtualList
            items={shown}
            rowHeightPx={56}
            label={say('请求', 'Exchanges')}
            keyOf={(event) => `${event.data.id}`}
            chosen={current && `${current.data.id}`}
            choose={(id, entry) => open('exchanges', id, entry)}
            row={(event) => <ExchangeRow exchange={event.data} />}
          />
        </>
      }
    >
      {current ? (
        <article class="detail" key={current.data.id}>
          <ExchangeHead exchange={current.data} />
          <ExchangeDetail exchange={current.data} />
        </article>
      ) : (
        <Empty icon="search" title={say('没有符合的请求', 'Nothing matches')} hint={search} />
      )}
    </Split>
  );
}

function filtered(search: string, onlyBad: boolean): ExchangeEvent[] {
  const wanted = search.trim().toLowerCase();
  if (wanted === '' && !onlyBad) return [...feed.exchanges];
  return feed.exchanges.filter(
    ({ data }) => (!onlyBad || data.verdict !== 'passed') && matches(data, wanted),
  );
}

function matches(exchange: Exchange, wanted: string): boolean {
  if (wanted === '') return true;
  const { api, request, outTradeNo, code, explanation, explanationZh, fault, signature } = exchange;
  const reasons = [
    code,
    explanation,
    explanationZh,
    fault,
    signature?.cause,
    signature?.hint,
    signature?.hintZh,
  ];
  return [api, request.target, outTradeNo, ...reasons].some((text) => text?.toLowerCase().includes(wanted));
}

function ExchangeHead({ exchange }: { exchange: Exchange }) {
  const say = useSay();
  const { api, request } = exchange;
  const story = feed.story(orderNumberOf(exchange));
  return (
    <header class="detail-head">
      <div>
        <h2>{apiLabel(api, say) ?? request.target}</h2>
        <p class="mono lead break">
          {request.method} {request.target}
        </p>
      </div>
      <OrderLink story={story} />
    </header>
  );
}

function ExchangeRow({ exchange }: { exchange: Exchange }) {
  const say = useSay();
  const { verdict, answer, api, request, code, atMs, durationMs } = exchange;
  const tone = verdict === 'passed' ? 'ok' : verdict === 'fault' ? 'warn' : 'bad';
  return (
    <>
      <span class="status">
        <Pill tone={tone}>{answer?.status ?? say('断', '—')}</Pill>
      </span>
      <span class="main">
        <span class="list-title">{apiLabel(api, say) ?? request.target}</span>
        <span class="sub mono">{code ?? `${request.method} ${request.target}`}</span>
      </span>
      <span class="aside">
        <span class="sub mono">{clockTime(atMs, sandboxNow())}</span>
        <span class="sub mono">{duration(durationMs)}</span>
      </span>
    </>
  );
}
