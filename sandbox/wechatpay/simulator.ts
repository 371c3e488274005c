import { StateFile } from '../state-file.ts';
import { toleranceMs } from './auth/auth.ts';
import { NonceMemory } from './auth/nonces.ts';
import {
  ControlProblem,
  type ControlRoute,
  type Endpoint,
  type Kernel,
  registerOnboarding,
} from './context.ts';
import { answerControl } from './control/answer.ts';
import { balanceRoutes } from './control/balance.ts';
import { eventRoute } from './control/events.ts';
import { notificationRoutes } from './control/notifications.ts';
import { orderRoutes } from './control/orders.ts';
import { refundRoutes } from './control/refunds.ts';
import { worldRoutes } from './control/state.ts';
import { answerApi } from './http/api.ts';
import { ExchangeLog } from './http/exchanges.ts';
import { FaultBox } from './http/faults.ts';
import { RouteTable } from './http/route.ts';
import { createTls } from './http/tls.ts';
import type { Simulator, SimulatorOptions } from './index.ts';
import { certificateEndpoints } from './keys/endpoints.ts';
import { Notifier } from './notifications/notifier.ts';
import { onboardingControl, onboardingEndpoints, resumeApplications } from './onboarding/index.ts';
import { combineEndpoints } from './orders/combine.ts';
import { directEndpoints } from './orders/direct.ts';
import { ExpiryWatch } from './orders/expiry.ts';
import { partnerEndpoints } from './orders/partner.ts';
import { handleRefundTasks, refundEndpoints } from './refunds/endpoints.ts';
import { echoEndpoints } from './security/echo.ts';
import { credentialsOf } from './state/credentials.ts';
import { DueTasks } from './state/due-tasks.ts';
import { isSavedState, type SavedChanges, type SavedState, savedFormat } from './state/saved-state.ts';
import { type PopulationState, restorePopulation, snapshotPopulation } from './state/seed.ts';
import { SandboxWorld } from './state/state.ts';

/** Puts the parts together; see index.ts for what the outside may use. */
export class SandboxSimulator implements Simulator {
  readonly #options: SimulatorOptions;
  readonly #kernel: Kernel;
  readonly #exchanges = new ExchangeLog();
  readonly #notifier: Notifier;
  readonly #due: DueTasks;
  readonly #expiry: ExpiryWatch;
  readonly #stateFile: StateFile | undefined;
  readonly #unsubscribe: () => void;
  readonly #apiRoutes: RouteTable<Endpoint>;
  readonly #controlRoutes: RouteTable<ControlRoute>;
  readonly #nonces = new NonceMemory(2 * toleranceMs);
  #world: SandboxWorld;
  #savedPopulation = '';
  #origin: PopulationState;
  #faults: FaultBox;

