/** picker: a sheet with one scrolling column per choice, usable by wheel, touch and keyboard. */
import { openSheet } from '../chrome/sheet.ts';
import { say } from '../language.ts';
import { asBoolean, Tag } from './base.ts';
import { provinces } from './regions.ts';

const rowPx = 44;

interface Column {
  readonly rows: readonly string[];
  readonly index: number;
}

class Picker extends Tag {
  mode: string = 'selector';
  range: unknown;
  rangeKey?: string;
  value: unknown;
  start?: string;
  end?: string;
  fields?: string;
  disabled: unknown;
  headerText?: string;
  #ready = false;

  connectedCallback(): void {
    if (this.#ready) return;
    this.#ready = true;
    this.tabIndex = 0;
    this.setAttribute('role', 'button');
    this.setAttribute('aria-haspopup', 'dialog');
    this.addEventListener('click', () => void this.#open());
    this.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' || event.key === ' ') void this.#open();
    });
  }

  async #open(): Promise<void> {
    if (asBoolean(this.disabled)) return;
    const kind = kinds[this.mode];
    if (!kind) {
      console.warn(`picker mode="${this.mode}" is not part of this preview`);
      return;
    }
    const columns = kind.columns(this);
    const wheels = columns.map(
      (column, index) => new Wheel(column, say(`第 ${index + 1} 列`, `Column ${index + 1}`)),
    );
    for (const [index, wheel] of wheels.entries()) {
      wheel.onSettle = (row) => {
        if (this.mode === 'multiSelector') this.emit('columnchange', { column: index, value: row });
        kind.settle?.(this, wheels);
      };
    }
    const body = document.createElement('div');
    body.className = 'picker-body';
    body.append(...wheels.map((wheel) => wheel.element));
    const done = openSheet({
      title: this.headerText ?? '',
      body,
      cancelText: say('取消', 'Cancel'),
      confirmText: say('确定', 'Done'),
    });
    for (const wheel of wheels) wheel.show();
    if (await done) this.emit('change', { value: kind.value(this, wheels), ...kind.detail?.(wheels) });
    else this.emit('cancel');
  }

  labels(range: unknown): string[] {
    const rows = Array.isArray(range) ? range : [];
    return rows.map((row) => String(this.rangeKey ? (row as Record<string, unknown>)[this.rangeKey] : row));
  }
}

/** One column; the row in the middle is the choice. */
class Wheel {
  readonly element = document.createElement('div');
  onSettle: ((row: number) => void) | undefined;
  #index: number;
  #rows: readonly string[] = [];

