import { useSay } from '../../i18n.ts';
import { functionLabel, stateLabel, titleLabel, toneOfState, yuan } from '../../labels.ts';
import type { Invocation } from '../../model/events.ts';
import { problemOf } from '../../model/failures.ts';
import type { Story } from '../../model/story.ts';
import { sandboxNow, standalone } from '../../store.ts';
import { Pill } from '../content.tsx';
import { CopyButton, CopyTest } from '../copies.tsx';
import { Icon } from '../icons.tsx';
import { clockTime, duration } from '../time.ts';
import { MoneyBars } from './money-bar.tsx';
import { RefundStrip } from './refund-strip.tsx';
import { LogsLink, StoryMarks } from './story-marks.tsx';
import { TransferHead } from './transfer-head.tsx';

/** What was bought, for how much, and its progress. */
export function OrderHead({ story }: { story: Story }) {
  if (story.call) return <CallHead story={story} call={story.call} />;
  if (story.transfer) return <TransferHead story={story} transfer={story.transfer} />;
  return <PaymentHead story={story} />;
}

/** A call that failed before it did anything for an order. */
function CallHead({ story, call }: { story: Story; call: Invocation }) {
  const say = useSay();
  return (
    <header class="order-head">
      <div class="order-top">
        <div class="order-name">
          <h2>
            {functionLabel(call.functionName, say)} · {call.functionName}
          </h2>
          <p class="facts">
            <code>{call.invocationId}</code>
            {call.openid && (
              <span title={call.openid}>
                {say('调用者', 'caller')} …{call.openid.slice(-4)}
              </span>
            )}
            <LogsLink story={story} />
          </p>
        </div>
        <Pill tone="bad">{problemOf(call)}</Pill>
      </div>
      <p class="lead">
        {say('这次调用失败，没有处理任何订单。', 'This call failed before it did anything for an order.')}
      </p>
    </header>
  );
}

function PaymentHead({ story }: { story: Story }) {
  const say = useSay();
  const { state, wechatState, amountFen } = story;
  const differs = wechatState !== undefined && wechatState !== state && story.orders.size > 0;
  return (
    <header class="order-head">
      <div class="order-top">
        <div class="order-name">
          <h2>{titleLabel(story, say) ?? say('未创建的订单', 'An order that was not placed')}</h2>
          <p class="facts">
            <code>{story.paymentNo}</code>
            <CopyButton text={() => story.paymentNo} label={say('复制订单号', 'Copy the order number')} />
            {story.traceIds.size > 0 && <LogsLink story={story} />}
            <CopyTest story={story} shown={say('复制为测试', 'Copy as test')} />
            {story.combined && <span>{say('合单', 'combined')}</span>}
            {story.payer && (
              <span title={story.payer}>
                {say('付款人', 'payer')} …{story.payer.slice(-4)}
              </span>
            )}
          </p>
        </div>
        <div class="order-sum">
          {amountFen !== undefined && <strong class="amount">{yuan(amountFen)}</strong>}
          <span class="marks">
            <StoryMarks story={story} />
            <Pill tone={toneOfState(state)}>{stateLabel(state, say)}</Pill>
          </span>
        </div>
      </div>
      <Milestones story={story} />
      {differs && (
        <p class="hint warn">
          {say(
            `微信支付一侧已是「${stateLabel(wechatState, say)}」，数据库里还是「${stateLabel(state, say)}」：回调、查单或对账会把它补上。`,
            `At WeChat Pay it is "${stateLabel(wechatState, say)}", in the database "${stateLabel(state, say)}": a callback, a query or the timer will make up for it.`,
          )}
        </p>
      )}
      <MoneyBars story={story} />
      {story.refunds.size > 0 && <RefundStrip refunds={[...story.refunds.values()]} />}
      {story.combined && <SubOrders story={story} />}
    </header>
  );
}

function Milestones({ story }: { story: Story }) {
  const say = useSay();
  const { placedAtMs, paidAtMs, recordedAtMs, fulfilledAtMs, closedAtMs } = story.milestones;
  const closed = closedAtMs !== undefined && paidAtMs === undefined;
  const steps = closed
    ? [
        { label: say('下单', 'Placed'), atMs: placedAtMs },
        { label: say('关单', 'Closed'), atMs: closedAtMs },
      ]
    : [
        { label: say('下单', 'Placed'), atMs: placedAtMs },
        { label: say('付款', 'Paid'), atMs: paidAtMs },
        // What a backend does with an order, the sandbox alone does not see; only that it took the callback.
        ...(standalone
          ? [{ label: say('回调已确认', 'Acknowledged'), atMs: acknowledgedAtMs(story) }]
          : [
              { label: say('入账', 'Recorded'), atMs: recordedAtMs },
              { label: say('履约', 'Fulfilled'), atMs: fulfilledAtMs },
            ]),
      ];
  return (
    <ol class="milestones">
      {steps.map(({ label, atMs }, index) => {
        const earlier = steps[index - 1]?.atMs;
        return (
          <li key={label} class={atMs === undefined ? 'todo' : 'done'}>
            <span class="milestone-mark">{atMs !== undefined && <Icon name="check" size={12} />}</span>
            <span class="milestone-text">
              <span class="milestone-label">{label}</span>
              <span class="milestone-time mono">
                {atMs === undefined
                  ? '—'
                  : earlier === undefined
                    ? clockTime(atMs, sandboxNow())
                    : `+${duration(atMs - earlier)}`}
              </span>
            </span>
          </li>
        );
      })}
    </ol>
  );
}

function acknowledgedAtMs(story: Story): number | undefined {
  return story.events.find((event) => event.type === 'notification' && event.data.state === 'delivered')
    ?.atMs;
}

function SubOrders({ story }: { story: Story }) {
  const say = useSay();
  return (
    <table class="sub-orders">
      <caption>{say('一次付款，包含以下商家的订单', 'One payment for orders of these sellers')}</caption>
      <tbody>
        {[...story.orders.values()].map((order) => (
          <tr key={order.outTradeNo}>
            <td>{order.seller ?? '—'}</td>
            <td>{titleLabel(order, say)}</td>
            <td class="mono faint">{order.outTradeNo.slice(0, 8)}…</td>
            <td>
              {order.state && <Pill tone={toneOfState(order.state)}>{stateLabel(order.state, say)}</Pill>}
            </td>
            <td class="amount">{order.amountFen !== undefined && yuan(order.amountFen)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
