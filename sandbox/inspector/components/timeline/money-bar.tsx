/** Where the money of a paid order is: one bar from the payment to everyone who has a part of it. */
import { useEffect, useState } from 'preact/hooks';
import { get } from '../../api.ts';
import { type Say, useSay } from '../../i18n.ts';
import { type Pair, yuan } from '../../labels.ts';
import type { Story } from '../../model/story.ts';
import { useSlowly } from '../../store.ts';

interface Amount {
  kind: string;
  account?: string;
  amountFen: number;
}

interface OrderMoney {
  outTradeNo: string;
  payeeMchid: string;
  sources: Amount[];
  parts: Amount[];
}

const partLabels: Record<string, Pair> = {
  refunded: ['已退给付款人', 'refunded to the payer'],
  refunding: ['退款中', 'being refunded'],
  receiver: ['分给', 'shared with'],
  sharing: ['分账中', 'being shared'],
  'after-sales': ['售后服务费，归平台', 'after-sales fee of the platform'],
  fee: ['微信支付手续费', 'fee of WeChat Pay'],
  frozen: ['冻结，尚不可用', 'frozen for now'],
  available: ['可用，归商户', 'available to'],
};
const sourceLabels: Record<string, Pair> = {
  paid: ['付款', 'paid'],
  subsidy: ['平台补差', 'subsidy of the platform'],
  advance: ['平台垫付', 'advanced by the platform'],
  payee: ['商户自有资金', "the payee's other money"],
};

/** For each order of a payment; nothing before it is paid. */
export function MoneyBars({ story }: { story: Story }) {
  const [orders, setOrders] = useState<OrderMoney[]>([]);
  const isPaid = story.milestones.paidAtMs !== undefined;
  const revision = useSlowly(500, 'stories', 'ledger', 'clock');
  useEffect(() => {
    if (!isPaid) return;
    const path = `/_sandbox/orders/${encodeURIComponent(story.paymentNo)}/money`;
    // Without an answer it shows what it knows; the page says elsewhere that the sandbox does not answer.
    get<{ orders: OrderMoney[] }>(path).then(
      (answer) => setOrders(answer.orders),
      () => {},
    );
  }, [story.paymentNo, isPaid, revision]);
  return (
    <>
      {orders.map((order) => (
        <MoneyBar
          key={order.outTradeNo}
          order={order}
          seller={story.combined ? story.orders.get(order.outTradeNo)?.seller : undefined}
        />
      ))}
    </>
  );
}

function MoneyBar({ order, seller }: { order: OrderMoney; seller: string | undefined }) {
  const say = useSay();
  const { sources, parts } = order;
  const title = say('钱在哪里', 'Where the money is');
  let receivers = 0;
  const shown = parts.map((part) => ({
    ...part,
    label: labelOf(part, say),
    tone: part.kind === 'receiver' ? `receiver receiver-${receivers++ % 3}` : part.kind,
  }));
  return (
    <section class="money" aria-label={seller ? `${title} · ${seller}` : title}>
      <p class="money-title">
        <strong>{title}</strong>
        {seller && <span>{seller}</span>}
        <span class="faint">{sources.map((source) => sourceText(source, say)).join(' + ')}</span>
      </p>
      <div class="money-bar" aria-hidden="true">
        {shown.map(({ tone, label, amountFen }) => (
          <span
            key={label}
            class={`money-part ${tone}`}
            style={{ flexGrow: amountFen }}
            title={`${label} ${yuan(amountFen)}`}
          />
        ))}
      </div>
      <ul class="money-parts">
        {shown.map(({ tone, label, amountFen }) => (
          <li key={label}>
            <span class={`money-swatch ${tone}`} aria-hidden="true" />
            <span class="money-label">{label}</span> <span class="amount">{yuan(amountFen)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function labelOf({ kind, account }: Amount, say: Say): string {
  const label = say(...(partLabels[kind] ?? [kind, kind]));
  return account === undefined ? label : `${label} ${account}`;
}

function sourceText({ kind, amountFen }: Amount, say: Say): string {
  return `${say(...(sourceLabels[kind] ?? [kind, kind]))} ${yuan(amountFen)}`;
}
