import { randomUUID } from 'node:crypto';
import type {
  CloudCaller,
  FunctionHost,
  FunctionHostOptions,
  InvocationIdentity,
  InvocationOutcome,
  LateLine,
} from '../types.ts';
import { CloudError } from '../wire/errors.ts';
import { answerControl, controlPath } from './control.ts';
import { type Deployment, deploymentAtPath, readDeployments } from './deployment.ts';
import { instanceEnvironment } from './environment.ts';
import { clientFailure, failureOf, functionNotFound } from './failures.ts';
import { httpAnswer, httpEvent } from './http-access.ts';
import { invocationContext } from './identity.ts';
import { InstancePool, type PoolOutcome } from './pool.ts';
import { outTradeNoIn, shownRecord, withLateLines } from './records.ts';
import { Timers } from './timers.ts';

const defaultMaxInstances = 10;
const defaultIdleMs = 60_000;
/** The platform's limit of a synchronous request and of its answer. */
const maxPayloadBytes = 6 * 1024 * 1024;

/**
 * Hosts the bundles of `distFolder`; instances start with the first invocation.
 * @throws when cloudbaserc.json holds a timeout or cron that the platform would refuse.
 */
export function createFunctionHost(options: FunctionHostOptions): FunctionHost {
  return new Host(options);
}

class Host implements FunctionHost {
  readonly #options: FunctionHostOptions;
  readonly #deployments: Map<string, Deployment>;
  readonly #pools = new Map<string, InstancePool>();
  /** Tokens of running invocations: they identify who sent a request. */
  readonly #callers = new Map<string, CloudCaller>();
  readonly #timers: Timers;
  readonly #stopClock: () => void;
  #active = 0;
  #closed = false;
  #onIdle: (() => void)[] = [];

