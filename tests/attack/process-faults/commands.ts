/** What the program that runs the faults asks of the processes that it starts. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { root } from '../../house/source.ts';

type Commands = Readonly<Record<string, () => unknown>>;

/** In the process: says where it is reached, then carries out commands, one answer for each. */
export function serveCommands(url: string, commands: Commands): void {
  process.on('message', async (name: string) => {
    process.send!({ name, answer: (await commands[name]?.()) ?? null });
  });
  process.on('disconnect', () => process.exit(0));
  process.send!({ name: 'ready', answer: url });
}

/** A process that can be killed at any moment, and started again. */
export class Process {
  readonly url: string;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, url: string) {
    this.#child = child;
    this.url = url;
  }

  /** @throws Error with what the program wrote, when it ends before it is ready */
  static async start(program: string, argument: object): Promise<Process> {
    const child = fork(program, [JSON.stringify(argument)], {
      cwd: root,
      execArgv: [],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    let written = '';
    child.stderr!.on('data', (chunk: Buffer) => {
      written = (written + chunk.toString()).slice(-4_000);
    });
    const url = await Promise.race([
      answerTo(child, 'ready') as Promise<string>,
      once(child, 'exit').then(() => {
        throw new Error(`${program} ended: ${written}`);
      }),
    ]);
    return new Process(child, url);
  }

  get pid(): number {
    return this.#child.pid!;
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  async ask<T>(name: string): Promise<T> {
    const answer = answerTo(this.#child, name);
    this.#child.send(name);
    return (await answer) as T;
  }

  /** At once, as a machine that loses its power. */
  async kill(): Promise<void> {
    if (this.hasEnded) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await ended;
  }
}

function answerTo(child: ChildProcess, wanted: string): Promise<unknown> {
  return new Promise((resolve) => {
    const listen = ({ name, answer }: { name: string; answer: unknown }) => {
      if (name !== wanted) return;
      child.off('message', listen);
      resolve(answer);
    };
    child.on('message', listen);
  });
}
