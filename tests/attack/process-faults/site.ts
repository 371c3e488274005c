/** WeChat Pay and the cloud, each a process of its own that can be killed: with files that survive it. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DemoClient } from '../../../scripts/demo/client.ts';
import type { CloudProcess } from './cloud-process.ts';
import { Process } from './commands.ts';
import { fillDisk, freeDisk, killInstance, type Random, type Struck, wechatPayFaults } from './faults.ts';
import type { WechatpayProcess } from './wechatpay-process.ts';

export type Part = 'cloud' | 'wechatpay';

const stateFiles = { cloud: 'cloud.json', wechatpay: 'wechatpay.json' } as const;
/** For how long the disk of a process takes nothing. */
const fullMs = 300;

export class Site {
  readonly struck: Struck = { reset: 0, slow: 0 };
  /** Resolves once both processes are there. */
  up: Promise<void> = Promise.resolve();
  readonly #folder: string;
  readonly #programs: string;
  readonly #random: Random;
  readonly #processes = {} as Record<Part, Process>;
  readonly #fullDisks = new Map<Part, Promise<void>>();
  readonly #ports = { cloud: 0, wechatpay: 0 };
  #isFaulty = false;
  #aheadMs = 0;

  /** @param programs the folder that bundlePrograms made */
  constructor(folder: string, programs: string, random: Random) {
    this.#folder = folder;
    this.#programs = programs;
    this.#random = random;
  }

  get cloud(): DemoClient {
    return new DemoClient(this.#processes.cloud.url);
  }

  get wechatpay(): DemoClient {
    return new DemoClient(this.#processes.wechatpay.url);
  }

  async start(): Promise<void> {
    await this.#start('wechatpay');
    await this.#start('cloud');
  }

  /** Kills these at once, whatever they are doing, and starts them again from their files; one restart after the other. */
  restart(parts: readonly Part[]): Promise<void> {
    this.up = this.up.then(() => this.#restart(parts));
    return this.up;
  }

  async #restart(parts: readonly Part[]): Promise<void> {
    // While a disk takes nothing the sandbox goes on in memory, which it says; a kill would then take back what it answered.
    await Promise.all(parts.map((part) => this.#fullDisks.get(part)));
    if (parts.includes('cloud')) await this.#countStruck();
    await Promise.all(parts.map((part) => this.#processes[part].kill()));
    if (parts.includes('wechatpay')) await this.#start('wechatpay');
    if (parts.includes('cloud')) await this.#start('cloud');
    await this.#setClocks();
  }

  /** The clocks of both jump ahead. */
  async pass(ms: number): Promise<void> {
    this.#aheadMs += ms;
    await this.#setClocks();
  }

  get nowMs(): number {
    return Date.now() + this.#aheadMs;
  }

  async strike(): Promise<void> {
    this.#isFaulty = true;
    await this.#setFaults();
  }

  async calm(): Promise<void> {
    await Promise.all(this.#fullDisks.values());
    this.#isFaulty = false;
    await this.#setFaults();
    await this.#countStruck();
  }

  killInstance(): boolean {
    const { cloud } = this.#processes;
    return this.#isFaulty && !cloud.hasEnded && killInstance(cloud.pid, this.#random);
  }

  /** @returns whether it was not full already */
  fillDisk(part: Part): boolean {
    const running = this.#processes[part];
    if (this.#fullDisks.has(part) || running.hasEnded) return false;
    const full = this.#fill(part, running).finally(() => this.#fullDisks.delete(part));
    this.#fullDisks.set(part, full);
    return true;
  }

  async end(): Promise<void> {
    await Promise.all(Object.values(this.#processes).map((running) => running.kill()));
  }

  async #fill(part: Part, running: Process): Promise<void> {
    fillDisk(running.pid, join(this.#folder, part, stateFiles[part]));
    await new Promise((resolve) => setTimeout(resolve, fullMs));
    freeDisk(running.pid);
    await running.ask('save');
  }

  async #start(part: Part): Promise<void> {
    const folder = join(this.#folder, part);
    mkdirSync(folder, { recursive: true });
    const common = { port: this.#ports[part], seed: 'process-faults', folder };
    const argument: WechatpayProcess | CloudProcess =
      part === 'wechatpay'
        ? common
        : {
            ...common,
            wechatpayUrl: this.#processes.wechatpay.url,
            faultSeed: Math.floor(this.#random() * 2 ** 31),
          };
    const started = await Process.start(join(this.#programs, `${part}-process.mjs`), argument);
    this.#processes[part] = started;
    this.#ports[part] = Number(new URL(started.url).port);
    await this.#setFaults(part);
  }

  async #setFaults(part?: Part): Promise<void> {
    if (part !== 'cloud') await this.wechatpay.put('/_sandbox/faults', this.#isFaulty ? wechatPayFaults : []);
    if (part !== 'wechatpay') await this.#processes.cloud.ask(this.#isFaulty ? 'strike' : 'calm');
  }

  /** Neither goes back: what is already later stays so. */
  async #setClocks(): Promise<void> {
    for (const client of [this.wechatpay, this.cloud]) {
      const { nowMs } = await client.get<{ nowMs: number }>('/_sandbox/clock');
      if (nowMs < this.nowMs)
        await client.post('/_sandbox/clock', { advanceMs: Math.floor(this.nowMs - nowMs) });
    }
  }

  async #countStruck(): Promise<void> {
    if (this.#processes.cloud.hasEnded) return;
    const { reset, slow } = await this.#processes.cloud.ask<Struck>('struck');
    this.struck.reset += reset;
    this.struck.slow += slow;
  }
}
