/** The sample programs, as a page can show them. */
import { readFileSync } from 'node:fs';
import type { Sample } from './built-samples.ts';

const programs = [
  { name: 'Node', file: 'order.mjs', command: 'node order.mjs' },
  { name: 'Python', file: 'order.py', command: 'python3 order.py' },
  { name: 'Go', file: 'order.go', command: 'go run order.go' },
  { name: 'Java', file: 'Order.java', command: 'java Order.java' },
  { name: 'PHP', file: 'order.php', command: 'php order.php' },
  { name: 'curl', file: 'order.sh', command: 'bash order.sh' },
];

export function readSamples(): Sample[] {
  return programs.map((program) => ({
    ...program,
    text: readFileSync(new URL(`./samples/${program.file}`, import.meta.url), 'utf8'),
  }));
}
