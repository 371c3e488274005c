/** A list that only draws the rows in view, so that ten thousand of them scroll like ten. */
import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Entry } from '../store.ts';

interface Props<T> {
  items: readonly T[];
  rowHeightPx: number;
  keyOf(item: T): string;
  row(item: T): ComponentChildren;
  label: string;
  chosen: string | undefined;
  /** Walking along the rows by keys stays in the same entry of the browser's history. */
  choose(key: string, entry: Entry): void;
}

const overscan = 4;

/** Arrow keys, Home and End move between the rows. */
export function VirtualList<T>({ items, rowHeightPx, keyOf, row, label, chosen, choose }: Props<T>) {
  const box = useRef<HTMLElement>(null);
  const [view, setView] = useState({ first: 0, last: 20 });
  const focusNext = useRef<string>();
  useStillness(box, items, rowHeightPx, keyOf);
  useEffect(() => {
    const element = box.current!;
    const read = () => {
      const first = Math.max(0, Math.floor(element.scrollTop / rowHeightPx) - overscan);
      const last = Math.ceil((element.scrollTop + element.clientHeight) / rowHeightPx) + overscan;
      setView((before) => (before.first === first && before.last === last ? before : { first, last }));
    };
    const observer = new ResizeObserver(read);
    observer.observe(element);
    element.addEventListener('scroll', read, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', read);
    };
  }, [rowHeightPx]);
  useLayoutEffect(() => {
    // A render in between does not have the new selection yet.
    if (focusNext.current === undefined || focusNext.current !== chosen) return;
    focusNext.current = undefined;
    box.current?.querySelector<HTMLElement>('[aria-current="true"]')?.focus({ preventScroll: true });
  });
  const move = (event: KeyboardEvent) => {
    const at = items.findIndex((item) => keyOf(item) === chosen);
    const target = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
    const next = target === undefined ? undefined : items[target];
    if (next === undefined || target === undefined) return;
    event.preventDefault();
    focusNext.current = keyOf(next);
    scrollTo(box.current!, target * rowHeightPx, rowHeightPx);
    choose(keyOf(next), 'same');
  };
  return (
    <section class="virtual-list" ref={box} aria-label={label} onKeyDown={move}>
      <ul style={{ height: `${items.length * rowHeightPx}px` }}>
        {items.slice(view.first, view.last).map((item, index) => {
          const key = keyOf(item);
          return (
            <li
              key={key}
              style={{ top: `${(view.first + index) * rowHeightPx}px`, height: `${rowHeightPx}px` }}
            >
              <button
                type="button"
                class="list-row"
                aria-current={key === chosen}
                onClick={() => choose(key, 'new')}
              >
                {row(item)}
              </button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** New rows come in at the top; who has scrolled down goes on to see the same rows at the same place. */
function useStillness<T>(
  box: { current: HTMLElement | null },
  items: readonly T[],
  rowHeightPx: number,
  keyOf: (item: T) => string,
): void {
  const before = useRef<{ count: number; firstKey: string | undefined }>({ count: 0, firstKey: undefined });
  useLayoutEffect(() => {
    const { count, firstKey } = before.current;
    before.current = { count: items.length, firstKey: items[0] && keyOf(items[0]) };
    const more = items.length - count;
    const element = box.current!;
    if (more <= 0 || element.scrollTop < rowHeightPx) return;
    const moved = items[more];
    if (moved && keyOf(moved) === firstKey) element.scrollTop += more * rowHeightPx;
  });
}

/** Just far enough that the row is wholly in view. */
function scrollTo(element: HTMLElement, top: number, height: number): void {
  if (top < element.scrollTop) element.scrollTop = top;
  else if (top + height > element.scrollTop + element.clientHeight) {
    element.scrollTop = top + height - element.clientHeight;
  }
}
