import type { SandboxBus } from '../../bus.ts';
import type { Exchange } from '../http/exchanges.ts';

/** @returns what is wrong with how an exchange is explained; undefined when both languages say the same */
function unlike({ explanation: en, explanationZh: zh }: Partial<Exchange>): string | undefined {
  if (en === undefined && zh === undefined) return undefined;
  if (en === undefined || zh === undefined) return `in one language only: ${en ?? zh}`;
  if (!/\p{Script=Han}/u.test(zh)) return `not Chinese: ${zh}`;
  if (figuresOf(en) !== figuresOf(zh)) return `other figures: ${en} / ${zh}`;
  return undefined;
}

/** Amounts, limits, and the digits of numbers and ids; the order of words differs. */
function figuresOf(text: string): string {
  return (text.match(/\d+/g) ?? []).sort().join();
}

/** Every exchange from now on that is explained differently in the two languages. */
export function watchLanguages(bus: SandboxBus): string[] {
  const found: string[] = [];
  bus.subscribe(({ type, data }) => {
    const wrong = type === 'exchange' ? unlike(data as Exchange) : undefined;
    if (wrong !== undefined) found.push(wrong);
  });
  return found;
}
