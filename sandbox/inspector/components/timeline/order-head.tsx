import { useSay } from '../../i18n.ts';
import { stateWord, toneOfState, yuan } from '../../labels.ts';
import type { Story } from '../../model/story.ts';
import { Pill } from '../content.tsx';
import { CopyButton } from '../copies.tsx';
import { Icon } from '../icons.tsx';
import { clockTime, duration } from '../time.ts';

/** What was bought, for how much, and how far it came. */
export function OrderHead({ story }: { story: Story }) {
  const say = useSay();
  const { state, wechatState, amountFen } = story;
  const differs = wechatState !== undefined && wechatState !== state && story.orders.size > 0;
  return (
    <header class="order-head">
      <div class="order-top">
        <div class="order-name">
          <h2>{story.title ?? say('没有下成的订单', 'An order that was not placed')}</h2>
          <p class="facts">
            <code>{story.paymentNo}</code>
            <CopyButton text={() => story.paymentNo} label={say('复制订单号', 'Copy the order number')} />
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
          <Pill tone={toneOfState(state)}>{stateWord(state, say)}</Pill>
        </div>
      </div>
      <Milestones story={story} />
      {differs && (
        <p class="hint warn">
          {say(
            `微信支付那边已是「${stateWord(wechatState, say)}」，数据库还是「${stateWord(state, say)}」：回调、查单或对账会把它补上。`,
            `At WeChat Pay it is "${stateWord(wechatState, say)}", in the database "${stateWord(state, say)}": a callback, a query or the timer will make up for it.`,
          )}
        </p>
      )}
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
        { word: say('下单', 'Placed'), atMs: placedAtMs },
        { word: say('关单', 'Closed'), atMs: closedAtMs },
      ]
    : [
        { word: say('下单', 'Placed'), atMs: placedAtMs },
        { word: say('付款', 'Paid'), atMs: paidAtMs },
        { word: say('入账', 'Recorded'), atMs: recordedAtMs },
        { word: say('履约', 'Fulfilled'), atMs: fulfilledAtMs },
      ];
  return (
    <ol class="milestones">
      {steps.map(({ word, atMs }, index) => {
        const earlier = steps[index - 1]?.atMs;
        return (
          <li key={word} class={atMs === undefined ? 'todo' : 'done'}>
            <span class="milestone-mark">{atMs !== undefined && <Icon name="check" size={12} />}</span>
            <span class="milestone-text">
              <span class="milestone-word">{word}</span>
              <span class="milestone-time mono">
                {atMs === undefined
                  ? '—'
                  : earlier === undefined
                    ? clockTime(atMs)
                    : `+${duration(atMs - earlier)}`}
              </span>
            </span>
          </li>
        );
      })}
    </ol>
  );
}

function SubOrders({ story }: { story: Story }) {
  const say = useSay();
  return (
    <table class="sub-orders">
      <caption>{say('一次付款，分给这些商家', 'One payment, shared by these sellers')}</caption>
      <tbody>
        {[...story.orders.values()].map((order) => (
          <tr key={order.outTradeNo}>
            <td>{order.seller ?? '—'}</td>
            <td>{order.title}</td>
            <td class="mono faint">{order.outTradeNo.slice(0, 8)}…</td>
            <td>
              {order.state && <Pill tone={toneOfState(order.state)}>{stateWord(order.state, say)}</Pill>}
            </td>
            <td class="amount">{order.amountFen !== undefined && yuan(order.amountFen)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
