import { useEffect, useState } from 'preact/hooks';
import { get, post } from '../api.ts';
import { callbackLabel } from '../api-labels.ts';
import { useSay } from '../i18n.ts';
import { attemptLabel, forgeries, forgeryLabel, notificationStateLabel } from '../labels.ts';
import type { Notification } from '../model/events.ts';
import type { NotificationLog } from '../model/feed.ts';
import { attempt, feed } from '../store.ts';
import { Pill, Section } from './content.tsx';
import { CopyCurl, CopyTest } from './copies.tsx';
import { DecryptionSwitch } from './decryption-switch.tsx';
import { Body, Json } from './json.tsx';
import { OrderLink } from './order-link.tsx';
import { PersonalSwitch } from './personal.tsx';
import { LastReplay } from './replay-verdict.tsx';
import { RetrySchedule } from './retry-schedule.tsx';
import { TableBox } from './table-box.tsx';
import { dateTime, duration } from './time.ts';

/** The parts of a callback that never change, fetched once. */
const known = new Map<string, Notification>();

async function lookUp(id: string): Promise<Notification> {
  const found = known.get(id);
  if (found) return found;
  const path = `/_sandbox/notifications/${encodeURIComponent(id)}`;
  const { notification } = await get<{ notification: Notification }>(path);
  known.set(id, notification);
  return notification;
}

export function NotificationDetail({ log }: { log: NotificationLog }) {
  const say = useSay();
  const [content, setContent] = useState<Notification>();
  useEffect(() => void attempt(async () => setContent(await lookUp(log.id))), [log.id]);
  const { tone, label } = notificationStateLabel(log.state, say);
  const story = feed.story(log.outTradeNo);
  return (
    <article class="detail">
      <header class="detail-head">
        <div>
          <h2>{callbackLabel(log.eventType, say, content?.body)}</h2>
          <p class="mono lead break">{content ? `POST ${content.url}` : ' '}</p>
          <p class="facts">
            <Pill tone={tone}>{label}</Pill>
            <code>{log.eventType}</code>
            <code>{log.id}</code>
          </p>
        </div>
        <OrderLink story={story} />
      </header>
      <div class="stack">
        <Section
          title={say('重试计划：24 小时 4 分钟内最多 16 次', 'Schedule: up to 16 attempts in 24 h 4 min')}
        >
          <RetrySchedule log={log} />
        </Section>
        <SendAgain log={log} />
        <Section title={say('投递记录', 'Delivery log')}>
          <Attempts log={log} />
        </Section>
        {content && <Content content={content} />}
      </div>
    </article>
  );
}

function SendAgain({ log }: { log: NotificationLog }) {
  const say = useSay();
  const path = `/_sandbox/notifications/${log.id}/replay`;
  const story = feed.story(log.outTradeNo);
  const last = log.attempts.findLast(({ kind }) => kind === 'replay');
  const replay = (body: { tamper?: string; times?: number }) => attempt(() => post(path, body));
  return (
    <Section
      title={say('再发一次', 'Send it again')}
      aside={
        <span class="copies">
          <CopyCurl call={{ method: 'POST', path, body: {} }} />
          {story && <CopyTest story={story} {...(last && { replay: last })} />}
        </span>
      }
    >
      <div class="row">
        <button type="button" class="button primary small" onClick={() => replay({})}>
          {say('原样重放', 'Replay')}
        </button>
        <button type="button" class="button small" onClick={() => replay({ times: 3 })}>
          {say('连发三次', 'Three times')}
        </button>
      </div>
      <p class="lead">{say('或者伪造一个，应当被拒绝：', 'Or forge it; it should be refused:')}</p>
      <div class="row">
        {forgeries.map(({ tamper, zh, en }) => (
          <button key={tamper} type="button" class="button danger small" onClick={() => replay({ tamper })}>
            {say(zh, en)}
          </button>
        ))}
      </div>
      <LastReplay log={log} />
    </Section>
  );
}

function Attempts({ log }: { log: NotificationLog }) {
  const say = useSay();
  if (log.attempts.length === 0) return <p class="lead">{say('还没有投递。', 'Not delivered yet.')}</p>;
  return (
    <TableBox label={say('投递记录', 'Deliveries')}>
      <table class="attempts">
        <thead>
          <tr>
            <th scope="col">{say('时间', 'Time')}</th>
            <th scope="col">{say('方式', 'Kind')}</th>
            <th scope="col">{say('应答', 'Answer')}</th>
            <th scope="col" class="right">
              {say('用时', 'Took')}
            </th>
          </tr>
        </thead>
        <tbody>
          {log.attempts.map((entry, index) => (
            <tr key={index}>
              <td class="mono nowrap">{dateTime(entry.atMs)}</td>
              <td>
                {attemptLabel(entry.kind, say)}
                {entry.tamper && entry.tamper !== 'signtest' && ` · ${forgeryLabel(entry.tamper, say)}`}
              </td>
              <td>
                <Pill tone={entry.ok ? 'ok' : entry.tamper ? 'info' : 'bad'}>
                  {entry.status ?? say('没有应答', 'no answer')}
                </Pill>{' '}
                <span class="mono lead break">{entry.error ?? entry.body?.slice(0, 160)}</span>
              </td>
              <td class="mono right nowrap">{duration(entry.ms)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableBox>
  );
}

function Content({ content }: { content: Notification }) {
  const say = useSay();
  const [clear, setClear] = useState(false);
  return (
    <Section
      title={say('内容', 'Content')}
      aside={<DecryptionSwitch label={say('内容', 'Content')} decrypted={clear} choose={setClear} />}
    >
      {clear ? (
        <>
          <PersonalSwitch />
          <Json value={content.resource} />
        </>
      ) : (
        <Body text={content.body} />
      )}
    </Section>
  );
}
