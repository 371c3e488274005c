import { useEffect, useState } from 'preact/hooks';
import { get, post } from '../api.ts';
import { useSay } from '../i18n.ts';
import { Body, Copies, Empty, Section, Value } from '../parts/content.tsx';
import { clockTime, dateTime } from '../parts/time.ts';
import { attempt, useStore } from '../store.ts';
import type { Attempt, Notification } from '../types.ts';

interface Settings {
  hold: boolean;
  duplicates: number;
  probe: boolean;
}

/** Callbacks: how each was delivered, and ways to send it again, genuine or forged. */
export function NotificationsView() {
  const { events } = useStore();
  const say = useSay();
  const [log, setLog] = useState<{ notifications: Notification[]; settings: Settings }>();
  const [chosen, choose] = useState<string>();
  const last = events.findLast((event) => event.type === 'notification' || event.type === 'reset')?.id;
  const load = () => get<NonNullable<typeof log>>('/_sandbox/notifications').then(setLog, () => undefined);
  useEffect(() => void load(), [last]);
  const list = [...(log?.notifications ?? [])].reverse();
  const current = list.find((notification) => notification.id === chosen) ?? list[0];
  return (
    <div class="split">
      <div class="column">
        <Delivery settings={log?.settings} changed={load} />
        <div class="scroll">
          {list.map((notification) => (
            <button
              key={notification.id}
              type="button"
              class="list-row tall"
              aria-current={notification === current}
              onClick={() => choose(notification.id)}
            >
              <StatePill notification={notification} />
              <span class="main">
                <span>{notification.eventType}</span>
                <span class="sub mono">{notification.outTradeNo}</span>
              </span>
              <span class="sub mono">{clockTime(notification.createdAtMs)}</span>
            </button>
          ))}
        </div>
      </div>
      {current ? (
        <Detail notification={current} changed={load} />
      ) : (
        <Empty
          title={say('还没有回调', 'No callbacks yet')}
          hint={say(
            '付款成功后，微信支付会通知 payNotify。',
            'Once something is paid, WeChat Pay calls payNotify.',
          )}
        />
      )}
    </div>
  );
}

function Delivery({ settings, changed }: { settings: Settings | undefined; changed: () => unknown }) {
  const say = useSay();
  const set = (patch: Partial<Settings>) =>
    attempt(() => post('/_sandbox/notifications/settings', patch).then(changed));
  return (
    <div class="filter wrap">
      <label>
        <input
          type="checkbox"
          checked={settings?.hold ?? false}
          onChange={() => set({ hold: !settings?.hold })}
        />
        {say('扣住新回调', 'Hold new ones')}
      </label>
      <label>
        <input
          type="checkbox"
          checked={settings?.probe ?? false}
          onChange={() => set({ probe: !settings?.probe })}
        />
        {say('先发 SIGNTEST 探测', 'SIGNTEST first')}
      </label>
      <label>
        {say('重复', 'Duplicates')}
        <input
          class="input number"
          type="number"
          min={0}
          max={20}
          value={settings?.duplicates ?? 0}
          onChange={(event) => set({ duplicates: Number(event.currentTarget.value) })}
        />
      </label>
      {settings?.hold && (
        <button
          type="button"
          class="button small"
          onClick={() =>
            attempt(() => post('/_sandbox/notifications/release', { order: 'reversed' }).then(changed))
          }
        >
          {say('倒序放行', 'Release, last first')}
        </button>
      )}
    </div>
  );
}

export function StatePill({ notification }: { notification: Pick<Notification, 'state'> }) {
  const say = useSay();
  const { state } = notification;
  const shown = {
    pending: ['warn', say('待重试', 'retrying')],
    held: ['warn', say('已扣住', 'held')],
    delivered: ['ok', say('已送达', 'delivered')],
    exhausted: ['bad', say('已放弃', 'given up')],
    undeliverable: ['bad', say('无法送达', 'undeliverable')],
  }[state];
  return <span class={`pill ${shown[0]}`}>{shown[1]}</span>;
}

