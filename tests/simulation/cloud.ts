/**
 * The platform under the functions: instances that are cold or warm, serve one invocation at a time, are frozen once
 * they have answered, and die between any two of the things that they wait for.
 */
import type { App } from '../../shared/app/container.ts';
import { type Faults, killPoints, type Operation } from './faults.ts';
import { between, type Random } from './random.ts';
import type { Story } from './story.ts';
import type { Timeline } from './timeline.ts';

export type Main = (event: unknown, context?: unknown) => Promise<unknown>;

export interface FunctionDefinition {
  readonly name: string;
  readonly timeLimitMs: number;
  /** The function with the ports of one instance. */
  readonly start: (app: App) => Main;
}

export type CallSource =
  | { readonly source: 'user'; readonly openid: string }
  | { readonly source: 'timer' | 'function' | 'http' };

/** `died`: the instance was killed, or reached its time limit. */
export type Outcome = { readonly answer: unknown } | { readonly died: string } | { readonly threw: unknown };

export class Instance {
  readonly id: number;
  readonly name: string;
  readonly clockSkewMs: number;
  /** Of the deployment that its variables are from. */
  readonly deployment: number;
  main!: Main;
  invocation: { readonly id: number; readonly die: (why: string) => void } | undefined;
  dead = false;
  /** Work that waits for the instance to thaw. */
  readonly frozen: (() => void)[] = [];

  constructor(id: number, name: string, deployment: number, clockSkewMs: number) {
    this.id = id;
    this.name = name;
    this.deployment = deployment;
    this.clockSkewMs = clockSkewMs;
  }

  kill(why: string): void {
    this.dead = true;
    this.frozen.length = 0;
    this.invocation?.die(why);
    this.invocation = undefined;
  }
}

/** After a deployment, how long an instance from before may still be called. The platform does not say. */
const replacedWithinMs = 10 * 60_000;

/** One for each that waits: a shared one would keep all that ever waited for it. */
const never = () => new Promise<never>(() => {});

export interface CloudOptions {
  readonly timeline: Timeline;
  readonly faults: Faults;
  readonly story: Story;
  readonly random: Random;
  readonly appid: string;
  readonly definitions: ReadonlyMap<string, FunctionDefinition>;
  readonly appOf: (instance: Instance) => App;
}

export class Cloud {
  readonly #options: CloudOptions;
  readonly #idle = new Map<string, Instance[]>();
  #instances = 0;
  #invocations = 0;
  #deployment = { number: 0, atMs: 0 };
  kills = 0;

  constructor(options: CloudOptions) {
    this.#options = options;
  }

  /** New instances have other variables from now on. Warm ones keep theirs, and some serve for a while yet. */
  deployed(): void {
    this.#deployment = { number: this.#deployment.number + 1, atMs: this.#options.timeline.nowMs };
  }

