import type { SandboxEvent } from '../bus.ts';
import type { JsonReader } from '../json-reader.ts';
import { StateFile } from '../state-file.ts';
import { toleranceMs } from './auth/auth.ts';
import { NonceMemory } from './auth/nonces.ts';
import { ControlProblem, type ControlRoute, type Endpoint, type SimulatorContext } from './context.ts';
import { answerControl } from './control/answer.ts';
import { eventRoute } from './control/events.ts';
import { notificationRoutes } from './control/notifications.ts';
import { orderRoutes } from './control/orders.ts';
import { signRoute } from './control/sign.ts';
import { stateRoutes } from './control/state.ts';
import { documentedEndpoints } from './documented/endpoints.ts';
import { familyEndpoints, familyRoutes, handleFamilyTasks } from './families.ts';
import { answerApi } from './http/api.ts';
import { ExchangeLog } from './http/exchanges.ts';
import { FaultSet } from './http/faults.ts';
import { RateLimits } from './http/rate-limits.ts';
import { RouteTable } from './http/route.ts';
import { createTls } from './http/tls.ts';
import { Notifier } from './notifications/notifier.ts';
import { resumeApplications } from './onboarding/states.ts';
import { ExpiryWatch } from './orders/expiry.ts';
import { answerCloudCall, answerWeixin, isWeixinPath, type WeixinOptions } from './shipping/api.ts';
import { credentialsOf } from './state/credentials.ts';
import { DueTasks } from './state/due-tasks.ts';
import { importState } from './state/import.ts';
import {
  isSavedState,
  type LoadedState,
  loadState,
  type SavedChanges,
  type SavedState,
} from './state/saved-state.ts';
import { restoreSeedData, type StoredSeedData } from './state/seed.ts';
import { SandboxState } from './state/state.ts';
import { StateSaver } from './state/state-saver.ts';
import type { PushedEvent, PushedMessage, Simulator, SimulatorOptions } from './types.ts';

