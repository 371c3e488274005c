/** Amounts are integers in fen everywhere; yuan exist only in texts and in what the user types. */

/** `1234567` → `12,345.67` */
export function yuan(amountFen: number): string {
  const [whole = '0', cents = '00'] = (amountFen / 100).toFixed(2).split('.');
  return `${whole.replace(/\B(?=(\d{3})+$)/g, ',')}.${cents}`;
}

/** For a large price with small cents. */
export function splitYuan(amountFen: number): { whole: string; cents: string } {
  const [whole = '0', cents = '00'] = yuan(amountFen).split('.');
  return { whole, cents };
}

/** What a user typed, in fen; undefined when it is not an amount with at most two decimals. */
export function parseYuan(text: string): number | undefined {
  const match = /^(\d{1,7})(?:\.(\d{0,2}))?$/.exec(text.trim());
  if (!match) return undefined;
  return Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0'));
}
