import { useEffect, useState } from 'preact/hooks';
import { type ControlCall, get, type TestRecipe } from '../api.ts';
import { useSay } from '../i18n.ts';
import { apiLabel } from '../labels.ts';
import type { ApplicationDetails, Exchange } from '../model/events.ts';
import { withoutPersonal } from '../model/personal.ts';
import { Check, HeaderTable, Pill, Section, Switch } from './content.tsx';
import { Copies } from './copies.tsx';
import { Body, Json } from './json.tsx';
import { SignatureDiff, SignedMessage } from './signed-message.tsx';
import { dateTime, duration } from './time.ts';

/** One request to WeChat Pay: what was signed, what was answered, and why it was refused. */
export function ExchangeDetail({ exchange }: { exchange: Exchange }) {
  const say = useSay();
  const { request, answer, signature } = exchange;
  return (
    <div class="stack">
      <p class="facts">
        <Verdict exchange={exchange} />
        {exchange.mchid && (
          <span>
            {say('商户 ', 'merchant ')}
            {exchange.mchid}
          </span>
        )}
        <span>{duration(exchange.durationMs)}</span>
        <span>{dateTime(exchange.atMs)}</span>
        <span class="spacer" />
        <Copies recipe={recordOf(exchange)} curl={sameRequest(exchange)} />
      </p>
      {signature && <SignatureDiff signature={signature} />}
      {!signature && exchange.explanation && (
        <div class="explain" role="note">
          <span class="explain-label">{say('为什么被拒绝', 'Why it was refused')}</span>
          <strong>{exchange.explanation}</strong>
        </div>
      )}
      {!signature && exchange.request.headers.authorization !== undefined && (
        <Section title={say('请求签名的报文（SHA256-RSA2048）', 'What the request signed (SHA256-RSA2048)')}>
          <SignedMessage text={requestMessage(exchange)} />
        </Section>
      )}
      <RequestBody exchange={exchange} />
      <Section title={say('应答正文', 'Answer body')}>
        {answer ? (
          <Body text={answer.body} />
        ) : (
          <p class="lead">{say('连接中断，没有应答。', 'The connection broke: no answer.')}</p>
        )}
      </Section>
      {answer?.headers['wechatpay-signature'] !== undefined && (
        <details class="fold">
          <summary>{say('应答签名的报文', 'What the answer signed')}</summary>
          <SignedMessage text={answerMessage(answer)} />
        </details>
      )}
      <details class="fold">
        <summary>{say('请求头', 'Request headers')}</summary>
        <HeaderTable headers={request.headers} />
      </details>
      {answer && (
        <details class="fold">
          <summary>{say('应答头', 'Answer headers')}</summary>
          <HeaderTable headers={answer.headers} />
        </details>
      )}
    </div>
  );
}

/** Personal data in it is encrypted; the sandbox, which is WeChat here, can show it decrypted. */
function RequestBody({ exchange }: { exchange: Exchange }) {
  const say = useSay();
  const { request, outTradeNo } = exchange;
  const sealed =
    request.method === 'POST' && /\/applyment(s|4sub)?\//.test(request.target) && outTradeNo !== undefined;
  const [open, setOpen] = useState(false);
  const [shown, setShown] = useState(false);
  const [form, setForm] = useState<Record<string, unknown>>();
  useEffect(() => {
    if (!open || outTradeNo === undefined) return;
    get<ApplicationDetails>(`/_sandbox/applications/${encodeURIComponent(outTradeNo)}`).then(
      (application) => setForm(application.form),
      () => setForm(undefined),
    );
  }, [open, outTradeNo]);
  const choice = sealed && (
    <Switch
      label={say('正文', 'Body')}
      value={open ? 'clear' : 'sealed'}
      options={[
        { value: 'sealed', label: say('密文', 'Encrypted') },
        { value: 'clear', label: say('明文', 'Decrypted') },
      ]}
      choose={(value) => setOpen(value === 'clear')}
    />
  );
  return (
    <Section title={say('请求正文', 'Request body')} aside={choice}>
      {open && form ? (
        <>
          <Check checked={shown} change={setShown}>
            {say('显示个人信息', 'Show personal data')}
          </Check>
          <Json value={shown ? form : withoutPersonal(form)} />
        </>
      ) : (
        <Body text={request.body} />
      )}
    </Section>
  );
}

function Verdict({ exchange }: { exchange: Exchange }) {
  const say = useSay();
  const { verdict, answer, code, fault } = exchange;
  if (verdict === 'passed')
    return (
      <Pill tone="ok">
        {answer?.status} · {say('验签通过', 'signature verified')}
      </Pill>
    );
  if (verdict === 'fault') {
    return (
      <Pill tone="warn">
        {answer?.status ?? say('断开', 'reset')} · {say('故障注入', 'fault')} {fault}
      </Pill>
    );
  }
  return (
    <Pill tone="bad">
      {answer?.status} {code}
    </Pill>
  );
}

/** Rebuilt from the Authorization header, as the simulator rebuilds it. */
function requestMessage({ request }: Exchange): string {
  const authorization = request.headers.authorization ?? '';
  const part = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(authorization)?.[1] ?? '';
  return `${request.method}\n${request.target}\n${part('timestamp')}\n${part('nonce_str')}\n${request.body}\n`;
}

function answerMessage({ headers, body }: NonNullable<Exchange['answer']>): string {
  return `${headers['wechatpay-timestamp'] ?? ''}\n${headers['wechatpay-nonce'] ?? ''}\n${body}\n`;
}

/** The request itself. Its nonce is used up: to be accepted again it must be signed anew. */
function sameRequest({ request }: Exchange): ControlCall {
  const {
    accept,
    authorization,
    'content-type': contentType,
    'user-agent': agent,
    'wechatpay-serial': serial,
  } = request.headers;
  const headers = {
    accept,
    authorization,
    'content-type': contentType,
    'user-agent': agent,
    'wechatpay-serial': serial,
  };
  return {
    method: request.method as ControlCall['method'],
    path: request.target,
    headers: Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined)) as Record<
      string,
      string
    >,
    ...(request.body !== '' && { body: request.body }),
  };
}

/** A test that the exchange took place, from the sandbox's own record. */
function recordOf(exchange: Exchange): TestRecipe {
  const { api, outTradeNo, verdict, answer, code, request } = exchange;
  const expected = {
    verdict,
    request: { method: request.method, target: request.target },
    ...(answer && { answer: { status: answer.status } }),
    ...(code !== undefined && { code }),
  };
  const query =
    outTradeNo === undefined ? '?limit=1' : `?outTradeNo=${encodeURIComponent(outTradeNo)}&limit=1`;
  return {
    title: `${apiLabel(api, (_zh, en) => en) ?? request.target}: ${answer?.status ?? 'no answer'}`,
    call: { method: 'GET', path: `/_sandbox/exchanges${query}` },
    expected: { exchanges: [expected] },
  };
}
