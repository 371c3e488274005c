import { useSay } from '../i18n.ts';
import type { SandboxEvent } from '../store.ts';
import type { DocumentChange, Exchange, Invocation, NotificationChange } from '../types.ts';
import { Section, Value } from './content.tsx';
import { ExchangeDetail } from './exchange-detail.tsx';
import { clockTime } from './time.ts';

interface Told {
  label: string;
  title: string;
  tone: 'ok' | 'bad' | 'info' | 'violet' | '';
  side: string;
}

/** One line of a timeline; opens to all that is known of it. */
export function Moment({ event }: { event: SandboxEvent }) {
  const say = useSay();
  const told = tell(event, say);
  return (
    <div class={`moment ${event.type}`}>
      <time>{clockTime(event.atMs)}</time>
      <span class="rail">
        <span class={`dot ${told.tone}`} />
      </span>
      <details>
        <summary>
          <span class={`pill ${told.tone}`}>{told.label}</span>
          <span class="what">{told.title}</span>
          <span class="sub mono">{told.side}</span>
        </summary>
        <div class="inside">
          <Inside event={event} />
        </div>
      </details>
    </div>
  );
}

type Say = (zh: string, en: string) => string;

function tell(event: SandboxEvent, say: Say): Told {
  switch (event.type) {
    case 'invocation':
      return tellInvocation(event.data as Invocation, say);
    case 'exchange':
      return tellExchange(event.data as Exchange, say);
    case 'notification':
      return tellNotification(event.data as NotificationChange, say);
    case 'document': {
      const { collection, op, after } = event.data as DocumentChange;
      const state = typeof after?.state === 'string' ? ` → ${after.state}` : '';
      return { label: say('数据库', 'Document'), title: `${collection}${state}`, tone: '', side: op };
    }
    case 'order': {
      const { change, state } = event.data as { change?: string; state?: string };
      return {
        label: say('微信侧订单', 'At WeChat'),
        title: [change, state].filter(Boolean).join(' → '),
        tone: 'ok',
        side: '',
      };
    }
    default:
      return { label: event.type, title: '', tone: '', side: '' };
  }
}

function tellInvocation(invocation: Invocation, say: Say): Told {
  const result = invocation.result as
    | { ok?: boolean; error?: { code?: string }; statusCode?: number }
    | undefined;
  const failed = invocation.error?.code ?? (result?.ok === false ? result.error?.code : undefined);
  const refused =
    result?.statusCode !== undefined && result.statusCode >= 400 ? `HTTP ${result.statusCode}` : undefined;
  const doors = {
    user: say('小程序调用', 'from the mini-program'),
    timer: say('定时器', 'by timer'),
    http: say('HTTP 访问', 'over HTTP'),
    function: say('云函数调用', 'from a function'),
    server: say('服务端调用', 'from a server'),
  };
  const problem = failed ?? refused;
  return {
    label: say('云函数', 'Function'),
    title: `${invocation.functionName} · ${doors[invocation.door]}${problem ? ` · ${problem}` : ''}`,
    tone: problem ? 'bad' : 'info',
    side: `${Math.round(invocation.durationMs)} ms · ${invocation.cold ? say('冷启动', 'cold') : say('热', 'warm')}`,
  };
}

function tellExchange(exchange: Exchange, say: Say): Told {
  return {
    label: say('微信支付', 'WeChat Pay'),
    title: `${exchange.api ?? exchange.request.target}${exchange.code ? ` · ${exchange.code}` : ''}`,
    tone: exchange.verdict === 'passed' ? 'violet' : 'bad',
    side: `${exchange.answer?.status ?? exchange.fault ?? '—'} · ${exchange.durationMs} ms`,
  };
}

function tellNotification({ change, eventType, state, attempt }: NotificationChange, say: Say): Told {
  const forged = attempt?.tamper ? ` · ${attempt.tamper}` : '';
  const answered = attempt ? `${attempt.status ?? attempt.error ?? '—'}` : state;
  const bad = attempt !== undefined && !attempt.ok;
  return {
    label: say('回调', 'Callback'),
    title: `${eventType} · ${change}${forged}`,
    tone: bad ? (attempt.tamper ? 'info' : 'bad') : 'ok',
    side: answered,
  };
}

function Inside({ event }: { event: SandboxEvent }) {
  const say = useSay();
  if (event.type === 'exchange') return <ExchangeDetail exchange={event.data as Exchange} />;
  if (event.type !== 'invocation') return <Value value={event.data} />;
  const { event: sent, result, error, logs, openid } = event.data as Invocation;
  return (
    <>
      {openid && (
        <p class="lead">
          openid <code>{openid}</code>
        </p>
      )}
      <Section title={say('收到', 'Received')}>
        <Value value={sent} />
      </Section>
      <Section title={say('返回', 'Returned')}>
        <Value value={error ?? result ?? null} />
      </Section>
      {logs.length > 0 && (
        <Section title={say('日志', 'Log')}>
          <pre class="code">{logs.join('\n')}</pre>
        </Section>
      )}
    </>
  );
}
