/**
 * Timer triggers' cron of seven fields: second minute hour day month weekday year, in Beijing time
 * (docs.cloudbase.net/cloud-function/timer-trigger). When both day and weekday are given, either may match.
 */
const beijingOffsetMs = 8 * 3_600_000;
const monthNames = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const weekdayNames = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

interface FieldRule {
  name: string;
  min: number;
  max: number;
  names?: readonly string[];
}

const rules: readonly FieldRule[] = [
  { name: 'second', min: 0, max: 59 },
  { name: 'minute', min: 0, max: 59 },
  { name: 'hour', min: 0, max: 23 },
  { name: 'day', min: 1, max: 31 },
  { name: 'month', min: 1, max: 12, names: monthNames },
  { name: 'weekday', min: 0, max: 6, names: weekdayNames },
  { name: 'year', min: 1970, max: 2099 },
];

export interface Cron {
  /** The first moment after `afterMs` (epoch ms); undefined when there is none before 2100. */
  next(afterMs: number): number | undefined;
}

/** @throws SyntaxError naming the field that is wrong. */
export function parseCron(expression: string): Cron {
  const texts = expression.trim().split(/\s+/);
  if (texts.length !== rules.length) {
    throw new SyntaxError(
      `A timer's cron has 7 fields (second to year), not ${texts.length}: "${expression}"`,
    );
  }
  const sets = rules.map((rule, index) => parseField(texts[index] ?? '', rule));
  const [seconds, minutes, hours, days, months, weekdays, years] = sets as [
    Set<number>,
    Set<number>,
    Set<number>,
    Set<number>,
    Set<number>,
    Set<number>,
    Set<number>,
  ];
  const either = !isAny(texts[3]) && !isAny(texts[5]);
  const dayMatches = (date: Date): boolean => {
    const byDay = days.has(date.getUTCDate());
    const byWeekday = weekdays.has(date.getUTCDay());
    return either ? byDay || byWeekday : byDay && byWeekday;
  };
  return {
    next(afterMs) {
      // Beijing's clock read as UTC, from the next whole second on.
      const date = new Date(Math.floor(afterMs / 1000) * 1000 + 1000 + beijingOffsetMs);
      while (date.getUTCFullYear() <= 2099) {
        if (!years.has(date.getUTCFullYear())) date.setTime(Date.UTC(date.getUTCFullYear() + 1, 0, 1));
        else if (!months.has(date.getUTCMonth() + 1)) {
          date.setTime(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1));
        } else if (!dayMatches(date)) advance(date, 86_400_000);
        else if (!hours.has(date.getUTCHours())) advance(date, 3_600_000);
        else if (!minutes.has(date.getUTCMinutes())) advance(date, 60_000);
        else if (!seconds.has(date.getUTCSeconds())) advance(date, 1_000);
        else return date.getTime() - beijingOffsetMs;
      }
      return undefined;
    },
  };
}

/** To the start of the next whole unit. */
function advance(date: Date, unitMs: number): void {
  date.setTime((Math.floor(date.getTime() / unitMs) + 1) * unitMs);
}

function isAny(text: string | undefined): boolean {
  return text === '*' || text === '?';
}

function parseField(text: string, rule: FieldRule): Set<number> {
  const values = new Set<number>();
  for (const part of text.split(',')) {
    const [range = '', stepText] = part.split('/');
    const step = stepText === undefined ? 1 : Number(stepText);
    const [from, to] = parseRange(range, rule, stepText !== undefined);
    if (!Number.isInteger(step) || step < 1 || from > to) throw wrong(text, rule);
    for (let value = from; value <= to; value += step) values.add(value);
  }
  return values;
}

function parseRange(range: string, rule: FieldRule, hasStep: boolean): [number, number] {
  if (isAny(range)) return [rule.min, rule.max];
  const [fromText = '', toText] = range.split('-');
  const from = parseNumber(fromText, rule);
  if (toText !== undefined) return [from, parseNumber(toText, rule)];
  return [from, hasStep ? rule.max : from];
}

function parseNumber(text: string, rule: FieldRule): number {
  const named = rule.names?.indexOf(text.toUpperCase()) ?? -1;
  const value = named >= 0 ? named + rule.min : /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= rule.min && value <= rule.max)) throw wrong(text, rule);
  return value;
}

function wrong(text: string, rule: FieldRule): SyntaxError {
  return new SyntaxError(`"${text}" is not a ${rule.name} (${rule.min} to ${rule.max}) of a timer's cron`);
}
