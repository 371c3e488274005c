/**
 * One instance of a function: a process that runs the bundle, one invocation at a time, and is frozen between them as
 * in the cloud, so that work left behind after an answer does not continue here either.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { LogLines } from './log-lines.ts';
import { forgetProcess, watchProcess } from './reaper.ts';

const bootstrap = fileURLToPath(new URL('./bootstrap.cjs', import.meta.url));
/** Loading the bundle has a limit of its own, in real ms; the function's timeout counts from its handler's start. */
const initLimitMs = 30_000;
const canFreeze = process.platform !== 'win32';

export interface InstanceInvocation {
  id: string;
  event: unknown;
  context: Record<string, unknown>;
  env: Record<string, string>;
  handler: string;
  offsetMs: number;
  timeoutMs: number;
  /** Where the sandbox listens, e.g. `127.0.0.1:8420`: requests to it carry the invocation's id. */
  sandboxHost: string;
}

export type InstanceAnswer =
  | { kind: 'result'; json: string }
  | { kind: 'error'; message: string; name: string; stack?: string | undefined }
  | { kind: 'timeout' }
  | { kind: 'exit'; code: number | null; signal: string | null };

interface Running {
  id: string;
  timer: NodeJS.Timeout | undefined;
  timeoutMs: number;
  answer: InstanceAnswer | undefined;
  marksMissing: number;
  finish: (answer: InstanceAnswer) => void;
}

export class Instance {
  readonly id = randomUUID().slice(0, 8);
  /** The deployment it was started from. */
  readonly version: string;
  invocations = 0;
  frozen = false;
  readonly #child: ChildProcess;
  readonly #logs: LogLines;
  #running: Running | undefined;
  #dead = false;
  readonly #onDeath: () => void;

  readonly #inspected: boolean;

  constructor(options: {
    folder: string;
    version: string;
    env: Record<string, string>;
    /** The port on which it waits for a debugger before it does anything. Then no time limit ends it. */
    inspectPort?: number | undefined;
    onDeath: () => void;
    onLateLine: (invocationId: string, line: string) => void;
  }) {
    this.version = options.version;
    this.#inspected = options.inspectPort !== undefined;
    this.#onDeath = options.onDeath;
    this.#child = fork(bootstrap, options.inspectPort === undefined ? [] : [String(options.inspectPort)], {
      cwd: options.folder,
      env: options.env,
      execArgv: [],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    watchProcess(this.#child.pid);
    this.#logs = new LogLines({ onEnd: (id) => this.#marked(id), onLateLine: options.onLateLine });
    this.#logs.read(this.#child.stdout);
    this.#logs.read(this.#child.stderr);
    this.#child.on('message', (message: ChildMessage) => this.#receive(message));
    this.#child.on('error', () => this.#died(null, null));
    // 'close' fires after the streams have ended, so the last lines before a crash are in the log.
    this.#child.on('close', (code, signal) => {
      forgetProcess(this.#child.pid);
      this.#died(code, signal);
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get busy(): boolean {
    return this.#running !== undefined;
  }

  /** Never rejects: what goes wrong is in the answer. */
  async invoke(invocation: InstanceInvocation): Promise<{ answer: InstanceAnswer; logs: string[] }> {
    this.#thaw();
    this.invocations += 1;
    const { timeoutMs, ...message } = invocation;
    const answer = await new Promise<InstanceAnswer>((finish) => {
      const timer = this.#limit(initLimitMs);
      this.#running = { id: invocation.id, timer, timeoutMs, answer: undefined, marksMissing: 2, finish };
      if (this.#dead) this.#finish({ kind: 'exit', code: null, signal: null });
      else this.#child.send({ type: 'invoke', ...message });
    });
    const logs = this.#logs.take();
    if (!this.#dead) this.#freeze();
    return { answer, logs };
  }

  /** The sandbox's clock jumped while this instance was working. */
  setClock(offsetMs: number): void {
    if (this.busy && !this.#dead) this.#child.send({ type: 'clock', offsetMs });
  }

  kill(): Promise<void> {
    if (this.#dead) return Promise.resolve();
    return new Promise((resolve) => {
      this.#child.once('close', () => resolve());
      this.#child.kill('SIGKILL');
    });
  }

  #receive(message: ChildMessage): void {
    const running = this.#running;
    if (!running || message.id !== running.id) return;
    if (message.type === 'started') {
      clearTimeout(running.timer);
      running.timer = this.#limit(running.timeoutMs);
      return;
    }
    running.answer =
      message.error === undefined
        ? { kind: 'result', json: message.result ?? 'null' }
        : { kind: 'error', ...message.error };
    this.#settle(running);
  }

  #marked(id: string): void {
    const running = this.#running;
    if (running?.id !== id) return;
    running.marksMissing -= 1;
    this.#settle(running);
  }

  #settle(running: Running): void {
    if (running.answer && running.marksMissing <= 0) this.#finish(running.answer);
  }

  /** A person who looks at a breakpoint takes longer than any function may. */
  #limit(ms: number): NodeJS.Timeout | undefined {
    return this.#inspected ? undefined : setTimeout(() => this.#timeOut(), ms);
  }

  #timeOut(): void {
    this.#dead = true;
    this.#child.kill('SIGKILL');
    this.#finish({ kind: 'timeout' });
    this.#onDeath();
  }

  #died(code: number | null, signal: string | null): void {
    const first = !this.#dead;
    this.#dead = true;
    this.#finish(this.#running?.answer ?? { kind: 'exit', code, signal });
    if (first) this.#onDeath();
  }

  #finish(answer: InstanceAnswer): void {
    const running = this.#running;
    if (!running) return;
    clearTimeout(running.timer);
    this.#running = undefined;
    running.finish(answer);
  }

  #freeze(): void {
    if (!canFreeze || this.frozen || this.#inspected) return;
    this.frozen = this.#child.kill('SIGSTOP');
  }

  #thaw(): void {
    if (!this.frozen) return;
    this.#child.kill('SIGCONT');
    this.frozen = false;
  }
}

type ChildMessage =
  | { type: 'started'; id: string }
  | {
      type: 'answer';
      id: string;
      result?: string;
      error?: { message: string; name: string; stack?: string };
    };