  constructor(options: FunctionHostOptions) {
    this.#options = options;
    this.#deployments = readDeployments(options.config, options.distFolder);
    for (const deployment of this.#deployments.values()) {
      this.#pools.set(deployment.name, this.#createPool(deployment));
    }
    const triggers = [...this.#deployments.values()].flatMap(({ name, timers }) =>
      timers.map((timer) => ({ functionName: name, ...timer })),
    );
    this.#timers = new Timers(options.clock, triggers, (trigger, dueAtMs) => {
      void this.#runTimer(trigger.functionName, trigger.name, dueAtMs);
    });
    this.#stopClock = options.clock.onJump(() => {
      for (const pool of this.#pools.values()) pool.setClock(options.clock.offsetMs);
    });
    options.emulator.attachFunctions({
      callFunction: (name, data, caller) => this.#callFromSdk(name, data, caller),
      resolveCaller: (token) => this.#callers.get(token),
    });
  }

  handles(path: string): boolean {
    const control = path === controlPath || path.startsWith(`${controlPath}/`);
    if (control) return !this.#options.emulator.handles(path);
    return deploymentAtPath(this.#deployments.values(), path) !== undefined;
  }

  async fetch(request: Request): Promise<Response> {
    const path = new URL(request.url).pathname;
    if (path === controlPath || path.startsWith(`${controlPath}/`)) {
      return answerControl(request, { host: this, options: this.#options });
    }
    const deployment = deploymentAtPath(this.#deployments.values(), path);
    if (!deployment)
      return Response.json({ code: 'INVALID_PATH', message: `no such path: ${path}` }, { status: 404 });
    const event = await httpEvent(request, this.#options.emulator.envId, randomUUID());
    if (event instanceof Response) return event;
    return httpAnswer(await this.invoke(deployment.name, event, { source: 'http' }));
  }

  async invoke(name: string, event: unknown, identity: InvocationIdentity): Promise<InvocationOutcome> {
    const deployment = this.#deployments.get(name);
    this.#active += 1;
    try {
      return await this.#record(name, event, identity, (invocationId) =>
        deployment?.deployed()
          ? this.#run(deployment, invocationId, event, identity)
          : Promise.reject(functionNotFound()),
      );
    } finally {
      this.#active -= 1;
      if (this.#active === 0) for (const resolve of this.#onIdle.splice(0)) resolve();
    }
  }

  fireTimer(name: string, trigger?: string): Promise<InvocationOutcome[]> {
    const timers = this.#deployments.get(name)?.timers ?? [];
    const chosen = trigger === undefined ? timers : timers.filter((timer) => timer.name === trigger);
    if (chosen.length === 0) {
      return Promise.reject(new RangeError(`Function ${name} has no timer${trigger ? ` ${trigger}` : ''}.`));
    }
    return Promise.all(chosen.map((timer) => this.#runTimer(name, timer.name, this.#options.clock.now())));
  }

  functions(): ReturnType<FunctionHost['functions']> {
    return [...this.#deployments.values()].map((deployment) => ({
      name: deployment.name,
      path: deployment.path,
      timeoutMs: deployment.timeoutMs,
      deployed: deployment.deployed(),
      instances: (this.#pools.get(deployment.name)?.instances ?? []).map((instance) => ({
        instanceId: instance.id,
        pid: instance.pid,
        state: instance.busy ? 'busy' : instance.frozen ? 'frozen' : 'idle',
        invocations: instance.invocations,
      })),
      timers: deployment.timers.map(({ name, cron }) => ({
        name,
        config: cron,
        nextAtMs: this.#timers.nextAtMs(deployment.name, name),
      })),
    }));
  }

  invocations(limit = 100): ReturnType<FunctionHost['invocations']> {
    return withLateLines(this.#options.bus.history()).slice(-limit).reverse();
  }

  idle(): Promise<void> {
    if (this.#active === 0) return Promise.resolve();
    return new Promise((resolve) => this.#onIdle.push(resolve));
  }

  async stopInstances(which: 'all' | 'busy' = 'all'): Promise<void> {
    await Promise.all([...this.#pools.values()].map((pool) => pool.stop(which)));
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#timers.stop();
    this.#stopClock();
    await this.stopInstances();
  }

  #createPool(deployment: Deployment): InstancePool {
    const { emulator, env, baseUrl, maxInstances, idleMs, inspectPorts } = this.#options;
    const inspectPort = inspectPorts?.get(deployment.name);
    return new InstancePool({
      folder: deployment.folder,
      version: deployment.version,
      onLateLine: (invocationId, line) => {
        const late: LateLine = { invocationId, line };
        if (!this.#closed) this.#options.bus.publish('log', late);
      },
      environment: () =>
        instanceEnvironment(
          {
            envId: emulator.envId,
            functionName: deployment.name,
            memorySizeMb: deployment.memorySizeMb,
            baseUrl: baseUrl(),
          },
          env(deployment.name),
        ),
      // A debugged function has one port, so one process, which is not replaced.
      ...(inspectPort !== undefined
        ? { inspectPort, maxInstances: 1, idleMs: Number.POSITIVE_INFINITY }
        : { maxInstances: maxInstances ?? defaultMaxInstances, idleMs: idleMs ?? defaultIdleMs }),
    });
  }

  async #run(
    deployment: Deployment,
    invocationId: string,
    event: unknown,
    identity: InvocationIdentity,
  ): Promise<Omit<InvocationOutcome, 'invocationId'>> {
    const pool = this.#pools.get(deployment.name);
    if (!pool) throw functionNotFound();
    const requestBytes = Buffer.byteLength(JSON.stringify(event ?? {}));
    if (requestBytes > maxPayloadBytes) {
      throw new CloudError(
        'FUNCTION_PARAM_INVALID',
        `The request has ${requestBytes} bytes; the limit is 6 MB.`,
      );
    }
    const appid = this.#options.appid ?? 'wx0000000000000000';
    const invocation = invocationContext({
      identity,
      requestId: invocationId,
      envId: this.#options.emulator.envId,
      appid,
      functionName: deployment.name,
      memorySizeMb: deployment.memorySizeMb,
      timeoutMs: deployment.timeoutMs,
    });
    this.#callers.set(invocation.token, invocation.asCaller);
    try {
      const outcome = await pool.run(() => ({
        id: invocationId,
        event: eventFor(event, identity, appid),
        context: invocation.context,
        env: invocation.env,
        handler: deployment.handler,
        offsetMs: this.#options.clock.offsetMs,
        timeoutMs: deployment.timeoutMs,
        sandboxHost: new URL(this.#options.baseUrl()).host,
      }));
      return outcomeOf(outcome, deployment.timeoutMs);
    } finally {
      this.#callers.delete(invocation.token);
    }
  }

  async #record(
    functionName: string,
    event: unknown,
    identity: InvocationIdentity,
    run: (invocationId: string) => Promise<Omit<InvocationOutcome, 'invocationId'>>,
  ): Promise<InvocationOutcome> {
    const invocationId = randomUUID();
    const startedAtMs = this.#options.clock.now();
    const outcome = { invocationId, ...(await run(invocationId).catch(refusedOutcome)) };
    const outTradeNo = outTradeNoIn(event, outcome.result);
    const record = shownRecord({
      ...outcome,
      functionName,
      source: identity.source,
      openid: identity.openid,
      event,
      startedAtMs,
      outTradeNo,
      ...(outcome.error &&
        identity.source === 'user' && { clientError: clientFailure(outcome.error, invocationId) }),
    });
    // An invocation interrupted by the sandbox's shutdown is not a failure of the function.
    if (!this.#closed) this.#options.bus.publish('invocation', record, outTradeNo);
    return outcome;
  }

  async #callFromSdk(name: string, data: unknown, caller: CloudCaller): Promise<unknown> {
    const identity: InvocationIdentity =
      caller.functionName === undefined
        ? { source: 'server' }
        : { source: 'function', openid: caller.openid, chain: caller.source };
    const { result, error } = await this.invoke(name, data, identity);
    if (error) throw new CloudError(error.code, error.message);
    return result;
  }

  #runTimer(functionName: string, trigger: string, dueAtMs: number): Promise<InvocationOutcome> {
    const time = `${new Date(dueAtMs).toISOString().slice(0, 19)}Z`;
    const event = { Type: 'Timer', TriggerName: trigger, Time: time, Message: '' };
    return this.invoke(functionName, event, { source: 'timer' });
  }
}

/** WeChat adds the caller to what a mini-program sends; what the client wrote under those names is lost. */
function eventFor(event: unknown, identity: InvocationIdentity, appid: string): unknown {
  const data = event ?? {};
  if (identity.source !== 'user' || typeof data !== 'object') return data;
  return { ...data, userInfo: { appId: appid, openId: identity.openid ?? '' } };
}

function outcomeOf(outcome: PoolOutcome, timeoutMs: number): Omit<InvocationOutcome, 'invocationId'> {
  const { answer, logs, cold, instanceId, durationMs } = outcome;
  const report = { logs, cold, instanceId, durationMs };
  if (answer.kind !== 'result') return { ...report, error: failureOf(answer, timeoutMs) };
  if (Buffer.byteLength(answer.json) > maxPayloadBytes) {
    const message = 'The size of response exceeds the upper limit (6MB)';
    return { ...report, error: { code: 'FUNCTIONS_EXECUTE_FAIL', message } };
  }
  return { ...report, result: JSON.parse(answer.json) };
}

/** It never reached an instance. */
function refusedOutcome(cause: unknown): Omit<InvocationOutcome, 'invocationId'> {
  const message = cause instanceof Error ? cause.message : String(cause);
  const code = cause instanceof CloudError ? cause.code : 'FUNCTION_STATUS_ABNORMAL';
  return { instanceId: '', cold: false, durationMs: 0, logs: [], error: { code, message } };
}
