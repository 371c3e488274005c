/** A list that only draws the rows in view, so that ten thousand exchanges scroll like ten. */
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

interface Props<T> {
  items: readonly T[];
  rowHeightPx: number;
  keyOf(item: T): string | number;
  row(item: T): ComponentChildren;
  label: string;
}

const overscan = 6;

export function VirtualList<T>({ items, rowHeightPx, keyOf, row, label }: Props<T>) {
  const box = useRef<HTMLElement>(null);
  const [view, setView] = useState({ top: 0, height: 600 });
  useEffect(() => {
    const element = box.current!;
    const read = () => setView({ top: element.scrollTop, height: element.clientHeight });
    const observer = new ResizeObserver(read);
    observer.observe(element);
    element.addEventListener('scroll', read, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', read);
    };
  }, []);
  const first = Math.max(0, Math.floor(view.top / rowHeightPx) - overscan);
  const last = Math.min(items.length, Math.ceil((view.top + view.height) / rowHeightPx) + overscan);
  return (
    <section class="virtual-list" ref={box} aria-label={label}>
      <ul style={{ height: `${items.length * rowHeightPx}px`, position: 'relative' }}>
        {items.slice(first, last).map((item, index) => (
          <li
            key={keyOf(item)}
            style={{
              position: 'absolute',
              top: `${(first + index) * rowHeightPx}px`,
              height: `${rowHeightPx}px`,
              left: 0,
              right: 0,
            }}
          >
            {row(item)}
          </li>
        ))}
      </ul>
    </section>
  );
}
