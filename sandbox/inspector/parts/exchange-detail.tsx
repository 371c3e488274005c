import { useSay } from '../i18n.ts';
import type { Exchange } from '../types.ts';
import { Body, Headers, Section } from './content.tsx';
import { SignatureDiff, SignedMessage } from './signed-message.tsx';
import { dateTime } from './time.ts';

/** One request to WeChat Pay: what was signed, what was answered, and why it was refused. */
export function ExchangeDetail({ exchange }: { exchange: Exchange }) {
  const say = useSay();
  const { request, answer, signature } = exchange;
  return (
    <div class="stack">
      <header class="stack tight">
        <h2 class="title">{exchange.api ?? request.target}</h2>
        <p class="lead mono">
          {request.method} {request.target}
        </p>
        <p class="row">
          <Verdict exchange={exchange} />
          {exchange.mchid && <span class="pill">{exchange.mchid}</span>}
          <span class="pill">{exchange.durationMs} ms</span>
          <span class="lead">{dateTime(exchange.atMs)}</span>
        </p>
      </header>
      {signature && <SignatureDiff signature={signature} />}
      {!signature && exchange.explanation && (
        <div class="explain" role="note">
          <strong>{exchange.explanation}</strong>
        </div>
      )}
      {!signature && (
        <Section title={say('请求签名的报文', 'What the request signed')}>
          <SignedMessage text={messageOf(exchange)} />
        </Section>
      )}
      <Section title={say('请求正文', 'Request body')}>
        <Body text={request.body} />
      </Section>
      <Section title={say('应答正文', 'Answer body')}>
        <Body text={answer?.body ?? ''} />
      </Section>
      <details class="fold">
        <summary>{say('请求头', 'Request headers')}</summary>
        <Headers headers={request.headers} />
      </details>
      {answer && (
        <details class="fold">
          <summary>{say('应答头', 'Answer headers')}</summary>
          <Headers headers={answer.headers} />
        </details>
      )}
    </div>
  );
}

function Verdict({ exchange }: { exchange: Exchange }) {
  const say = useSay();
  if (exchange.verdict === 'passed') {
    return (
      <span class="pill ok">
        {say('验签通过', 'verified')} · {exchange.answer?.status}
      </span>
    );
  }
  if (exchange.verdict === 'fault') {
    return (
      <span class="pill warn">
        {say('故障注入', 'fault')} · {exchange.fault}
      </span>
    );
  }
  return (
    <span class="pill bad">
      {exchange.answer?.status} {exchange.code}
    </span>
  );
}

/** Rebuilt from the Authorization header, as the simulator rebuilds it. */
function messageOf({ request }: Exchange): string {
  const authorization = Object.entries(request.headers).find(
    ([name]) => name.toLowerCase() === 'authorization',
  );
  const part = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(authorization?.[1] ?? '')?.[1] ?? '';
  return `${request.method}\n${request.target}\n${part('timestamp')}\n${part('nonce_str')}\n${request.body}\n`;
}
