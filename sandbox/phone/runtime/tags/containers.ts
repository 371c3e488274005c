/** view, text, scroll-view, navigator, label, form, button. */
import { asBoolean, Tag, withHover } from './base.ts';

class View extends Tag {
  hoverClass?: unknown;
  #ready = false;
  connectedCallback(): void {
    if (this.#ready) return;
    this.#ready = true;
    withHover(this);
  }
}

class Text extends Tag {
  override set title(_: string) {}
}

class ScrollView extends Tag {
  scrollX?: unknown;
  scrollY?: unknown;
  lowerThreshold?: unknown;
  #ready = false;
  connectedCallback(): void {
    if (this.#ready) return;
    this.#ready = true;
    let toldLower = false;
    this.addEventListener('scroll', (event) => {
      if (event instanceof CustomEvent) return;
      event.stopImmediatePropagation();
      const { scrollTop, scrollLeft, scrollHeight, scrollWidth } = this;
      this.emit('scroll', { scrollTop, scrollLeft, scrollHeight, scrollWidth });
      const restPx = scrollHeight - scrollTop - this.clientHeight;
      const atLower = restPx <= Number(this.lowerThreshold ?? 50);
      if (atLower && !toldLower) this.emit('scrolltolower', { direction: 'bottom' });
      toldLower = atLower;
    });
  }
  /** `scroll-into-view` names the id of a child. */
  set scrollIntoViewId(id: unknown) {
    if (typeof id !== 'string') return;
    requestAnimationFrame(() => {
      const child = id ? this.querySelector<HTMLElement>(`[id$="${CSS.escape(id)}"]`) : null;
      if (child) this.scrollTo({ top: child.offsetTop - this.offsetTop, behavior: 'smooth' });
    });
  }
}

class Navigator extends View {
  url = '';
  openType = 'navigate';
  override connectedCallback(): void {
    super.connectedCallback();
    this.addEventListener('click', () => {
      const { wx } = globalThis as unknown as { wx: Record<string, (options: object) => void> };
      const calls: Record<string, string> = {
        navigate: 'navigateTo',
        redirect: 'redirectTo',
        navigateBack: 'navigateBack',
      };
      wx[calls[this.openType] ?? this.openType]?.({ url: this.url });
    });
  }
}

class Label extends Tag {
  connectedCallback(): void {
    this.addEventListener('click', (event) => {
      const control = this.querySelector<HTMLElement>('input,textarea,wx-picker,wx-button,[role=switch]');
      if (control && !control.contains(event.target as Node)) control.focus();
    });
  }
}

class Form extends Tag {
  /** Called by a button with form-type. */
  submit(): void {
    const value: Record<string, unknown> = {};
    for (const field of this.querySelectorAll<HTMLElement & { value?: unknown }>('[name]')) {
      value[field.getAttribute('name') ?? ''] = field.value;
    }
    this.emit('submit', { value });
  }
  reset(): void {
    this.emit('reset');
  }
}

class Button extends Tag {
  hoverClass?: unknown;
  #ready = false;
  static observedAttributes = ['disabled'];
  connectedCallback(): void {
    if (this.#ready) return;
    this.#ready = true;
    this.setAttribute('role', 'button');
    this.tabIndex = 0;
    withHover(this, 'button-hover');
    this.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' || event.key === ' ') this.click();
    });
    this.addEventListener('click', (event) => {
      if (asBoolean(this.getAttribute('disabled') ?? false)) event.stopImmediatePropagation();
      const type = this.getAttribute('form-type');
      const form = this.closest<Form>('wx-form');
      if (type === 'submit') form?.submit();
      if (type === 'reset') form?.reset();
    });
  }
  attributeChangedCallback(): void {
    const disabled = asBoolean(this.getAttribute('disabled') ?? false);
    this.setAttribute('aria-disabled', String(disabled));
  }
  override click(): void {
    if (!asBoolean(this.getAttribute('disabled') ?? false)) super.click();
  }
}

export const containers: Readonly<Record<string, CustomElementConstructor>> = {
  'wx-view': View,
  'wx-text': Text,
  'wx-scroll-view': ScrollView,
  'wx-navigator': Navigator,
  'wx-label': Label,
  'wx-form': Form,
  'wx-button': Button,
};
