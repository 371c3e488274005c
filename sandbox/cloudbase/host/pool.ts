/** The instances of one function: a free one is used again, else a new one starts, up to a limit; the rest wait. */
import { Instance, type InstanceAnswer, type InstanceInvocation } from './instance.ts';

export interface PoolOptions {
  folder: string;
  /** @throws when the function's variables are not acceptable. */
  environment: () => Record<string, string>;
  /** Which deployment of the bundle is there now. */
  version: () => string;
  maxInstances: number;
  /** Infinity: never stopped for being idle. */
  idleMs: number;
  inspectPort?: number | undefined;
  /** A line of an invocation that has answered already. */
  onLateLine: (invocationId: string, line: string) => void;
}

export interface PoolOutcome {
  answer: InstanceAnswer;
  logs: string[];
  cold: boolean;
  instanceId: string;
  durationMs: number;
}

export class InstancePool {
  readonly #options: PoolOptions;
  readonly #instances = new Set<Instance>();
  readonly #idleTimers = new Map<Instance, NodeJS.Timeout>();
  /** Free instances, the most recently used last. */
  #free: Instance[] = [];
  readonly #waiting: (() => void)[] = [];
  readonly #reserved = new Set<Instance>();

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  get instances(): readonly Instance[] {
    return [...this.#instances];
  }

  /** @throws what `environment` throws; everything else is in the outcome. */
  async run(invocation: () => InstanceInvocation): Promise<PoolOutcome> {
    while (this.#free.length === 0 && this.#instances.size >= this.#options.maxInstances) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    const startedAtMs = performance.now();
    const { instance, cold } = this.#take();
    try {
      const { answer, logs } = await instance.invoke(invocation());
      return {
        answer,
        logs,
        cold,
        instanceId: instance.id,
        durationMs: Math.round(performance.now() - startedAtMs),
      };
    } finally {
      this.#giveBack(instance);
    }
  }

  setClock(offsetMs: number): void {
    for (const instance of this.#instances) instance.setClock(offsetMs);
  }

  async stop(which: 'all' | 'busy' = 'all'): Promise<void> {
    const stopped = this.instances.filter(({ busy }) => busy || which === 'all');
    await Promise.all(
      stopped.map((instance) => {
        this.#retire(instance);
        return instance.kill();
      }),
    );
  }

  /** Before it is stopped, so that no invocation is given an instance that is being stopped. */
  #retire(instance: Instance): void {
    this.#free = this.#free.filter((other) => other !== instance);
    clearTimeout(this.#idleTimers.get(instance));
    this.#idleTimers.delete(instance);
  }

  #take(): { instance: Instance; cold: boolean } {
    const version = this.#options.version();
    for (let warm = this.#free.pop(); warm; warm = this.#free.pop()) {
      clearTimeout(this.#idleTimers.get(warm));
      this.#idleTimers.delete(warm);
      if (warm.version === version) {
        this.#reserved.add(warm);
        return { instance: warm, cold: false };
      }
      void warm.kill();
    }
    const instance: Instance = new Instance({
      version,
      folder: this.#options.folder,
      env: this.#options.environment(),
      inspectPort: this.#options.inspectPort,
      onDeath: () => this.#forget(instance),
      onLateLine: this.#options.onLateLine,
    });
    this.#instances.add(instance);
    this.#reserved.add(instance);
    return { instance, cold: true };
  }

  #giveBack(instance: Instance): void {
    this.#reserved.delete(instance);
    if (this.#instances.has(instance)) {
      this.#free.push(instance);
      if (this.#options.idleMs !== Number.POSITIVE_INFINITY) this.#stopWhenIdle(instance);
    }
    this.#waiting.shift()?.();
  }

  #stopWhenIdle(instance: Instance): void {
    const timer = setTimeout(() => {
      this.#retire(instance);
      void instance.kill();
    }, this.#options.idleMs).unref();
    this.#idleTimers.set(instance, timer);
  }

  #forget(instance: Instance): void {
    this.#instances.delete(instance);
    this.#retire(instance);
    if (!this.#reserved.has(instance)) this.#waiting.shift()?.();
  }
}
