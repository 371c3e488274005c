import { afterEach, expect, it, vi } from 'vitest';
import { runCommand } from './command.ts';
import { printable } from './printable.ts';

afterEach(() => {
  vi.restoreAllMocks();
  process.argv = argv;
});
const { argv } = process;

it('shows terminal control characters as text, and leaves everything else unchanged', () => {
  expect(printable('\u001b[2J\u009b1m\r\u202e\u2028')).toBe('\\u001b[2J\\u009b1m\\u000d\\u202e\\u2028');
  expect(printable('西湖龙井 ¥68.00\n\t→ ok')).toBe('西湖龙井 ¥68.00\n\t→ ok');
});

it.each([[[]], [['--json']]])('holds for everything that a command prints: %j', async (options) => {
  const printed: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((line) => void printed.push(line));
  vi.spyOn(console, 'error').mockImplementation((line) => void printed.push(line));
  process.argv = ['node', 'command', ...options];
  const name = 'shop \u009b2J\u202e';
  await runCommand({ usage: '' }, async ({ terminal }) => {
    terminal.say(name);
    terminal.say({ zh: name, en: name });
    terminal.result({ name });
    return 0;
  });
  expect(printed.length).toBeGreaterThanOrEqual(2);
  expect(printed.join('')).toContain('\\u009b2J\\u202e');
  expect(printed.join('')).not.toMatch(/[\u009b\u202e]/);
});
