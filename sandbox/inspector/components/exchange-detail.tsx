import { useEffect, useState } from 'preact/hooks';
import { asSignedCurl, type ControlCall, get } from '../api.ts';
import { useSay } from '../i18n.ts';
import type { ApplicationDetails, Exchange } from '../model/events.ts';
import { textWithoutPersonal } from '../model/personal.ts';
import { HeaderTable, Pill, Section } from './content.tsx';
import { CopyCurl, CopyTest } from './copies.tsx';
import { DecryptionSwitch } from './decryption-switch.tsx';
import { faultLabel } from './fault-form.tsx';
import { Body, Json } from './json.tsx';
import { PersonalSwitch } from './personal.tsx';
import { Refusal } from './refusal.tsx';
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
        {exchange.fidelity && <Fidelity level={exchange.fidelity} />}
        <span>{duration(exchange.durationMs)}</span>
        <span>{dateTime(exchange.atMs)}</span>
        <span class="spacer" />
        <Copies exchange={exchange} />
      </p>
      {exchange.warnings && (
        <Section title={say('与文档不符（未拒绝）', 'Not as documented (and not refused)')}>
          <ul class="plain-list">
            {exchange.warnings.map((warning) => (
              <li key={warning}>{warning}</li>
            ))}
          </ul>
        </Section>
      )}
      {signature && <SignatureDiff signature={signature} page={exchange.page} />}
      {!signature && <Refusal exchange={exchange} />}
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
          <p class="lead">{say('连接中断，没有应答。', 'The connection was reset: no answer.')}</p>
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
  const encrypted =
    request.method === 'POST' && /\/applyment(s|4sub)?\//.test(request.target) && outTradeNo !== undefined;
  const [open, setOpen] = useState(false);
  const [form, setForm] = useState<Record<string, unknown>>();
  useEffect(() => {
    if (!open || outTradeNo === undefined) return;
    get<ApplicationDetails>(`/_sandbox/applications/${encodeURIComponent(outTradeNo)}`).then(
      (application) => setForm(application.form),
      () => setForm(undefined),
    );
  }, [open, outTradeNo]);
  const choice = encrypted && (
    <DecryptionSwitch label={say('正文', 'Body')} decrypted={open} choose={setOpen} />
  );
  return (
    <Section
      title={say('请求正文', 'Request body')}
      aside={
        <span class="row">
          {(open || request.body !== textWithoutPersonal(request.body)) && <PersonalSwitch />}
          {choice}
        </span>
      }
    >
      {open && form ? <Json value={form} /> : <Body text={request.body} />}
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
        {answer && `${answer.status} · `}
        {say('故障：', 'Fault: ')}
        {faultLabel(fault, say)}
      </Pill>
    );
  }
  return (
    <Pill tone="bad">
      {answer?.status} {code}
    </Pill>
  );
}

/** The value of the header Sandbox-Fidelity, and what it means. */
function Fidelity({ level }: { level: 'behaviour' | 'shape' }) {
  const say = useSay();
  const meaning =
    level === 'behaviour'
      ? say('按规则模拟并改变状态', 'simulated with its rules and effects')
      : say('只检查格式，返回示例', 'only the format is checked; the answer is an example');
  return (
    <span title={meaning}>
      Sandbox-Fidelity: <code>{level}</code>
    </span>
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

/** An upload's bytes are not in the record, and the cashier's call carries no Authorization. */
function Copies({ exchange }: { exchange: Exchange }) {
  const { method, target, body, headers } = exchange.request;
  const upload = headers['content-type']?.startsWith('multipart/') === true;
  const signed = exchange.mchid !== undefined && headers.authorization !== undefined && !upload;
  return (
    <span class="copies">
      {signed && <CopyCurl text={() => asSignedCurl(exchange)} />}
      {!signed && !upload && target.startsWith('/_sandbox/') && (
        <CopyCurl call={{ method: method as ControlCall['method'], path: target, body: JSON.parse(body) }} />
      )}
      <CopyTest />
    </span>
  );
}
