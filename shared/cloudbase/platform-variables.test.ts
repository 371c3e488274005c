import { expect, it } from 'vitest';
import { describePlatform } from './platform-variables.ts';

const described = (context: unknown, event: unknown = {}, env = {}) =>
  describePlatform({ context, event }, env);

it.each([
  [undefined, 'none'],
  [{ environ: '' }, 'none'],
  [{ environ: 'no pairs' }, 'malformed'],
  [{ environ: '=value' }, 'malformed'],
  [{ environ: 'A=1;A=2' }, 'malformed'],
  [{ environ: ['A=1'] }, 'malformed'],
  [{ environment: '{' }, 'malformed'],
  [{ environment: [] }, 'malformed'],
  [{ environ: 'A=1;garbage' }, 'environ'],
])('says of the context %j: %s', (context, form) => {
  expect(described(context).context).toBe(form);
});

it.each([
  [{ Type: 'Timer', TriggerName: 'a' }, 'timer'],
  [{ Type: 'Timer' }, 'other'],
  [{ TriggerName: 'a' }, 'other'],
  ['Type TriggerName', 'other'],
  [null, 'other'],
])('calls the event %j: %s', (event, shape) => {
  expect(described({}, event).event).toBe(shape);
});

it('names of process.env only what the platform sets', () => {
  const env = {
    MY_WX_KEY: '1',
    WX_OPENID: 'o',
    TCB_ENV: 'e',
    TRIGGER_SRC: 't',
    LOGINTYPE: 'l',
    TRIGGERS: 'x',
  };
  expect(described({}, {}, env).processEnv).toEqual(['LOGINTYPE', 'TCB_ENV', 'TRIGGER_SRC', 'WX_OPENID']);
});

it('writes 60 names and 80 characters of each text, however many the caller sends', () => {
  const long = 'x'.repeat(81);
  const many = Object.fromEntries(Array.from({ length: 70 }, (_, index) => [`${long}${index}`, 'v']));
  const { variables, source, triggerSrc } = described({
    environment: { ...many, TCB_SOURCE: long, TRIGGER_SRC: long },
  });
  expect(variables).toHaveLength(60);
  expect((variables as string[]).at(-1)).toBe('x'.repeat(80));
  expect([source, triggerSrc]).toEqual(['x'.repeat(80), 'x'.repeat(80)]);
});
