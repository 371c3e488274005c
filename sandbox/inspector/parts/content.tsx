/** How bodies, headers and copies are shown, wherever they appear. */
import type { ComponentChildren } from 'preact';
import { asCurl, asTest, type ControlCall } from '../api.ts';
import { useSay, useWords } from '../i18n.ts';
import { attempt } from '../store.ts';

export function Section({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <section>
      <h4 class="section-title">{title}</h4>
      {children}
    </section>
  );
}

/** JSON laid out for reading; anything else as it is. */
export function Body({ text }: { text: string }) {
  const say = useSay();
  if (text === '') return <p class="lead">{say('（空）', '(empty)')}</p>;
  return <pre class="code">{pretty(text)}</pre>;
}

export function Value({ value }: { value: unknown }) {
  return <pre class="code">{JSON.stringify(value, null, 2)}</pre>;
}

export function Headers({ headers }: { headers: Record<string, string> }) {
  return (
    <dl class="definition mono">
      {Object.entries(headers).map(([name, value]) => (
        <>
          <dt key={name}>{name}</dt>
          <dd>{value}</dd>
        </>
      ))}
    </dl>
  );
}

/** Copies of a control call, for a terminal and for a suite. */
export function Copies({ call, title }: { call: ControlCall; title: string }) {
  const word = useWords();
  const copy = (text: string) => attempt(() => navigator.clipboard.writeText(text), word('copied'));
  return (
    <span class="row">
      <button type="button" class="button quiet small" onClick={() => copy(asCurl(call))}>
        {word('copyCurl')}
      </button>
      <button type="button" class="button quiet small" onClick={() => copy(asTest(call, title))}>
        {word('copyTest')}
      </button>
    </span>
  );
}

export function Empty({ title, hint }: { title: string; hint: string }) {
  return (
    <div class="empty">
      <strong>{title}</strong>
      <span>{hint}</span>
    </div>
  );
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
