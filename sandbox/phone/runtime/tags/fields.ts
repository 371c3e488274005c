/** input, textarea, image. */
import { asBoolean, Tag } from './base.ts';

/** The native control inside, with WeChat's properties on the outside. */
abstract class TextField<T extends HTMLInputElement | HTMLTextAreaElement> extends Tag {
  protected readonly control: T;
  #placeholderClass: string[] = [];
  #committed = '';

  constructor(control: T) {
    super();
    this.control = control;
    control.maxLength = 140;
    const stop = (event: Event) => event.stopPropagation();
    control.addEventListener('input', (event) => {
      stop(event);
      this.emit('input', { value: control.value, cursor: control.selectionStart ?? control.value.length });
    });
    control.addEventListener('change', stop);
    control.addEventListener('focus', () => {
      this.#committed = control.value;
      this.emit('focus', { value: control.value, height: 0 });
    });
    control.addEventListener('blur', () => {
      this.emit('blur', { value: control.value });
      if (control.value !== this.#committed) this.emit('change', { value: control.value });
    });
  }

  connectedCallback(): void {
    if (!this.control.isConnected) this.append(this.control);
    this.#showPlaceholderClass();
  }

  get value(): string {
    return this.control.value;
  }
  set value(value: unknown) {
    const text = value === undefined || value === null ? '' : String(value);
    if (this.control.value !== text) this.control.value = text;
  }
  set placeholder(value: unknown) {
    this.control.placeholder = String(value ?? '');
  }
  set disabled(value: unknown) {
    this.control.disabled = asBoolean(value);
  }
  set maxlength(value: unknown) {
    if (Number(value) < 0) this.control.removeAttribute('maxlength');
    else this.control.maxLength = Number(value);
  }
  set placeholderClass(value: unknown) {
    this.#placeholderClass = String(value ?? '')
      .split(/\s+/)
      .filter(Boolean);
    this.#showPlaceholderClass();
  }
  override setAttribute(name: string, value: string): void {
    super.setAttribute(name, value);
    if (name.startsWith('aria-')) this.control.setAttribute(name, value);
  }
  override focus(): void {
    this.control.focus();
  }

  /** ::placeholder cannot take a class of its own; its colour is read from a probe and set as a variable. */
  #showPlaceholderClass(): void {
    if (!this.isConnected || this.#placeholderClass.length === 0) return;
    const probe = document.createElement('span');
    probe.className = this.scoped(this.#placeholderClass.join(' ')).join(' ');
    this.append(probe);
    this.style.setProperty('--placeholder-color', getComputedStyle(probe).color);
    probe.remove();
  }
}

class Input extends TextField<HTMLInputElement> {
  constructor() {
    super(document.createElement('input'));
    this.control.addEventListener('keydown', (event) => {
      if (event.key === 'Enter') this.emit('confirm', { value: this.control.value });
    });
  }
  set type(value: unknown) {
    const modes: Record<string, string> = { number: 'numeric', digit: 'decimal', idcard: 'text', tel: 'tel' };
    this.control.inputMode = modes[String(value)] ?? 'text';
  }
  set password(value: unknown) {
    this.control.type = asBoolean(value) ? 'password' : 'text';
  }
}

class TextArea extends TextField<HTMLTextAreaElement> {
  constructor() {
    super(document.createElement('textarea'));
  }
  set autoHeight(value: unknown) {
    if (!asBoolean(value)) return;
    this.classList.add('auto-height');
    const fit = () => {
      this.control.style.height = 'auto';
      this.control.style.height = `${this.control.scrollHeight}px`;
    };
    this.control.addEventListener('input', fit);
    requestAnimationFrame(fit);
  }
}

const fits: Readonly<Record<string, string>> = {
  scaleToFill: 'fill',
  aspectFit: 'contain',
  aspectFill: 'cover',
  widthFix: 'contain',
  heightFix: 'contain',
};

class Image extends Tag {
  readonly #picture = document.createElement('img');
  constructor() {
    super();
    this.#picture.alt = '';
    this.#picture.draggable = false;
    this.#picture.addEventListener('load', () => {
      const { naturalHeight: height, naturalWidth: width } = this.#picture;
      this.emit('load', { height, width });
    });
    this.#picture.addEventListener('error', () =>
      this.emit('error', { errMsg: `cannot load ${this.#picture.src}` }),
    );
  }
  connectedCallback(): void {
    if (!this.#picture.isConnected) this.append(this.#picture);
  }
  set src(value: unknown) {
    const src = String(value ?? '');
    if (src) this.#picture.src = assetUrl(src, this.closest<HTMLElement>('wx-page')?.dataset.page ?? '');
    else this.#picture.removeAttribute('src');
  }
  set mode(value: unknown) {
    const mode = String(value);
    this.#picture.style.objectFit = fits[mode] ?? 'fill';
    if (mode === 'widthFix') {
      this.style.height = 'auto';
      this.#picture.style.height = 'auto';
    }
  }
  override setAttribute(name: string, value: string): void {
    super.setAttribute(name, value);
    if (name === 'aria-label') this.#picture.alt = value;
  }
}

/** Paths of the mini-program are under app/; anything with a scheme stays. */
export function assetUrl(src: string, fromPage = ''): string {
  if (/^(data|blob|https?):/.test(src)) return src;
  if (src.startsWith('/')) return `app${src}`;
  return new URL(src, `${location.origin}${location.pathname}app/${fromPage}`).href;
}

export const fields: Readonly<Record<string, CustomElementConstructor>> = {
  'wx-input': Input,
  'wx-textarea': TextArea,
  'wx-image': Image,
};
