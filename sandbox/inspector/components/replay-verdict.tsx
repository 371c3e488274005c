import { type Say, useSay } from '../i18n.ts';
import { forgeryLabel, type Tone } from '../labels.ts';
import type { Attempt } from '../model/events.ts';
import type { NotificationLog } from '../model/feed.ts';
import { type ReplayVerdict, verdictOf } from '../model/replay-verdict.ts';
import { feed, open, useTopics } from '../store.ts';
import { Icon } from './icons.tsx';

/** Whether the last replay was answered as it should be, and where to look when it was not. */
export function LastReplay({ log }: { log: NotificationLog }) {
  const say = useSay();
  useTopics('invocations', 'notifications', 'stories');
  const last = log.attempts.findLast(({ kind }) => kind === 'replay');
  const verdict = last && verdictOf(last, log, feed);
  if (!last || !verdict) return null;
  const { tone, title, text } = wordsOf(verdict, last, say);
  const story = feed.story(log.outTradeNo);
  return (
    <div class={`verdict ${tone}`} role="status">
      <strong>
        <Icon name={tone === 'ok' ? 'check' : 'cross'} />
        {title}
      </strong>
      <p>{text}</p>
      {verdict.kind === 'anomaly' && (
        <button type="button" class="button small" onClick={() => open('database', verdict.document)}>
          {say('查看异常记录', 'Show the anomaly')}
        </button>
      )}
      {verdict.kind === 'accepted' && story && (
        <button type="button" class="button small" onClick={() => open('timeline', story.paymentNo)}>
          {say('查看处理过程', 'Show what it did')}
        </button>
      )}
    </div>
  );
}

function wordsOf(
  verdict: ReplayVerdict,
  attempt: Attempt,
  say: Say,
): { tone: Tone; title: string; text: string } {
  const answer = attempt.status ?? say('没有应答', 'no answer');
  const what = attempt.tamper === undefined ? '' : forgeryLabel(attempt.tamper, say);
  switch (verdict.kind) {
    case 'acknowledged':
      return {
        tone: 'ok',
        title: say(`已确认（${answer}）`, `Acknowledged (${answer})`),
        text: say(
          '重复的回调也要应答 2xx，并且只入账一次。',
          'A repeated callback is answered 2xx too, and recorded once.',
        ),
      };
    case 'not-acknowledged':
      return {
        tone: 'bad',
        title: say(`真的回调没有被确认（${answer}）`, `A genuine callback was not acknowledged (${answer})`),
        text: say(
          '签名是对的，应当应答 2xx；否则微信支付会一直重试。原因见时间线和日志。',
          'Its signature is right, so the answer should be 2xx; otherwise WeChat Pay goes on retrying. The timeline and the log say why.',
        ),
      };
    case 'unanswered':
      return {
        tone: 'warn',
        title: say('没有应答，没有结论', 'No answer, so nothing is known'),
        text: say(
          `「${what}」没有送到接收方，或接收方没有应答，请再发一次。`,
          `"${what}" did not reach the receiver, or the receiver did not answer: send it again.`,
        ),
      };
    case 'refused':
      return {
        tone: 'ok',
        title: say(`被拒绝（${answer}），应当如此`, `Refused (${answer}), as it should be`),
        text: say(
          `「${what}」没有通过验签，数据没有变化。`,
          `"${what}" did not get past the signature check, and changed nothing.`,
        ),
      };
    case 'accepted':
      return {
        tone: 'bad',
        title: say(`被接受了（${answer}）：接收方有漏洞`, `Accepted (${answer}): a gap in the receiver`),
        text: say(
          `「${what}」是伪造的，却得到了确认：接收方没有检查它。`,
          `"${what}" is forged and was acknowledged all the same: the receiver does not check it.`,
        ),
      };
    case 'anomaly':
      return {
        tone: 'ok',
        title: say('已确认并记为异常，没有入账', 'Acknowledged and recorded as an anomaly, not as a payment'),
        text: say(
          '签名是真的，但金额与订单不符：应答 2xx 以免一直重试，同时留下记录供人工处理。',
          "The signature is genuine, but the amount is not the order's: it is answered 2xx so that it is not retried, and recorded for a person to handle.",
        ),
      };
    case 'no-anomaly':
      return {
        tone: verdict.because === 'known-id' ? 'warn' : 'bad',
        title: say('已确认，没有记为异常', 'Acknowledged, and no anomaly was recorded'),
        text: reasonOf(verdict.because, say),
      };
  }
}

function reasonOf(because: (ReplayVerdict & { kind: 'no-anomaly' })['because'], say: Say): string {
  switch (because) {
    case 'known-id':
      return say(
        '这个 id 的回调已经处理过，重复的回调一律忽略，不再检查内容。',
        'A callback with this id was handled before; a repeated one is ignored whatever it says.',
      );
    case 'not-recorded':
      return say(
        '接收方没有核对金额，或没有记录：请检查它如何处理不符的金额。',
        'The receiver does not compare the amount, or keeps no record: check how it handles a different amount.',
      );
    case 'unknown':
      return say(
        '接收方不在这个沙箱里，无法看到它的记录：请查看你自己的记录。',
        'The receiver does not run in this sandbox, so its records cannot be seen here: check your own.',
      );
  }
}
