/** JSON laid out and coloured for reading, personal data masked until the reader asks. */
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { useSay } from '../i18n.ts';
import { usePersonal } from './personal.tsx';

const token = /("(?:[^"\\]|\\.)*")(\s*:)?|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|\b(true|false|null)\b/g;
/** Colours cost elements; beyond this a text is shown plain. */
const maxColouredChars = 40_000;
const longestLines = 30;
const shortenedLines = 24;

export function Json({ value }: { value: unknown }) {
  const personal = usePersonal();
  return <Laid text={JSON.stringify(personal.value(value), null, 2) ?? 'undefined'} json />;
}

/** A body as it came: JSON laid out, anything else as it is. */
export function Body({ text }: { text: string }) {
  const say = useSay();
  const personal = usePersonal();
  if (text === '') return <p class="lead">{say('（空）', '(empty)')}</p>;
  const json = laidOut(text);
  return <Laid text={personal.text(json ?? text)} json={json !== undefined} />;
}

/** Long texts show their beginning, and the rest when asked. */
function Laid({ text, json }: { text: string; json: boolean }) {
  const say = useSay();
  const [whole, setWhole] = useState(false);
  const lines = text.split('\n');
  const cut = !whole && lines.length > longestLines;
  const shown = cut ? lines.slice(0, shortenedLines).join('\n') : text;
  return (
    <div>
      <pre class="code">{json ? coloured(shown) : shown}</pre>
      {lines.length > longestLines && (
        <button type="button" class="button quiet small code-more" onClick={() => setWhole(!whole)}>
          {cut ? say(`全部 ${lines.length} 行`, `All ${lines.length} lines`) : say('收起', 'Less')}
        </button>
      )}
    </div>
  );
}

function laidOut(text: string): string | undefined {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return undefined;
  }
}

function coloured(text: string): ComponentChildren {
  if (text.length > maxColouredChars) return text;
  const parts: ComponentChildren[] = [];
  let end = 0;
  for (const match of text.matchAll(token)) {
    const [whole, string, colon, number] = match;
    parts.push(text.slice(end, match.index));
    const kind =
      string === undefined ? (number === undefined ? 'j-literal' : 'j-number') : colon ? 'j-key' : 'j-text';
    parts.push(<span class={kind}>{string ?? whole}</span>, colon ?? '');
    end = match.index + whole.length;
  }
  parts.push(text.slice(end));
  return parts;
}
