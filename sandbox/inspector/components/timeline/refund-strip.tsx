/** The refunds of an order, with buttons for how the payer's bank ends each. */
import { post } from '../../api.ts';
import { useSay } from '../../i18n.ts';
import { arrivalLabel, toneOfState, yuan } from '../../labels.ts';
import type { RefundOfStory } from '../../model/story.ts';
import { attempt, open } from '../../store.ts';
import { Pill } from '../content.tsx';

export function RefundStrip({ refunds }: { refunds: readonly RefundOfStory[] }) {
  const say = useSay();
  return (
    <ul class="refund-strip" aria-label={say('退款', 'Refunds')}>
      {refunds.map((refund) => (
        <li key={refund.outRefundNo}>
          <span>{say('退款', 'Refund')}</span>
          <strong class="amount">{yuan(refund.amountFen)}</strong>
          <Pill tone={toneOfState(refund.state)}>{arrivalLabel(refund.state, say)}</Pill>
          <button
            type="button"
            class="link mono"
            title={refund.outRefundNo}
            onClick={() => open('database', `refunds/${refund.outRefundNo}`)}
          >
            {refund.outRefundNo.slice(0, 10)}…
          </button>
          {refund.state === 'PROCESSING' && <Ends outRefundNo={refund.outRefundNo} />}
        </li>
      ))}
    </ul>
  );
}

const results = [
  ['SUCCESS', '到账', 'Arrives'],
  ['ABNORMAL', '退款异常', 'Abnormal'],
  ['CLOSED', '退款关闭', 'Closed'],
] as const;

/** Without a choice it succeeds by itself within five minutes of the sandbox's clock. */
function Ends({ outRefundNo }: { outRefundNo: string }) {
  const say = useSay();
  const end = async (result: string) => {
    await post(`/_sandbox/refunds/${encodeURIComponent(outRefundNo)}/settle`, { result });
    // The function finds out by the callback or its next query.
    await post('/_cloud/timers/reconcile');
  };
  return (
    <span class="jumps">
      {results.map(([result, zh, en]) => (
        <button key={result} type="button" class="button small" onClick={() => attempt(() => end(result))}>
          {say(zh, en)}
        </button>
      ))}
    </span>
  );
}
