/** What the built-in elements share. Attributes arrive as DOM properties, with their own types. */
import { scopedClassName } from '../engine.ts';

export abstract class Tag extends HTMLElement {
  /** Fires an event of the mini-program; it does not bubble, as there. */
  protected emit(type: string, detail: unknown = {}): void {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  protected scoped(className: string): string[] {
    return scopedClassName(this, className).split(/\s+/).filter(Boolean);
  }
}

/** Adds the class named by `hover-class` while pressed. */
export function withHover(element: Tag & { hoverClass?: unknown }, fallback = ''): void {
  let added: string[] = [];
  const release = () => {
    element.classList.remove(...added);
    added = [];
  };
  element.addEventListener('pointerdown', (event) => {
    const name = typeof element.hoverClass === 'string' ? element.hoverClass : fallback;
    if (!name || name === 'none' || element.hasAttribute('disabled')) return;
    if ((event as PointerEvent & { hoverTaken?: boolean }).hoverTaken) return;
    if (element.getAttribute('hover-stop-propagation') !== null) Object.assign(event, { hoverTaken: true });
    added = name === fallback ? [name] : scopedClassName(element, name).split(/\s+/).filter(Boolean);
    element.classList.add(...added);
  });
  for (const type of ['pointerup', 'pointerleave', 'pointercancel']) element.addEventListener(type, release);
}

/** WeChat's boolean attributes: `disabled`, `disabled="{{true}}"`, and the string "false" for no. */
export function asBoolean(value: unknown): boolean {
  return value === '' || (Boolean(value) && value !== 'false');
}
