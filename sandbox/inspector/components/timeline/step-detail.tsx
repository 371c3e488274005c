/** All that is known of one step, and how to do the same again. */
import type { TestRecipe } from '../../api.ts';
import { type Say, useSay } from '../../i18n.ts';
import { attemptLabel, forgeryLabel, functionLabel, sourceLabel } from '../../labels.ts';
import type { DocumentChange, Invocation, NotificationChange, OrderChange } from '../../model/events.ts';
import { reportedToPhone } from '../../model/failures.ts';
import type { Step } from '../../model/steps.ts';
import { open } from '../../store.ts';
import { Section } from '../content.tsx';
import { Copies } from '../copies.tsx';
import { ExchangeDetail } from '../exchange-detail.tsx';
import { Body, Json } from '../json.tsx';
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
    default:
      return <AttemptDetail change={step.event.data} />;
  }
}

function InvocationDetail({ invocation }: { invocation: Invocation }) {
  const say = useSay();
  const { source, openid, event, result, error, logs, cold, invocationId } = invocation;
  const reported = reportedToPhone(invocation);
  return (
    <div class="stack">
      <p class="facts">
        <span>{sourceLabel(source, say)}</span>
        <span>{cold ? say('冷启动', 'cold start') : say('热实例', 'warm instance')}</span>
        {openid && <code>{openid}</code>}
        <span class="spacer" />
        <Copies recipe={source === 'user' ? callAgain(invocation, say) : ranAgain(invocation)} />
      </p>
      <Section title={say('收到', 'Received')}>
        <Json value={event} />
      </Section>
      <Section title={say('返回', 'Returned')}>
        <Json value={error ?? result ?? null} />
      </Section>
      {reported && (
        <Section title={say('手机得到的答复', 'What the phone was told')}>
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

/** The platform adds the caller's identity; a client cannot send it. */
function callAgain({ functionName, event, openid, result }: Invocation, say: Say): TestRecipe {
  const { userInfo: _, ...data } = (event ?? {}) as Record<string, unknown>;
  const { ok } = (result ?? {}) as { ok?: boolean };
  return {
    title: say(`${functionLabel(functionName, say)} ${functionName}`, `${functionName} answers`),
    call: {
      method: 'POST',
      path: `/_cloud/functions/${functionName}`,
      headers: { 'x-sandbox-openid': openid ?? '' },
      body: data,
    },
    expected: { errMsg: 'cloud.callFunction:ok', result: { ok: ok ?? true } },
  };
}

/** A timer can be fired; what another function or WeChat Pay called can only be looked up. */
function ranAgain({ functionName, source }: Invocation): TestRecipe {
  if (source === 'timer') {
    const call = { method: 'POST', path: `/_cloud/timers/${functionName}`, body: {} } as const;
    return { title: `the timer of ${functionName} runs`, call };
  }
  return {
    title: `${functionName} is in the log`,
    call: { method: 'GET', path: '/_cloud/logs?limit=100' },
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
          {say('在数据库里看', 'Show in the database')}
        </button>
        <Copies
          recipe={{
            title: `${collection} has ${id}`,
            call: { method: 'GET', path: `/_cloud/database/${collection}` },
          }}
        />
      </p>
      <Changes change={change} />
    </div>
  );
}

function OrderDetail({ change }: { change: OrderChange }) {
  const say = useSay();
  const path = `/_sandbox/orders/${change.paymentNo}`;
  const pay = change.change === 'paid' || change.change === 'payment failed';
  const body = change.change === 'paid' ? {} : { result: 'PAYERROR' };
  return (
    <div class="stack">
      <p class="facts">
        <code>{change.paymentNo}</code>
        <span class="spacer" />
        <Copies
          recipe={
            pay
              ? {
                  title: 'the payer pays',
                  call: { method: 'POST', path: `${path}/pay`, body },
                  expected: { order: { state: change.state } },
                }
              : {
                  title: `the order is ${change.state}`,
                  call: { method: 'GET', path },
                  expected: { order: { state: change.state } },
                }
          }
        />
      </p>
      <p class="lead">
        {say('微信支付那一侧的订单状态：', "The order's state at WeChat Pay: ")}
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
        <Copies
          recipe={{
            title:
              attempt?.tamper === undefined
                ? 'a replayed callback is acknowledged'
                : 'a forged callback is refused',
            call: { method: 'POST', path: `/_sandbox/notifications/${id}/replay`, body },
            expected: { attempts: [{ ok: attempt?.ok ?? true }] },
          }}
        />
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
