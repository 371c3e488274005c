/** Everything known about one step, and how to repeat it. */
import type { ControlCall } from '../../api.ts';
import { useSay } from '../../i18n.ts';
import { attemptLabel, forgeryLabel, sourceLabel } from '../../labels.ts';
import type {
  ComplaintChange,
  DocumentChange,
  Invocation,
  NotificationChange,
  OrderChange,
  TransferChange,
} from '../../model/events.ts';
import { reportedToPhone } from '../../model/failures.ts';
import { masked } from '../../model/personal.ts';
import type { Step } from '../../model/steps.ts';
import { open, usePage } from '../../store.ts';
import { Section } from '../content.tsx';
import { CopyCurl, CopyTest } from '../copies.tsx';
import { ExchangeDetail } from '../exchange-detail.tsx';
import { Body, Json } from '../json.tsx';
import { PersonalSwitch } from '../personal.tsx';
import { dateTime } from '../time.ts';
import { Changes } from './changes-table.tsx';
import { LogLines } from './log-lines.tsx';

export function StepDetail({ step }: { step: Step }) {
  switch (step.kind) {
    case 'exchange':
      return <ExchangeDetail exchange={step.event.data} />;
    case 'invocation':
      return <InvocationDetail invocation={step.event.data} />;
    case 'document':
      return <DocumentDetail change={step.event.data} />;
    case 'order':
      return <OrderDetail change={step.event.data} />;
    case 'complaint':
      return <ComplaintDetail change={step.event.data} />;
    case 'transfer':
      return <TransferDetail change={step.event.data} />;
    default:
      return <AttemptDetail change={step.event.data} />;
  }
}

function InvocationDetail({ invocation }: { invocation: Invocation }) {
  const say = useSay();
  const { source, openid, event, result, error, logs, cold, invocationId } = invocation;
  const reported = reportedToPhone(invocation);
  const { personalShown } = usePage();
  return (
    <div class="stack">
      <p class="facts">
        <span>{sourceLabel(source, say)}</span>
        <span>{cold ? say('冷启动', 'cold start') : say('热实例', 'warm instance')}</span>
        {openid && <code>{personalShown ? openid : masked(openid)}</code>}
        <PersonalSwitch />
        <span class="spacer" />
        <span class="copies">
          <CopyCurl call={callOf(invocation)} />
          <CopyTest />
        </span>
      </p>
      <Section title={say('收到', 'Received')}>
        <Json value={event} />
      </Section>
      <Section title={say('返回', 'Returned')}>
        <Json value={error ?? result ?? null} />
      </Section>
      {reported && (
        <Section title={say('手机收到的应答', 'Answer to the phone')}>
          <p class="quiet-box">{say(reported.zh, reported.en)}</p>
        </Section>
      )}
      {logs.length > 0 && (
        <Section title={say('日志', 'Log')}>
          <LogLines lines={logs} />
        </Section>
      )}
      <p class="fine mono">{invocationId}</p>
    </div>
  );
}

/** A user's call and a timer can be repeated; what another function or WeChat Pay called can only be looked up. */
function callOf({ functionName, source, event, openid }: Invocation): ControlCall {
  if (source === 'timer') return { method: 'POST', path: `/_cloud/timers/${functionName}`, body: {} };
  if (source !== 'user') return { method: 'GET', path: '/_cloud/logs?limit=100' };
  // The platform adds the caller's identity; a client cannot send it.
  const { userInfo: _, ...data } = (event ?? {}) as Record<string, unknown>;
  return {
    method: 'POST',
    path: `/_cloud/functions/${functionName}`,
    headers: { 'x-sandbox-openid': openid ?? '' },
    body: data,
  };
}

function DocumentDetail({ change }: { change: DocumentChange }) {
  const say = useSay();
  const { collection, id } = change;
  return (
    <div class="stack">
      <p class="facts">
        <code>
          {collection}/{id}
        </code>
        <span class="spacer" />
        <button type="button" class="link" onClick={() => open('database', `${collection}/${id}`)}>
          {say('在数据库中查看', 'Show in the database')}
        </button>
        <CopyCurl
          call={{ method: 'GET', path: `/_cloud/database/${collection}/${encodeURIComponent(id)}` }}
        />
      </p>
      <Changes change={change} />
    </div>
  );
}

function OrderDetail({ change }: { change: OrderChange }) {
  const say = useSay();
  return (
    <div class="stack">
      <p class="facts">
        <code>{change.paymentNo}</code>
        <span class="spacer" />
        <span class="copies">
          <CopyCurl call={{ method: 'GET', path: `/_sandbox/orders/${change.paymentNo}` }} />
          <CopyTest />
        </span>
      </p>
      <p class="lead">
        {say('微信支付一侧的订单状态：', "The order's state at WeChat Pay: ")}
        <code>{change.state}</code>
      </p>
    </div>
  );
}

function ComplaintDetail({ change }: { change: ComplaintChange }) {
  const say = useSay();
  return (
    <div class="stack">
      <p class="facts">
        <code>{change.complaintId}</code>
        <span class="spacer" />
        <span class="copies">
          <CopyCurl call={{ method: 'GET', path: '/_sandbox/complaints' }} />
        </span>
      </p>
      <p class="lead">
        {say('微信支付一侧的投诉状态：', "The complaint's state at WeChat Pay: ")}
        <code>{change.state}</code>
      </p>
    </div>
  );
}

function TransferDetail({ change }: { change: TransferChange }) {
  const say = useSay();
  const path = `/_sandbox/transfers/${encodeURIComponent(change.outBillNo)}`;
  return (
    <div class="stack">
      <p class="facts">
        <code>{change.outBillNo}</code>
        <code>{change.transferBillNo}</code>
        <span class="spacer" />
        <span class="copies">
          <CopyCurl call={{ method: 'GET', path }} />
        </span>
      </p>
      <p class="lead">
        {say('微信支付一侧的转账状态：', "The transfer's state at WeChat Pay: ")}
        <code>{change.state}</code>
      </p>
    </div>
  );
}

function AttemptDetail({ change }: { change: NotificationChange }) {
  const say = useSay();
  const { id, attempt, nextAtMs } = change;
  const body = attempt?.tamper === undefined ? {} : { tamper: attempt.tamper };
  return (
    <div class="stack">
      <p class="facts">
        {attempt && <span>{attemptLabel(attempt.kind, say)}</span>}
        {attempt?.tamper && <span>{forgeryLabel(attempt.tamper, say)}</span>}
        {attempt?.serial && <code title="Wechatpay-Serial">{attempt.serial}</code>}
        {nextAtMs !== undefined && (
          <span>
            {say('下次重试 ', 'next retry ')}
            {dateTime(nextAtMs)}
          </span>
        )}
        <span class="spacer" />
        <button type="button" class="link" onClick={() => open('notifications', id)}>
          {say('打开这个回调', 'Open this callback')}
        </button>
        <span class="copies">
          <CopyCurl call={{ method: 'POST', path: `/_sandbox/notifications/${id}/replay`, body }} />
          <CopyTest {...(attempt?.kind === 'replay' && { replay: attempt })} />
        </span>
      </p>
      {attempt?.error && <p class="lead">{attempt.error}</p>}
      {attempt?.body !== undefined && (
        <Section title={say('应答正文', 'Answer body')}>
          <Body text={attempt.body} />
        </Section>
      )}
    </div>
  );
}
