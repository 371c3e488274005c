/** A signed message with visible newlines, since a missing or extra newline is the most common mistake. */
import type { ComponentChildren } from 'preact';
import { useSay } from '../i18n.ts';
import { bytesAround, firstDifferentByte, partingOf } from '../model/bytes.ts';
import type { Exchange, SignatureExplanation } from '../model/events.ts';
import { OfficialPage, Section } from './content.tsx';
import { usePersonal } from './personal.tsx';

export function SignedMessage({ text }: { text: string }) {
  const personal = usePersonal();
  return <pre class="code signed">{visible(personal.text(text))}</pre>;
}

/** Every line end as ↵, carriage returns as ␍. */
function visible(text: string): ComponentChildren {
  return text.split(/(\r?\n)/).map((part, index) =>
    index % 2 === 0 ? (
      part
    ) : (
      <span key={index} class="newline">
        {part.startsWith('\r') ? '␍↵' : '↵'}
        {'\n'}
      </span>
    ),
  );
}

/** What was expected, what was signed, where they differ, and the likely cause. */
export function SignatureDiff({
  signature,
  page,
}: {
  signature: SignatureExplanation;
  page: Exchange['page'];
}) {
  const say = useSay();
  const { expectedMessage, receivedMessage, signedWith, cause } = signature;
  return (
    <div class="stack">
      <div class="explain" role="note">
        <span class="explain-label">{say('可能的原因', 'Likely cause')}</span>
        <strong>{say(signature.hintZh, signature.hint)}</strong>
        <span class="facts">
          <code>{cause}</code>
          {signedWith && (
            <span>
              {say('签名用的是 ', 'signed with the key of ')}
              <code>{signedWith}</code>
            </span>
          )}
        </span>
        {page && <OfficialPage url={page} />}
      </div>
      {expectedMessage !== undefined && receivedMessage !== undefined ? (
        <MessageDiff expected={expectedMessage} received={receivedMessage} />
      ) : (
        expectedMessage !== undefined && (
          <Section title={say('应当签名的报文', 'What should have been signed')}>
            <SignedMessage text={expectedMessage} />
          </Section>
        )
      )}
    </div>
  );
}

function MessageDiff({ expected, received }: { expected: string; received: string }) {
  const say = useSay();
  const personal = usePersonal();
  const { start, end, ...middle } = partingOf(personal.text(expected), personal.text(received));
  const byte = firstDifferentByte(expected, received);
  const side = (part: string, tone: string) => (
    <pre class="code signed">
      {visible(start)}
      <mark class={tone}>{part === '' ? '∅' : visible(part)}</mark>
      {visible(end)}
    </pre>
  );
  return (
    <>
      <div class="sides">
        <Section title={say('应当签名：沙箱收到的请求', 'Expected: the request that the sandbox received')}>
          {side(middle.expected, 'good')}
        </Section>
        <Section title={say('实际签名：你的程序签的报文', 'Signed: the message that your program signed')}>
          {side(middle.received, 'bad')}
        </Section>
      </div>
      {byte !== undefined && (
        <Section
          title={say(
            `第 ${byte} 字节开始不同（从 0 数）`,
            `They differ from byte ${byte} on (counted from 0)`,
          )}
        >
          <Hex label={say('应为', 'expected')} text={expected} byte={byte} tone="good" />
          <Hex label={say('实际', 'received')} text={received} byte={byte} tone="bad" />
        </Section>
      )}
    </>
  );
}

function Hex({ label, text, byte, tone }: { label: string; text: string; byte: number; tone: string }) {
  const bytes = bytesAround(text, byte);
  return (
    <div class="hex mono">
      <span class="hex-label">{label}</span>
      {bytes.map(({ at, hex, shown }) => (
        <span key={at} class={`hex-byte ${at === byte ? tone : ''}`}>
          <span>{hex}</span>
          <small>{shown}</small>
        </span>
      ))}
      {!bytes.some(({ at }) => at === byte) && <span class={`hex-byte ${tone}`}>∅</span>}
    </div>
  );
}
