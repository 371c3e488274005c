/** A shop with its functions, its database, its users and WeChat Pay, all in this process and on one clock. */
import { SandboxBus } from '../../sandbox/bus.ts';
import { SandboxClock } from '../../sandbox/clock.ts';
import { deploymentValues, operatorOpenid } from '../../sandbox/system/environment.ts';
import { shopDocuments } from '../../sandbox/system/shop.ts';
import { SandboxSimulator } from '../../sandbox/wechatpay/simulator.ts';
import type { StoredSeedData } from '../../sandbox/wechatpay/state/seed.ts';
import { type App, createApp } from '../../shared/app/container.ts';
import { CloudError } from '../../shared/cloudbase/cloud-error.ts';
import { createLogger } from '../../shared/cloudbase/logger.ts';
import type { Document, FunctionCaller } from '../../shared/core/ports.ts';
import { memoryDocuments } from '../../shared/core/testing/documents.ts';
import { type CallSource, Cloud, type Instance, type Outcome } from './cloud.ts';
import { databaseOf } from './database.ts';
import { type FaultPoint, Faults } from './faults.ts';
import { definitions, environmentOf } from './functions.ts';
import { sdkWith } from './instance-files.ts';
import { callbacks, type Forgery, transportOf } from './network.ts';
import { between, Streams } from './random.ts';
import { envId, filesOf, Storage } from './storage.ts';
import { Story } from './story.ts';
import { Timeline } from './timeline.ts';
import { Timer } from './timer.ts';
import { follow } from './virtual-time.ts';

const baseUrl = 'http://127.0.0.1:8700';
const dayMs = 24 * 3_600_000;

export interface ShopOptions {
  readonly seed: number;
  readonly startMs: number;
  readonly providerKind: Shop['providerKind'];
  readonly origin: StoredSeedData;
  readonly without: readonly FaultPoint[];
  readonly keepLines: boolean;
}

/** One call of the fulfilment function, as the shop's own program sees it. */
export interface Delivery {
  readonly outTradeNo: string;
  readonly atMs: number;
}

export class Shop {
  readonly timeline: Timeline;
  readonly faults: Faults;
  readonly story: Story;
  readonly streams: Streams;
  readonly memory = memoryDocuments();
  readonly storage = new Storage();
  readonly cloud: Cloud;
  readonly simulator: SandboxSimulator;
  readonly providerKind: 'partner' | 'ecommerce';
  readonly credentials: ReturnType<SandboxSimulator['credentials']>;
  /** Ids of the sellers: their sub_mchid. */
  readonly sellers: readonly string[];
  readonly logged: string[] = [];
  readonly answers: unknown[] = [];
  readonly deliveries: Delivery[] = [];
  /** When each payment was recorded here, by out_trade_no. */
  readonly recordedAtMs = new Map<string, number>();
  readonly forgeries: Forgery[] = [];
  #values: Record<string, string>;
  /** Of all that were ever deployed. */
  readonly secrets: string[] = [];
  /** Called after each write, and for each callback that WeChat Pay was told about. */
  written: (collection: string, id: string) => void = () => {};
  acknowledged: (body: string, path: string) => void = () => {};
  /** Called when something happens that must not. */
  wrong: (what: string) => void = () => {};
  readonly startMs: number;
  readonly #timer: Timer;
  #tokens = 0;