/** Puts the parts together; see index.ts for the public API. */
export class SandboxSimulator implements Simulator {
  readonly #options: SimulatorOptions;
  readonly #context: SimulatorContext;
  readonly #exchanges: ExchangeLog;
  readonly #notifier: Notifier;
  readonly #due: DueTasks;
  readonly #expiry: ExpiryWatch;
  readonly #stateFile: StateFile | undefined;
  readonly #unsubscribe: () => void;
  readonly #apiRoutes: RouteTable<Endpoint>;
  readonly #controlRoutes: RouteTable<ControlRoute>;
  readonly #nonces = new NonceMemory(2 * toleranceMs);
  readonly #rateLimits = new RateLimits();
  #state: SandboxState;
  readonly #saver = new StateSaver({
    state: () => this.#state,
    origin: () => this.#origin,
    now: () => this.#options.clock.now(),
  });
  #origin: StoredSeedData;
  #faults: FaultSet;

  constructor(options: SimulatorOptions, origin: StoredSeedData) {
    this.#options = options;
    this.#exchanges = new ExchangeLog(options.bus);
    this.#origin = origin;
    this.#state = new SandboxState(this.#restored(origin));
    this.#faults = new FaultSet(origin.seed);
    this.#due = new DueTasks(options.clock, () => this.#state);
    this.#notifier = new Notifier({
      context: () => this.#context,
      faults: () => this.#faults,
      transportNow: () => this.#transportNow(),
      callbackHosts: options.callbackHosts ?? [],
      written: () => this.#stateFile?.settled(),
      post: options.post,
    });
    this.#context = this.#createContext();
    handleFamilyTasks(this.#context);
    this.#apiRoutes = new RouteTable(this.#context.endpoints);
    this.#controlRoutes = new RouteTable(this.#context.control);
    this.#expiry = new ExpiryWatch(this.#context);
    const { stateFile } = options;
    if (stateFile !== undefined) {
      this.#stateFile = new StateFile(stateFile, this.#saver);
    }
    this.#unsubscribe = options.bus.subscribe(() => this.#stateFile?.changed());
  }

  /** With a state file, an answer is given once what it says is in the file: a kill takes nothing back. */
  async fetch(request: Request): Promise<Response> {
    const response = await this.#answer(request);
    if (request.method !== 'GET') this.#stateFile?.changed();
    await this.#stateFile?.settled();
    return response;
  }

  async #answer(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname.startsWith('/_sandbox')) {
      return answerControl(this.#context, this.#controlRoutes, request, this.#options.controlHosts);
    }
    if (isWeixinPath(pathname)) return answerWeixin(this.#weixin(), request);
    return answerApi(
      {
        context: this.#context,
        routes: () => this.#apiRoutes,
        exchanges: this.#exchanges,
        faults: () => this.#faults,
        rateLimits: this.#rateLimits,
        nonces: this.#nonces,
        transportNow: () => this.#transportNow(),
      },
      request,
    );
  }

  cloudCall(appid: string, api: string, body: Readonly<Record<string, unknown>>) {
    return answerCloudCall(this.#weixin(), appid, api, body);
  }

  #weixin(): WeixinOptions {
    return { context: this.#context, exchanges: this.#exchanges, faults: () => this.#faults };
  }

  credentials() {
    return credentialsOf(this.#state);
  }

  caPem() {
    return this.#state.authority.certificatePem;
  }

  createTls() {
    return createTls(this.#state);
  }

  snapshot(): SavedState {
    return this.#saver.whole();
  }

  async restore(snapshot: unknown): Promise<void> {
    // A copy: the state goes on to change it, and the snapshot may be restored again.
    await this.adopt(structuredClone(snapshot));
  }

  /** Like `restore`, without a copy: the caller gives the snapshot away. */
  async adopt(snapshot: unknown, later?: Iterable<SavedChanges>): Promise<void> {
    if (!isSavedState(snapshot)) {
      const [en, zh] = ['This is not a snapshot of this sandbox.', '这不是该沙箱的快照。'] as const;
      throw new ControlProblem(400, 'BAD_REQUEST', en, zh);
    }
    await this.#become(loadState(snapshot, later), snapshot.origin);
  }

  exported(): Iterable<string> {
    return this.#saver.texts(() => this.#options.bus.history());
  }

  async import(document: JsonReader): Promise<readonly SandboxEvent[]> {
    const { origin, events, ...loaded } = await importState(document);
    await this.#become(loaded, origin);
    return events as SandboxEvent[];
  }

  async #become({ seedData, history, nowMs }: LoadedState, origin: StoredSeedData): Promise<void> {
    this.#state = new SandboxState(this.#restored(seedData), history);
    this.#origin = origin;
    await this.#options.clock.restartAt(nowMs);
    this.#afterStateChange();
  }

  async save(): Promise<void> {
    await this.#stateFile?.write();
  }

  async close(): Promise<void> {
    await this.#notifier.close();
    this.#due.close();
    this.#expiry.close();
    this.#unsubscribe();
    await this.#stateFile?.close();
  }

  #reset(): void {
    this.#state = new SandboxState(this.#restored(this.#origin));
    this.#notifier.settings.hold = false;
    this.#notifier.settings.duplicates = 0;
    this.#notifier.settings.probe = false;
    this.#afterStateChange();
  }

  #afterStateChange(): void {
    this.#stateFile?.replaced();
    this.#faults = new FaultSet(this.#state.seed);
    this.#rateLimits.set({ on: false });
    this.#notifier.resume();
    this.#due.resume();
    this.#expiry.resume();
    resumeApplications(this.#context);
  }

  #restored(seedData: StoredSeedData) {
    return restoreSeedData(seedData, () => this.#options.clock.now());
  }

  #transportNow(): number {
    return this.#options.transportTime === 'virtual' ? this.#options.clock.now() : Date.now();
  }

  #createContext(): SimulatorContext {
    const current = () => this.#state;
    const { baseUrl } = this.#options;
    return {
      clock: this.#options.clock,
      bus: this.#options.bus,
      scenarios: this.#options.scenarios,
      get state() {
        return current();
      },
      get baseUrl() {
        return baseUrl?.();
      },
      endpoints: [...familyEndpoints, ...documentedEndpoints(familyEndpoints)],
      control: this.#controls(),
      notify: (notification) => this.#notifier.create(notification),
      push: (event) => this.#push(event),
      due: this.#due,
    };
  }

  /** FromUserName is WeChat's own account here; ToUserName is the original id of a mini-program, made up. */
  #push(event: PushedEvent): void {
    const message: PushedMessage = {
      ToUserName: 'gh_5a4d0b0e0f0c',
      FromUserName: 'oSandboxWeChatTeam0000000000',
      CreateTime: Math.floor(this.#options.clock.now() / 1000),
      MsgType: 'event',
      ...event,
    };
    this.#options.bus.publish('pushed-event', message);
    this.#options.onPush?.(message);
  }

  #controls(): ControlRoute[] {
    const list: ControlRoute = {
      method: 'GET',
      path: '/_sandbox',
      handle: (context) => ({
        apis: context.endpoints.map(({ name, method, path, fidelity = 'behaviour' }) => ({
          name,
          method,
          path,
          fidelity,
        })),
        control: [
          ...context.control.map(({ method, path }) => `${method} ${path}`),
          ...(this.#options.hostCalls ?? []),
        ],
      }),
    };
    return [
      list,
      ...orderRoutes(this.#notifier, this.#exchanges),
      ...familyRoutes,
      ...notificationRoutes(this.#notifier),
      eventRoute(this.#options.bus),
      signRoute,
      ...stateRoutes({
        credentials: () => this.credentials(),
        exchanges: this.#exchanges,
        faults: () => this.#faults,
        rateLimits: this.#rateLimits,
        notifier: this.#notifier,
        reset: () => this.#reset(),
        snapshot: () => this.exported(),
        restore: (document) => this.import(document),
      }),
      ...(this.#options.control ?? []),
    ];
  }
}
