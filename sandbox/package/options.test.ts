import { describe, expect, test } from 'vitest';
import { SandboxProblem, startSandbox } from './index.ts';
import { checkOptions } from './options.ts';

describe('startSandbox refuses', () => {
  test.each<[string, unknown, RegExp]>([
    [
      'an unknown option',
      { sed: 1 },
      /no option "sed" \(given: sed: 1\)\. Did you mean "seed"\? E\.g\. startSandbox\(\{ seed: 'my tests' \}\)/,
    ],
    ['an option of another case', { tlsport: 1 }, /Did you mean "tlsPort"/],
    ['an option like no other', { colour: 'red' }, /no option "colour".*There are port, tlsPort/],
    [
      'a port that is a text',
      { port: 'x' },
      /"port" must be a whole number.*not 'x', e\.g\. startSandbox\(\{ port: 8700 \}\)/,
    ],
    ['a port that is too large', { proxyPort: 70_000 }, /"proxyPort" must be/],
    ['a seed that is a number', { seed: 1 }, /"seed" must be a text, not 1/],
    ['keys that are none', { keys: 'rsa' }, /"keys" must be one of certificate/],
    ['a state that is no path', { state: true }, /"state" must be the path/],
    ['a clock without a moment', { clock: { frozen: true } }, /"clock" must be .*not \{"frozen":true\}/],
    ['no object', 8700, /takes an object of options, not 8700/],
  ])('%s', async (_name, given, message) => {
    const refused = await startSandbox(given as object).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(SandboxProblem);
    expect((refused as Error).message).toMatch(message);
    expect((refused as Error).message).toMatch(/[一-龥]/);
    expect((refused as Error).message).not.toContain('\n');
  });
});

test('every documented option passes, and one that is undefined is absent', () => {
  checkOptions({
    port: 0,
    tlsPort: 65_535,
    proxyPort: undefined,
    seed: 'my tests',
    clock: { at: new Date(0), frozen: true },
    keys: 'certificate',
    state: './sandbox.json',
    config: './merchants.json',
  });
  checkOptions({ clock: '2026-01-01T08:00:00+08:00' });
  checkOptions({});
});
