/** How titles, headers, notes and empty places look, wherever they appear. */
import type { ComponentChildren } from 'preact';
import { useSay } from '../i18n.ts';
import type { Tone } from '../labels.ts';
import { Icon, type IconName } from './icons.tsx';

interface SectionProps {
  title: string;
  /** Controls at the right of the title. */
  aside?: ComponentChildren;
  children: ComponentChildren;
}

export function Section({ title, aside, children }: SectionProps) {
  return (
    <section class="section">
      <div class="section-head">
        <h3>{title}</h3>
        {aside}
      </div>
      {children}
    </section>
  );
}

export function Pill({ tone = 'quiet', children }: { tone?: Tone; children: ComponentChildren }) {
  return <span class={`pill ${tone}`}>{children}</span>;
}

export function HeaderTable({ headers }: { headers: Record<string, string> }) {
  return (
    <dl class="headers mono">
      {Object.entries(headers).map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Where a rule is written. */
export function OfficialPage({ url }: { url: string }) {
  return (
    <a href={url} target="_blank" rel="noreferrer">
      {url.replace('https://', '')}
    </a>
  );
}

interface EmptyProps {
  icon: IconName;
  title: string;
  hint: string;
  children?: ComponentChildren;
}

export function Empty({ icon, title, hint, children }: EmptyProps) {
  return (
    <div class="empty">
      <span class="empty-icon">
        <Icon name={icon} size={26} />
      </span>
      <strong>{title}</strong>
      <p>{hint}</p>
      {children}
    </div>
  );
}

interface SearchProps {
  label: string;
  /** What can be searched for, where the label is too short to say it. */
  hint?: string;
  value: string;
  change(value: string): void;
}

export function SearchField({ label, hint, value, change }: SearchProps) {
  const placeholder = useSay()('搜索', 'Search');
  return (
    <label class="search">
      <Icon name="search" />
      <input
        type="search"
        value={value}
        placeholder={placeholder}
        title={hint ?? label}
        aria-label={label}
        onInput={(event) => change(event.currentTarget.value)}
      />
    </label>
  );
}

interface SwitchProps {
  label: string;
  options: readonly { value: string; label: string }[];
  value: string;
  choose(value: string): void;
}

/** One of a few, side by side. */
export function Switch({ label, options, value, choose }: SwitchProps) {
  return (
    <fieldset class="switch" aria-label={label}>
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          aria-pressed={option.value === value}
          onClick={() => choose(option.value)}
        >
          {option.label}
        </button>
      ))}
    </fieldset>
  );
}

export function Check({
  checked,
  change,
  children,
}: {
  checked: boolean;
  change(checked: boolean): void;
  children: ComponentChildren;
}) {
  return (
    <label class="check">
      <input type="checkbox" checked={checked} onChange={(event) => change(event.currentTarget.checked)} />
      <span>{children}</span>
    </label>
  );
}