  /** Runs a function. Never rejects. */
  async invoke(name: string, event: unknown, from: CallSource): Promise<Outcome> {
    const { timeline, story, random, definitions } = this.#options;
    const definition = definitions.get(name);
    if (!definition) return { threw: new Error(`No function ${name}.`) };
    const instance = this.#take(definition);
    const id = ++this.#invocations;
    story.add(`${name}#${instance.id} begins`);
    const died = new Promise<Outcome>((resolve) => {
      instance.invocation = { id, die: (why) => resolve({ died: why }) };
    });
    const cancel = timeline.at(timeline.nowMs + definition.timeLimitMs, () => {
      if (instance.invocation?.id !== id) return;
      this.kills++;
      this.#options.faults.hit('instance killed at its time limit');
      instance.kill('time limit');
    });
    for (const thaw of instance.frozen.splice(0)) thaw();
    await timeline.sleep(between(random, 1, 30));
    const outcome = await Promise.race([died, settle(instance.main(event, this.#contextOf(from)))]);
    cancel();
    if (!instance.dead) {
      instance.invocation = undefined;
      this.#idleOf(name).push(instance);
    }
    story.add(`${name}#${instance.id} ${describe(outcome)}`);
    return outcome;
  }

  /**
   * Something that an instance waits for: sent, carried out, answered, with whatever goes wrong in between. What was
   * sent is carried out even if the instance is dead by then.
   */
  async perform<T>(
    instance: Instance,
    operation: Operation,
    label: string,
    steps: {
      before?: () => Promise<void> | undefined;
      effect: () => Promise<T>;
      after?: () => Promise<void> | undefined;
    },
  ): Promise<T> {
    const { timeline, faults, story, random } = this.#options;
    await this.#awake(instance);
    if (faults.strikes('instance killed at its time limit')) await never();
    if (this.#killed(instance, operation, 'before')) return never();
    await timeline.sleep(between(random, 1, operation === 'request to WeChat Pay' ? 400 : 40));
    await steps.before?.();
    const result = await steps.effect();
    story.add(`${instance.name}#${instance.id} ${label}`);
    if (this.#killed(instance, operation, 'after')) return never();
    await steps.after?.();
    if (random() < 0.2) await timeline.sleep(between(random, 1, 40));
    await this.#awake(instance);
    return result;
  }

  #killed(instance: Instance, operation: Operation, when: 'before' | 'after'): boolean {
    if (instance.dead) return true;
    if (!instance.invocation || !this.#options.faults.strikes(killPoints[when][operation])) return false;
    this.kills++;
    instance.kill(`killed ${when} ${operation}`);
    return true;
  }

  /** Resolves while the instance serves an invocation; never again once it is dead. */
  async #awake(instance: Instance): Promise<void> {
    while (!instance.invocation && !instance.dead) {
      await new Promise<void>((resolve) => instance.frozen.push(resolve));
    }
    if (instance.dead) await never();
  }

  #take(definition: FunctionDefinition): Instance {
    const { faults } = this.#options;
    const idle = this.#idleOf(definition.name);
    while (idle.length > 0) {
      const instance = idle.splice(Math.floor(this.#options.random() * idle.length), 1)[0]!;
      if (!this.#isReplaced(instance) && !faults.strikes('idle instance recycled')) return instance;
      instance.kill('recycled');
    }
    const { number } = this.#deployment;
    const instance = new Instance(++this.#instances, definition.name, number, this.#clockSkewMs());
    instance.main = definition.start(this.#options.appOf(instance));
    return instance;
  }

  #isReplaced({ deployment }: Instance): boolean {
    const { number, atMs } = this.#deployment;
    if (deployment === number) return false;
    return this.#options.timeline.nowMs > atMs + replacedWithinMs || this.#options.random() < 0.3;
  }

  /** Machines of a cloud agree about the time within seconds; two minutes leave room for what else takes time. */
  #clockSkewMs(): number {
    const { faults } = this.#options;
    if (faults.strikes('clock of an instance ahead'))
      return between(faults.random('clock of an instance ahead'), 1, 120_000);
    if (faults.strikes('clock of an instance behind'))
      return -between(faults.random('clock of an instance behind'), 1, 120_000);
    return 0;
  }

  #idleOf(name: string): Instance[] {
    const idle = this.#idle.get(name) ?? [];
    this.#idle.set(name, idle);
    return idle;
  }

  /** What the platform says about the caller, as in shared/cloudbase/invocation-source.ts's sources. */
  #contextOf(from: CallSource): object {
    const variables = {
      user: () => ({
        WX_OPENID: from.source === 'user' ? from.openid : '',
        WX_APPID: this.#options.appid,
        TCB_SOURCE: 'wx_client',
      }),
      timer: () => ({ TCB_SOURCE: 'wx_trigger', TRIGGER_SRC: 'timer' }),
      function: () => ({ TCB_SOURCE: 'wx_trigger,scf' }),
      http: () => ({}),
    }[from.source]();
    return { environment: JSON.stringify(variables) };
  }
}

async function settle(running: Promise<unknown>): Promise<Outcome> {
  try {
    return { answer: await running };
  } catch (threw) {
    return { threw };
  }
}

function describe(outcome: Outcome): string {
  if ('died' in outcome) return `died: ${outcome.died}`;
  if ('threw' in outcome) return `threw: ${String(outcome.threw)}`;
  const { ok, error, statusCode } = Object(outcome.answer);
  return `answered ${ok === false ? error?.code : (statusCode ?? 'ok')}`;
}
