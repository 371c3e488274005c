/** A transfer to a person, with a button that makes it fail while the money has not arrived. */
import { post } from '../../api.ts';
import { useSay } from '../../i18n.ts';
import { arrivalLabel, toneOfState, transferTitle, yuan } from '../../labels.ts';
import type { Story, TransferOfStory } from '../../model/story.ts';
import { attempt, open, standalone } from '../../store.ts';
import { Pill } from '../content.tsx';
import { CopyButton } from '../copies.tsx';
import { LogsLink, StoryMarks } from './story-marks.tsx';

export function TransferHead({ story, transfer }: { story: Story; transfer: TransferOfStory }) {
  const say = useSay();
  const { state, wechatState, payer, paymentNo } = story;
  const differs = transfer.state !== undefined && wechatState !== undefined && wechatState !== transfer.state;
  return (
    <header class="order-head">
      <div class="order-top">
        <div class="order-name">
          <h2>{transferTitle(transfer, say)}</h2>
          <p class="facts">
            {standalone ? (
              <code>{paymentNo}</code>
            ) : (
              <button
                type="button"
                class="link mono"
                onClick={() => open('database', `transfers/${paymentNo}`)}
              >
                {paymentNo}
              </button>
            )}
            <CopyButton text={() => paymentNo} label={say('复制商户单号', 'Copy the out_bill_no')} />
            {story.traceIds.size > 0 && <LogsLink story={story} />}
            {payer && (
              <span title={payer}>
                {say('收款人', 'payee')} …{payer.slice(-4)}
              </span>
            )}
          </p>
        </div>
        <div class="order-sum">
          {transfer.amountFen !== undefined && <strong class="amount">{yuan(transfer.amountFen)}</strong>}
          <span class="marks">
            <StoryMarks story={story} />
            <Pill tone={toneOfState(state)}>{arrivalLabel(state, say)}</Pill>
          </span>
        </div>
      </div>
      {transfer.failReason !== undefined && (
        <p class="facts">
          {say('失败原因', 'Reason')} <code>{transfer.failReason}</code>
        </p>
      )}
      {differs && (
        <p class="hint warn">
          {say(
            `微信支付一侧已是「${arrivalLabel(wechatState, say)}」，数据库里还是「${arrivalLabel(transfer.state!, say)}」：回调、查询或定时器会把它补上。`,
            `At WeChat Pay it is "${arrivalLabel(wechatState, say)}", in the database "${arrivalLabel(transfer.state!, say)}": a callback, a query or the timer will make up for it.`,
          )}
        </p>
      )}
      {story.transferMayFail && <FailButton outBillNo={paymentNo} />}
    </header>
  );
}

/** The payee confirms on the phone; that the money cannot be received is WeChat Pay's decision, made here. */
function FailButton({ outBillNo }: { outBillNo: string }) {
  const say = useSay();
  const fail = async () => {
    await post(`/_sandbox/transfers/${encodeURIComponent(outBillNo)}/confirm`, { result: 'FAIL' });
    // The function finds out by the callback or its next query; the simulator alone has no function.
    if (!standalone) await post('/_cloud/timers/reconcile');
  };
  return (
    <div class="row">
      <button type="button" class="button small danger" onClick={() => attempt(fail)}>
        {say('让转账失败', 'Make it fail')}
      </button>
    </div>
  );
}