  constructor(column: Column, label: string) {
    this.#index = column.index;
    this.element.className = 'picker-wheel';
    this.element.tabIndex = 0;
    this.element.setAttribute('role', 'listbox');
    this.element.setAttribute('aria-label', label);
    this.setRows(column.rows);
    let timer: ReturnType<typeof setTimeout> | undefined;
    this.element.addEventListener('scroll', () => {
      this.#mark(Math.round(this.element.scrollTop / rowPx));
      clearTimeout(timer);
      timer = setTimeout(() => this.onSettle?.(this.#index), 120);
    });
  }

  get index(): number {
    return this.#index;
  }
  get text(): string {
    return this.#rows[this.#index] ?? '';
  }

  show(): void {
    this.element.scrollTop = this.#index * rowPx;
  }

  setRows(rows: readonly string[]): void {
    if (rows.length === this.#rows.length && rows.every((row, index) => row === this.#rows[index])) return;
    this.#rows = rows;
    this.element.replaceChildren(
      ...rows.map((row, index) => {
        const item = document.createElement('div');
        item.className = 'picker-row';
        item.setAttribute('role', 'option');
        item.textContent = row;
        item.addEventListener('click', () =>
          this.element.scrollTo({ top: index * rowPx, behavior: 'smooth' }),
        );
        return item;
      }),
    );
    this.#mark(Math.min(this.#index, rows.length - 1));
  }

  #mark(index: number): void {
    this.#index = Math.max(0, Math.min(index, this.#rows.length - 1));
    for (const [row, item] of [...this.element.children].entries()) {
      item.setAttribute('aria-selected', String(row === this.#index));
    }
  }
}

interface Kind {
  columns(picker: Picker): Column[];
  value(picker: Picker, wheels: readonly Wheel[]): unknown;
  settle?(picker: Picker, wheels: readonly Wheel[]): void;
  /** What `change` reports besides the value. */
  detail?(wheels: readonly Wheel[]): object;
}

const two = (value: number) => String(value).padStart(2, '0');
const span = (from: number, to: number, unit: string, width = 2) =>
  Array.from({ length: to - from + 1 }, (_, index) => String(from + index).padStart(width, '0') + unit);

/** Provinces and cities; the phone knows no counties, so `level` is at most city here. */
const region: Kind = {
  columns: (picker) => {
    const [province = '', city = ''] = Array.isArray(picker.value) ? (picker.value as string[]) : [];
    const all = provinces();
    const at = Math.max(
      0,
      all.findIndex(({ name }) => name === province),
    );
    const cities = all[at]?.cities ?? [];
    const cityAt = Math.max(
      0,
      cities.findIndex(({ name }) => name === city),
    );
    return [
      { rows: all.map(({ name }) => name), index: at },
      { rows: cities.map(({ name }) => name), index: cityAt },
    ];
  },
  value: (_, wheels) => wheels.map((wheel) => wheel.text),
  detail: (wheels) => {
    const province = provinces()[wheels[0]?.index ?? 0];
    const city = province?.cities[wheels[1]?.index ?? 0];
    return { code: [province?.code, city?.code], postcode: '' };
  },
  settle: (_, wheels) => {
    const cities = provinces()[wheels[0]?.index ?? 0]?.cities ?? [];
    wheels[1]?.setRows(cities.map(({ name }) => name));
  },
};

const kinds: Readonly<Record<string, Kind>> = {
  region,
  selector: {
    columns: (picker) => [{ rows: picker.labels(picker.range), index: Number(picker.value ?? 0) || 0 }],
    value: (_, wheels) => wheels[0]?.index ?? 0,
  },
  multiSelector: {
    columns: (picker) => {
      const ranges = Array.isArray(picker.range) ? picker.range : [];
      const values = Array.isArray(picker.value) ? picker.value : [];
      return ranges.map((range, index) => ({
        rows: picker.labels(range),
        index: Number(values[index] ?? 0),
      }));
    },
    value: (_, wheels) => wheels.map((wheel) => wheel.index),
    settle: (picker, wheels) => {
      const ranges = Array.isArray(picker.range) ? picker.range : [];
      for (const [index, wheel] of wheels.entries()) wheel.setRows(picker.labels(ranges[index]));
    },
  },
  time: {
    columns: (picker) => {
      const [hour = '0', minute = '0'] = String(picker.value ?? '').split(':');
      return [
        { rows: span(0, 23, ''), index: Number(hour) || 0 },
        { rows: span(0, 59, ''), index: Number(minute) || 0 },
      ];
    },
    value: (_, wheels) => wheels.map((wheel) => wheel.text).join(':'),
  },
  date: {
    columns: (picker) => {
      const [year, month, day] = startDate(picker);
      const first = Number((picker.start ?? '').slice(0, 4)) || 1900;
      const last = Number((picker.end ?? '').slice(0, 4)) || 2100;
      const all = [
        { rows: span(first, last, say('年', ''), 4), index: Math.max(0, year - first) },
        { rows: span(1, 12, say('月', '')), index: month - 1 },
        { rows: span(1, daysIn(year, month), say('日', '')), index: day - 1 },
      ];
      return all.slice(0, { year: 1, month: 2 }[picker.fields ?? ''] ?? 3);
    },
    value: (_, wheels) => wheels.map((wheel) => wheel.text.replace(/\D/g, '')).join('-'),
    settle: (_, wheels) => {
      const [year, month] = wheels.map((wheel) => Number.parseInt(wheel.text, 10));
      if (year && month) wheels[2]?.setRows(span(1, daysIn(year, month), say('日', '')));
    },
  },
};

function startDate(picker: Picker): [number, number, number] {
  const now = new Date();
  const today = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  const text = /^\d{4}/.test(String(picker.value ?? '')) ? String(picker.value) : today;
  const [year = 2000, month = 1, day = 1] = text.split('-').map(Number);
  return [year, month, day];
}

const daysIn = (year: number, month: number) => new Date(year, month, 0).getDate();

export const pickers: Readonly<Record<string, CustomElementConstructor>> = { 'wx-picker': Picker };
