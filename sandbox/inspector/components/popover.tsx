/** A button in the top bar, and the sheet below it. */
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

interface Props {
  label: string;
  /** What the button shows. */
  button: ComponentChildren;
  title: string;
  class?: string;
  disabled?: boolean;
  /** @param close for content of the sheet that closes it */
  children: (close: () => void) => ComponentChildren;
}

/** Escape, and a press elsewhere, close it. */
export function Popover({ label, button, title, class: name = '', disabled = false, children }: Props) {
  const box = useRef<HTMLDetailsElement>(null);
  const close = () => {
    if (box.current) box.current.open = false;
  };
  useEffect(() => {
    const outside = (event: Event) => !box.current?.contains(event.target as Node) && close();
    document.addEventListener('pointerdown', outside);
    return () => document.removeEventListener('pointerdown', outside);
  }, []);
  const closeOnEscape = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return;
    close();
    box.current?.querySelector('summary')?.focus();
  };
  return (
    <details class={`popover ${name}`} ref={box} onKeyDown={closeOnEscape}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: a summary is a button of its details. */}
      <summary
        class="popover-button"
        aria-label={label}
        aria-disabled={disabled}
        onClick={(event) => disabled && event.preventDefault()}
      >
        {button}
      </summary>
      <div class="popover-sheet">
        <h2>{title}</h2>
        {children(close)}
      </div>
    </details>
  );
}