  constructor({ seed, startMs, providerKind, origin, without, keepLines }: ShopOptions) {
    this.startMs = startMs;
    this.streams = new Streams(seed);
    this.timeline = new Timeline(startMs, this.streams.of('order of events'));
    follow(this.timeline, this.streams.of('numbers of the functions'));
    this.story = new Story(() => this.timeline.nowMs - startMs, keepLines);
    this.faults = new Faults(seed, without, (name) => this.story.tell(`! ${name}`));
    this.providerKind = providerKind;
    const clock = new SandboxClock(() => this.timeline.nowMs);
    const network = {
      cloud: () => this.cloud,
      wechatPay: () => this.simulator,
      timeline: this.timeline,
      faults: this.faults,
      story: this.story,
      wrong: (what: string) => this.wrong(what),
    };
    const post = callbacks({
      ...network,
      path: '/pay-notify',
      acknowledged: (body, path) => this.acknowledged(body, path),
      forged: (forgery) => void this.forgeries.push(forgery),
    });
    this.simulator = new SandboxSimulator(
      { clock, bus: new SandboxBus(() => clock.now(), { events: 0, bytes: 0 }), post, keyMode: 'switching' },
      { ...origin, seed: `${origin.seed}/${seed}` },
    );
    this.credentials = this.simulator.credentials();
    const { direct, [this.providerKind]: provider } = this.credentials;
    this.sellers = provider.subMerchants.map(({ subMchid }) => subMchid);
    this.#values = deploymentValues({
      baseUrl,
      envId,
      direct,
      provider,
      providerKind,
      withPublicKey: true,
    });
    this.#values.OPERATOR_OPENIDS = operatorOpenid;
    this.#keepSecrets();
    this.cloud = new Cloud({
      timeline: this.timeline,
      faults: this.faults,
      story: this.story,
      random: this.streams.of('latency'),
      appid: direct.appid,
      definitions,
      appOf: (instance) => this.#appOf(instance, network),
    });
    const timerEvent = { Type: 'Timer', TriggerName: 'everyMinute' };
    this.#timer = new Timer({
      timeline: this.timeline,
      faults: this.faults,
      invoke: () => this.cloud.invoke('reconcile', timerEvent, { source: 'timer' }),
    });
    // WeChat's server API of the mini-program, which the functions reach by fetch.
    globalThis.fetch = (url, init) => this.#callWeixin(new Request(url, init));
    this.#storeOld();
    const seeded = shopDocuments(provider.subMerchants, providerKind, startMs);
    const sharing = this.streams.of('sharing');
    for (const product of seeded.products!)
      if (!product.sellerId && sharing() < 0.5) product.profitSharing = true;
    for (const seller of seeded.sellers!) seller.profitSharing = sharing() < 0.7;
    for (const [collection, documents] of Object.entries(seeded))
      this.memory.put(collection, ...(documents as never[]));
  }

  /** Old enough to be removed. */
  #storeOld(): void {
    const old = { eventType: '', account: 'direct', outTradeNos: [], outcomes: [] };
    for (let count = 0; count < 3; count++) {
      const receivedAtMs = this.startMs - 200 * dayMs;
      this.memory.put('notifications', { _id: `old-${count}`, ...old, receivedAtMs } as Document);
    }
  }

  get nowMs(): number {
    return this.timeline.nowMs;
  }

  /** A request token that the story has not used yet. */
  token(what: string): string {
    return `${what}-${++this.#tokens}`.padEnd(16, '0');
  }

  /** Other values of the functions' variables, from a deployment on; undefined: not set any more. */
  deploy(changes: Readonly<Record<string, string | undefined>>): void {
    const values = Object.entries({ ...this.#values, ...changes });
    this.#values = Object.fromEntries(values.flatMap(([name, value]) => (value ? [[name, value]] : [])));
    this.#keepSecrets();
    this.cloud.deployed();
  }

  #keepSecrets(): void {
    for (const [name, value] of Object.entries(this.#values))
      if (/API_V3_KEY|PRIVATE_KEY|APP_SECRET/.test(name) && !this.secrets.includes(value))
        this.secrets.push(value);
  }

  /** Calls a function as a user, who may lose the answer or tap twice. @returns the data of its answer, if it came */
  async call<T>(name: string, openid: string, request: object): Promise<T | undefined> {
    if (this.faults.strikes('client taps twice'))
      void this.#invoke(name, request, { source: 'user', openid });
    let outcome = await this.#invoke(name, request, { source: 'user', openid });
    if (this.faults.strikes('client loses the answer and repeats')) {
      outcome = await this.#invoke(name, request, { source: 'user', openid });
    }
    const answer = 'answer' in outcome ? Object(outcome.answer) : {};
    return answer.ok === true ? (answer.data as T) : undefined;
  }

  /** A call of the simulator's control API: what users do in WeChat, and what its people do. */
  async control<T = Record<string, unknown>>(method: string, path: string, body?: object): Promise<T> {
    const init = { method, ...(body && { body: JSON.stringify(body) }) };
    const response = await this.simulator.fetch(new Request(`${baseUrl}/_sandbox${path}`, init));
    return (await response.json()) as T;
  }

  /** The timer's run in this minute, or the next one that begins at or after `atMs`. */
  wake(atMs: number): void {
    this.#timer.wake(atMs);
  }

  /** With no more faults. */
  calmDown(): void {
    this.faults.stop();
    this.#timer.calmDown();
    this.story.tell('no more faults');
  }

  async #invoke(name: string, event: object, from: CallSource): Promise<Outcome> {
    const outcome = await this.cloud.invoke(name, event, from);
    if ('answer' in outcome) this.answers.push(outcome.answer);
    return outcome;
  }

  async #callWeixin(request: Request): Promise<Response> {
    const { faults, timeline } = this;
    await timeline.sleep(between(this.streams.of('latency'), 1, 300));
    if (faults.strikes('request to the server API of WeChat lost before its effect'))
      throw new TypeError('fetch failed');
    if (faults.strikes('the server API of WeChat answers 500')) return new Response('', { status: 500 });
    const response = await this.simulator.fetch(request);
    if (faults.strikes('answer of the server API of WeChat lost after its effect'))
      throw new TypeError('fetch failed');
    return response;
  }

  #appOf(instance: Instance, network: Parameters<typeof transportOf>[0]): App {
    const env = environmentOf(instance.name, this.#values);
    const clock = { nowMs: () => this.timeline.nowMs + instance.clockSkewMs };
    const { memory, faults, timeline, story, storage } = this;
    const cloud = () => this.cloud;
    const written = (collection: string, id: string) => this.#written(collection, id);
    return createApp(env, {
      clock,
      documents: databaseOf({ cloud, timeline, faults, story, memory, written }, instance),
      transport: transportOf(network, instance),
      sdk: sdkWith(filesOf({ cloud, faults, storage }, instance)),
      functionsWithin: (timeoutMs) => this.#callerOf(instance, timeoutMs),
      log: createLogger({
        nowMs: () => clock.nowMs(),
        secrets: this.secrets,
        write: (line) => void this.logged.push(line),
      }),
    });
  }

  #written(collection: string, id: string): void {
    const doc = this.memory.peek<Document>(collection, id);
    if (doc) this.#timer.written(collection, doc);
    this.written(collection, id);
  }

  #callerOf(instance: Instance, timeoutMs: number): FunctionCaller {
    return {
      call: (name, data) =>
        this.cloud.perform(instance, 'function call', name, {
          effect: () => this.#callFunction(name, data, timeoutMs),
        }),
    };
  }

  async #callFunction(name: string, data: object, timeoutMs: number): Promise<unknown> {
    const { faults, timeline } = this;
    const unavailable = () => new CloudError('UNAVAILABLE', `call function ${name}: no answer`);
    if (faults.strikes('function call lost before its effect')) throw unavailable();
    const slow = 'slow function call';
    if (faults.strikes(slow)) await timeline.sleep(between(faults.random(slow), 100, 3_000));
    const silence = timeline.sleep(timeoutMs).then(() => undefined);
    const outcome = await Promise.race([
      name === 'fulfilOrder' ? this.#fulfil(data) : this.#serve(name, data),
      silence,
    ]);
    if (!outcome || faults.strikes('answer of a function lost after its effect')) throw unavailable();
    if ('answer' in outcome) return outcome.answer;
    throw new CloudError('FAILED', `call function ${name}: it failed`);
  }

  #serve(name: string, data: object): Promise<Outcome> {
    return this.cloud.invoke(name, JSON.parse(JSON.stringify(data)), { source: 'function' });
  }

  /** The shop's own delivery: the example of it, which is sound, and what a less sound one does. */
  async #fulfil(data: object): Promise<Outcome> {
    const { faults } = this;
    if (faults.strikes('fulfilment refuses')) return { answer: { done: false } };
    if (faults.strikes('fulfilment throws')) return { threw: new Error('no stock') };
    const { outTradeNo, event } = Object(data);
    if (event !== 'refunded') this.deliveries.push({ outTradeNo, atMs: this.nowMs });
    const outcome = await this.#serve('fulfilOrder', data);
    if (faults.strikes('fulfilment hangs')) return new Promise(() => {});
    if (faults.strikes('fulfilment delivers and says otherwise')) return { answer: 'done' };
    return outcome;
  }
}
