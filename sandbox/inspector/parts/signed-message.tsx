/** A signed message with its newlines made visible, since one of them is what most often is wrong. */
import { useSay } from '../i18n.ts';
import type { SignatureExplanation } from '../types.ts';

export function SignedMessage({ text, markByte }: { text: string; markByte?: number | undefined }) {
  const mark = markByte === undefined ? undefined : indexOfByte(text, markByte);
  return (
    <pre class="code">
      {lines(text).map(({ line, start, ended }) => (
        <span key={start}>
          <Marked line={line} start={start} mark={mark} />
          {ended && <span class={`newline ${mark === start + line.length ? 'diff-bad' : ''}`}>↵{'\n'}</span>}
        </span>
      ))}
      {mark !== undefined && mark >= text.length && <span class="diff-bad">∅</span>}
    </pre>
  );
}

function Marked({ line, start, mark }: { line: string; start: number; mark: number | undefined }) {
  if (mark === undefined || mark < start || mark >= start + line.length) return <>{line}</>;
  const at = mark - start;
  return (
    <>
      {line.slice(0, at)}
      <mark class="diff-bad">{line.slice(at, at + 1)}</mark>
      {line.slice(at + 1)}
    </>
  );
}

/** What was expected, what was signed, where they part, and why that is likely. */
export function SignatureDiff({ signature }: { signature: SignatureExplanation }) {
  const say = useSay();
  const byte = signature.firstDifference?.byte;
  return (
    <>
      <div class="explain" role="note">
        <strong>{say(signature.hintZh, signature.hint)}</strong>
        {signature.signedWith && (
          <span>
            {say('签名所用的私钥：', 'Signed with the key of ')}
            <code>{signature.signedWith}</code>
          </span>
        )}
        {signature.firstDifference && (
          <span>
            {say(`第 ${byte} 字节开始不同：应为 `, `They part at byte ${byte}: expected `)}
            <code>{signature.firstDifference.expected}</code>
            {say('，实际是 ', ', got ')}
            <code>{signature.firstDifference.received}</code>
          </span>
        )}
      </div>
      {signature.expectedMessage !== undefined && (
        <Titled title={say('应当签名的报文', 'What should have been signed')}>
          <SignedMessage text={signature.expectedMessage} markByte={byte} />
        </Titled>
      )}
      {signature.receivedMessage !== undefined && (
        <Titled title={say('实际签名的报文', 'What was signed')}>
          <SignedMessage text={signature.receivedMessage} markByte={byte} />
        </Titled>
      )}
    </>
  );
}

function Titled({ title, children }: { title: string; children: preact.ComponentChildren }) {
  return (
    <section>
      <h4 class="section-title">{title}</h4>
      {children}
    </section>
  );
}

function lines(text: string): { line: string; start: number; ended: boolean }[] {
  const found: { line: string; start: number; ended: boolean }[] = [];
  let start = 0;
  while (start < text.length) {
    const end = text.indexOf('\n', start);
    found.push({ line: text.slice(start, end === -1 ? undefined : end), start, ended: end !== -1 });
    if (end === -1) break;
    start = end + 1;
  }
  return found;
}

/** Index into the text of the character that holds this byte of its UTF-8. */
function indexOfByte(text: string, byte: number): number {
  return new TextDecoder().decode(new TextEncoder().encode(text).slice(0, byte)).length;
}