  constructor(options: SimulatorOptions, origin: PopulationState) {
    this.#options = options;
    this.#origin = origin;
    this.#world = new SandboxWorld(this.#restored(origin));
    this.#faults = new FaultBox(origin.seed);
    this.#due = new DueTasks(options.clock, () => this.#world);
    this.#kernel = this.#createKernel();
    handleRefundTasks(this.#kernel);
    this.#notifier = new Notifier({
      kernel: this.#kernel,
      faults: () => this.#faults,
      transportNow: () => this.#transportNow(),
    });
    this.#kernel.control.push(...this.#controls());
    registerOnboarding(this.#kernel, { endpoints: onboardingEndpoints, control: onboardingControl });
    this.#apiRoutes = new RouteTable(this.#kernel.endpoints);
    this.#controlRoutes = new RouteTable(this.#kernel.control);
    this.#expiry = new ExpiryWatch(this.#kernel);
    const { stateFile } = options;
    if (stateFile !== undefined) {
      this.#stateFile = new StateFile(stateFile, {
        snapshot: () => this.#snapshotToSave(),
        changes: () => this.#changesToSave(),
      });
    }
    this.#unsubscribe = options.bus.subscribe(() => this.#stateFile?.changed());
  }

  async fetch(request: Request): Promise<Response> {
    if (new URL(request.url).pathname.startsWith('/_sandbox')) {
      return answerControl(this.#kernel, this.#controlRoutes, request);
    }
    return answerApi(
      {
        kernel: this.#kernel,
        routes: () => this.#apiRoutes,
        exchanges: this.#exchanges,
        faults: () => this.#faults,
        nonces: this.#nonces,
        transportNow: () => this.#transportNow(),
      },
      request,
    );
  }

  credentials() {
    return credentialsOf(this.#world);
  }

  createTls() {
    return createTls(this.#world);
  }

  snapshot(): SavedState {
    return {
      format: savedFormat,
      nowMs: this.#options.clock.now(),
      population: this.#population(),
      origin: this.#origin,
      history: this.#world.history(),
    };
  }

  #population(): PopulationState {
    const { seed, authority, platform, merchants, subMerchants } = this.#world;
    return snapshotPopulation({
      seed,
      authority,
      platform,
      merchants: [...merchants.values()],
      subMerchants: [...subMerchants.values()],
    });
  }

  /** A snapshot for the state file, which the changes after it continue. */
  #snapshotToSave(): SavedState {
    this.#world.takeChanges();
    this.#savedPopulation = JSON.stringify(this.#population());
    return this.snapshot();
  }

  #changesToSave(): SavedChanges | undefined {
    const population = this.#population();
    const text = JSON.stringify(population);
    const changed = text !== this.#savedPopulation;
    this.#savedPopulation = text;
    const history = this.#world.takeChanges();
    if (!changed && !history) return undefined;
    return {
      nowMs: this.#options.clock.now(),
      ...(changed && { population }),
      ...(history && { history }),
    };
  }

  async restore(snapshot: unknown): Promise<void> {
    if (!isSavedState(snapshot)) {
      throw new ControlProblem(400, 'BAD_REQUEST', 'This is not a snapshot of this sandbox.');
    }
    // A copy: the world goes on to change it, and the snapshot may be restored again.
    const { population, origin, history, nowMs } = structuredClone(snapshot);
    this.#world = new SandboxWorld(this.#restored(population), history);
    this.#origin = origin;
    this.#afterExchangeOfWorlds();
    const { clock } = this.#options;
    if (nowMs > clock.now()) await clock.advanceTo(nowMs);
  }

  async close(): Promise<void> {
    await this.#notifier.close();
    this.#due.close();
    this.#expiry.close();
    this.#unsubscribe();
    await this.#stateFile?.write();
  }

  #reset(): void {
    this.#world = new SandboxWorld(this.#restored(this.#origin));
    this.#exchanges.clear();
    this.#notifier.settings.hold = false;
    this.#notifier.settings.duplicates = 0;
    this.#notifier.settings.probe = false;
    this.#afterExchangeOfWorlds();
  }

  #afterExchangeOfWorlds(): void {
    this.#stateFile?.replaced();
    this.#faults = new FaultBox(this.#world.seed);
    this.#notifier.resume();
    this.#due.resume();
    this.#expiry.resume();
    resumeApplications(this.#kernel);
  }

  #restored(population: PopulationState) {
    return restorePopulation(population, () => this.#options.clock.now());
  }

  #transportNow(): number {
    return this.#options.transportTime === 'virtual' ? this.#options.clock.now() : Date.now();
  }

  #createKernel(): Kernel {
    const current = () => this.#world;
    return {
      clock: this.#options.clock,
      bus: this.#options.bus,
      get world() {
        return current();
      },
      endpoints: [
        ...directEndpoints,
        ...partnerEndpoints,
        ...combineEndpoints,
        ...refundEndpoints,
        ...certificateEndpoints,
        ...echoEndpoints,
      ],
      control: [],
      notify: (notification) => this.#notifier.create(notification),
      due: this.#due,
    };
  }

  #controls(): ControlRoute[] {
    const list: ControlRoute = {
      method: 'GET',
      path: '/_sandbox',
      handle: ({ kernel }) => ({
        apis: kernel.endpoints.map(({ name, method, path }) => ({ name, method, path })),
        control: kernel.control.map(({ method, path }) => `${method} ${path}`),
      }),
    };
    return [
      list,
      ...orderRoutes(this.#notifier, this.#exchanges),
      ...refundRoutes,
      ...balanceRoutes,
      ...notificationRoutes(this.#notifier),
      eventRoute(this.#options.bus),
      ...worldRoutes({
        credentials: () => this.credentials(),
        exchanges: this.#exchanges,
        faults: () => this.#faults,
        notifier: this.#notifier,
        reset: () => this.#reset(),
        snapshot: () => this.snapshot(),
        restore: (snapshot) => this.restore(snapshot),
      }),
    ];
  }
}
