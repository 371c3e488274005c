/** Plants one mistake, and looks which sequence of its model shows it. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { bundle, type Patch } from '../../simulation/bundle.ts';
import known from './found.json' with { type: 'json' };
import type { Play } from './host.ts';
import type { Answer, Order, Sequence } from './player.ts';

/** By name of the mistake, a sequence that shows it: run.ts writes them down. */
export const knownSequences: Readonly<Record<string, Sequence>> = known;

export class Player {
  readonly #host: ChildProcess;
  readonly #files: string[];
  #loaded = 0;

  private constructor(host: ChildProcess, hostFile: string) {
    this.#host = host;
    this.#files = [hostFile];
  }

  static async start(): Promise<Player> {
    const file = await bundle('tests/models/planted/host.ts', `models/host-${process.pid}`, []);
    return new Player(fork(file, { execArgv: [] }), file);
  }

  /** @param mistake what is planted; undefined: the code as it is */
  async play(mistake: Patch | undefined, order: Order): Promise<Answer> {
    const entry = 'tests/models/planted/player.ts';
    const file = await bundle(entry, `models/player-${process.pid}`, mistake ? [mistake] : []);
    this.#files[1] = file;
    const url = `${pathToFileURL(file)}?${this.#loaded++}`;
    this.#host.send({ url, order } satisfies Play);
    const waiting = new AbortController();
    const { signal } = waiting;
    const ended = once(this.#host, 'exit', { signal }).then(() =>
      Promise.reject(new Error('The player has ended.')),
    );
    const answered = once(this.#host, 'message', { signal }) as Promise<[{ answer?: Answer }]>;
    const [{ answer }] = await Promise.race([answered, ended]);
    waiting.abort();
    return answer;
  }

  stop(): void {
    this.#host.kill();
    for (const file of this.#files) rmSync(file, { force: true });
  }
}