const forgeries: [tamper: string, zh: string, en: string][] = [
  ['body', '篡改正文', 'Change the body'],
  ['signature', '篡改签名', 'Change the signature'],
  ['wrong-key', '别的私钥', 'Sign with another key'],
  ['serial', '未知序列号', 'Unknown serial'],
  ['timestamp', '过期时间戳', 'Old timestamp'],
  ['unsigned', '不带签名', 'Unsigned'],
  ['signtest', 'SIGNTEST', 'SIGNTEST'],
  ['amount', '金额不符', 'Another amount'],
];

function Detail({ notification, changed }: { notification: Notification; changed: () => unknown }) {
  const say = useSay();
  const [clear, setClear] = useState(false);
  const path = `/_sandbox/notifications/${notification.id}/replay`;
  const replay = (body: { tamper?: string; times?: number }) => attempt(() => post(path, body).then(changed));
  return (
    <div class="detail stack">
      <header class="stack tight">
        <h2 class="title">{notification.eventType}</h2>
        <p class="lead mono">POST {notification.url}</p>
        <p class="row">
          <StatePill notification={notification} />
          {notification.nextAtMs !== undefined && (
            <span class="lead">
              {say('下次重试 ', 'next retry ')}
              {dateTime(notification.nextAtMs)}
            </span>
          )}
          {notification.reason && <span class="lead">{notification.reason}</span>}
        </p>
      </header>
      <Section title={say('再发一次', 'Send it again')}>
        <div class="row">
          <button type="button" class="button primary small" onClick={() => replay({})}>
            {say('原样重放', 'Replay')}
          </button>
          <button type="button" class="button small" onClick={() => replay({ times: 3 })}>
            {say('重放三次', 'Three times')}
          </button>
          {forgeries.map(([tamper, zh, en]) => (
            <button key={tamper} type="button" class="button danger small" onClick={() => replay({ tamper })}>
              {say(zh, en)}
            </button>
          ))}
          <Copies call={{ method: 'POST', path, body: {} }} title="a replayed callback is acknowledged" />
        </div>
      </Section>
      <Section title={say('投递记录', 'Delivery log')}>
        <Attempts attempts={notification.attempts} />
      </Section>
      <Section title={say('内容', 'Content')}>
        <div class="row spaced">
          <button
            type="button"
            class={`button small ${clear ? '' : 'primary'}`}
            onClick={() => setClear(false)}
          >
            {say('密文', 'Encrypted')}
          </button>
          <button
            type="button"
            class={`button small ${clear ? 'primary' : ''}`}
            onClick={() => setClear(true)}
          >
            {say('明文', 'Decrypted')}
          </button>
        </div>
        {clear ? <Value value={notification.resource} /> : <Body text={notification.body} />}
      </Section>
    </div>
  );
}

function Attempts({ attempts }: { attempts: Attempt[] }) {
  const say = useSay();
  const kinds = {
    scheduled: say('投递', 'delivery'),
    duplicate: say('重复', 'duplicate'),
    probe: say('探测', 'probe'),
    replay: say('重放', 'replay'),
  };
  return (
    <table class="attempts">
      <thead>
        <tr>
          <th scope="col">{say('时间', 'Time')}</th>
          <th scope="col">{say('方式', 'Kind')}</th>
          <th scope="col">{say('应答', 'Answer')}</th>
          <th scope="col">{say('用时', 'Took')}</th>
        </tr>
      </thead>
      <tbody>
        {attempts.map((entry, index) => (
          <tr key={index}>
            <td class="mono">{dateTime(entry.atMs)}</td>
            <td>
              {kinds[entry.kind]} {entry.tamper && <span class="pill bad">{entry.tamper}</span>}
            </td>
            <td>
              <span class={`pill ${entry.ok ? 'ok' : entry.tamper ? 'info' : 'bad'}`}>
                {entry.status ?? entry.error ?? '—'}
              </span>{' '}
              <span class="lead mono">{entry.body?.slice(0, 120)}</span>
            </td>
            <td class="mono">{Math.round(entry.ms)} ms</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
