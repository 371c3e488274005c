/** Sheets, dialogs and toasts: what WeChat draws over a page. */
import { say } from '../language.ts';
import { button, el, overlays } from './dom.ts';

interface SheetOptions {
  readonly title: string;
  readonly body: HTMLElement;
  readonly cancelText: string;
  readonly confirmText: string;
}

/** A sheet from below with two buttons above it. Resolves to whether it was confirmed. */
export function openSheet(options: SheetOptions): Promise<boolean> {
  return openMask<boolean>('sheet', false, (close) => {
    const head = el(
      'div',
      'sheet-head',
      button('sheet-cancel', options.cancelText, () => close(false)),
      el('div', 'sheet-title', options.title),
      button('sheet-confirm', options.confirmText, () => close(true)),
    );
    return [head, options.body];
  });
}

/** Resolves to the index of the chosen row, or -1. */
export function openActionSheet(items: readonly string[], title = ''): Promise<number> {
  return openMask<number>('sheet', -1, (close) => [
    ...(title ? [el('div', 'action-title', title)] : []),
    ...items.map((item, index) => button('action-row', item, () => close(index))),
    button('action-row action-cancel', say('取消', 'Cancel'), () => close(-1)),
  ]);
}

interface ModalOptions {
  readonly title: string;
  readonly content: string;
  readonly confirmText: string;
  readonly cancelText: string;
  readonly showCancel: boolean;
  readonly confirmColor?: string;
}

export function openModal(options: ModalOptions): Promise<boolean> {
  return openMask<boolean>('modal', undefined, (close) => {
    const confirm = button('modal-confirm', options.confirmText, () => close(true));
    if (options.confirmColor) confirm.style.color = options.confirmColor;
    const buttons = el('div', 'modal-buttons');
    if (options.showCancel) buttons.append(button('modal-cancel', options.cancelText, () => close(false)));
    buttons.append(confirm);
    return [el('div', 'modal-title', options.title), el('div', 'modal-content', options.content), buttons];
  });
}

/**
 * A dimmed page with a box on it; focus goes into the box and back.
 * @param dismissed what a tap outside means; undefined when that does nothing.
 */
export function openMask<T>(
  kind: string,
  dismissed: T | undefined,
  content: (close: (value: T) => void) => (Node | string)[],
): Promise<T> {
  return new Promise((resolve) => {
    const before = document.activeElement;
    const mask = el('div', `mask mask-${kind}`);
    const box = el('div', kind);
    const close = (value: T) => {
      mask.remove();
      if (before instanceof HTMLElement) before.focus({ preventScroll: true });
      resolve(value);
    };
    box.setAttribute('role', 'dialog');
    box.setAttribute('aria-modal', 'true');
    box.tabIndex = -1;
    box.append(...content(close));
    // A picker has no title unless its page gives it one.
    const title = box.querySelector('[class$="title"]')?.textContent?.trim();
    box.setAttribute('aria-label', title || say('请选择', 'Choose'));
    mask.append(box);
    mask.addEventListener('click', (event) => {
      event.stopPropagation();
      if (event.target === mask && dismissed !== undefined) close(dismissed);
    });
    mask.addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && dismissed !== undefined) close(dismissed);
    });
    overlays().append(mask);
    box.focus({ preventScroll: true });
  });
}

let toast: HTMLElement | undefined;
let toastTimer: ReturnType<typeof setTimeout> | undefined;

/** One at a time, as in WeChat. `durationMs` 0 keeps it until hidden. */
export function showToast(title: string, icon: string, mask: boolean, durationMs: number): void {
  hideToast();
  const mark = el('div', `toast-icon toast-${icon}`);
  toast = el('div', `toast-layer${mask ? ' toast-mask' : ''}`);
  toast.append(
    el('div', `toast${icon === 'none' ? ' toast-text' : ''}`, ...(icon === 'none' ? [] : [mark]), title),
  );
  toast.setAttribute('role', 'status');
  overlays().append(toast);
  if (durationMs > 0) toastTimer = setTimeout(hideToast, durationMs);
}

export function hideToast(): void {
  clearTimeout(toastTimer);
  toast?.remove();
  toast = undefined;
}
