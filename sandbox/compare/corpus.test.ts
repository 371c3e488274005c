/** Published examples and answers of WeChat Pay, replayed against the sandbox; docs/captures.md says how to add one. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SandboxBus } from '../bus.ts';
import { SandboxClock } from '../clock.ts';
import { createSimulator, type Simulator } from '../wechatpay/index.ts';
import { readCapture } from './capture.ts';
import { compare } from './differences.ts';
import { redact } from './redact.ts';
import { replay } from './replay.ts';

const folder = join(import.meta.dirname, 'corpus');
const files = readdirSync(folder).filter((name) => name !== 'known-differences.json');
const read = (name: string) => readFileSync(join(folder, name), 'utf8');
const known = JSON.parse(read('known-differences.json')) as { api: string; where: string; why: string }[];
const nameOf = ({ api, where }: { api: string; where: string }) => `${api} ${where}`;

let clock: SandboxClock;
let simulator: Simulator;
const met = new Set<string>();
beforeAll(async () => {
  clock = new SandboxClock();
  simulator = await createSimulator({ seed: 'compare', clock, bus: new SandboxBus(() => clock.now()) });
});
afterAll(async () => {
  await simulator.close();
  clock.stop();
});

describe('the corpus', () => {
  test.each(files)('%s names its sources and is redacted', (name) => {
    const capture = readCapture(read(name));
    const sources = capture.exchanges.map(({ source }) => source ?? capture.source);
    expect(sources).toEqual(sources.map(() => expect.stringMatching(/\S/)));
    expect(redact(capture), 'redacting again removes nothing, not even a source').toEqual(capture);
  });

  test.each(files)('%s is answered as captured, but for the known differences', async (name) => {
    const options = {
      send: (request: Request) => simulator.fetch(request),
      base: 'http://127.0.0.1',
      run: `F${files.indexOf(name)}N`,
    };
    const comparisons = compare(await replay(readCapture(read(name)), options));
    const found = comparisons.flatMap(({ api, differences }) =>
      differences.map(({ where }) => nameOf({ api, where })),
    );
    for (const one of found) met.add(one);
    expect(found.filter((one) => !known.map(nameOf).includes(one))).toEqual([]);
  });

  test.each(['captures.md', 'captures.zh-CN.md'])(
    'the example of docs/%s is answered as it says',
    async (name) => {
      const text = readFileSync(join(import.meta.dirname, '../../docs', name), 'utf8');
      const [, example] = /```json\n(.*?)```/s.exec(text)!;
      const send = (request: Request) => simulator.fetch(request);
      const run = name.replaceAll(/\W/g, '');
      const comparisons = compare(
        await replay(readCapture(example!), { send, base: 'http://127.0.0.1', run }),
      );
      expect(comparisons.map(({ differences }) => differences)).toEqual([[]]);
    },
  );

  test('has no known difference that is none any more', () => {
    expect(known.map(nameOf).filter((one) => !met.has(one))).toEqual([]);
  });
});
