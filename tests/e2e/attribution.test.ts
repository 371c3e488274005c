/**
 * The timeline names the right function for each step, also when both CPUs are busy and callbacks, queries and new
 * orders run at the same time. What is right is known from elsewhere: from the logs of the functions, their results,
 * and the numbers in what they wrote.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { availableParallelism, constants, setPriority } from 'node:os';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { SandboxEvent as InspectorEvent } from '../../sandbox/inspector/model/events.ts';
import { Feed } from '../../sandbox/inspector/model/feed.ts';
import type { Step } from '../../sandbox/inspector/model/steps.ts';
import { timelineOf } from '../../sandbox/inspector/model/timeline.ts';
import { order, payer, type Running, run } from './support.ts';

const payments = 200;
const atOnce = 8;
let running: Running;
const burners: ChildProcess[] = [];
/** From the number of a payment to the id of its callback, as the simulator reported them. */
const callbacks = new Map<string, string>();

beforeAll(async () => {
  running = await run();
  for (let cpu = 0; cpu < availableParallelism(); cpu++) {
    const burner = spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' });
    // Every moment that the system leaves a CPU idle is burnt, and little of what it needs itself.
    setPriority(burner.pid!, constants.priority.PRIORITY_LOW);
    burners.push(burner);
  }
});
afterAll(async () => {
  for (const burner of burners) burner.kill('SIGKILL');
  await running?.system.close();
});

/** Places, pays and asks while the callback is still on its way. */
async function pay(): Promise<void> {
  const { client } = running;
  const { paymentNo } = await order(client);
  await client.pay(paymentNo, payer);
  await client.orderState(paymentNo, payer);
}

it(`gives none of the steps of ${payments} payments to a wrong function, with every CPU busy`, async () => {
  let begun = 0;
  const worker = async () => {
    while (begun++ < payments) await pay();
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  const { bus, simulator, host } = running.system;
  await simulator.fetch(control('/_sandbox/clock', { advanceMs: 0 }));
  await host.idle();

  const feed = new Feed();
  for (const event of bus.since(0)) {
    feed.receive(event as InspectorEvent);
    if (event.type === 'notification')
      callbacks.set(event.outTradeNo ?? '', (event.data as { id: string }).id);
  }
  const stories = [...feed.stories].filter(({ state }) => state === 'SUCCESS');
  expect(stories).toHaveLength(payments);
  const wrong: string[] = [];
  let checked = 0;
  for (const story of stories) {
    const phases = timelineOf(story, feed.traces);
    for (const { step, parent } of phases.flatMap((phase) => phase.steps.flatMap((each) => walk(each)))) {
      const problem = problemWith(step, parent, story.paymentNo);
      if (problem !== 'not checked') checked++;
      if (problem !== undefined && problem !== 'not checked') wrong.push(`${story.paymentNo}: ${problem}`);
    }
  }
  expect(wrong).toEqual([]);
  // At least: two writes and a request of createOrder, a change of state and a record of the callback, payNotify itself.
  expect(checked).toBeGreaterThanOrEqual(payments * 6);
});

function control(path: string, body: unknown): Request {
  return new Request(`${running.system.url}${path}`, { method: 'POST', body: JSON.stringify(body) });
}

function walk(step: Step, parent?: Step): { step: Step; parent: Step | undefined }[] {
  return [{ step, parent }, ...step.children.flatMap((child) => walk(child, step))];
}

/** @returns the problem of this parent; undefined when it is valid */
function problemWith(step: Step, parent: Step | undefined, paymentNo: string): string | undefined {
  switch (step.kind) {
    case 'invocation':
      return invocationProblem(step, parent);
    case 'document':
      return documentProblem(step, parent, paymentNo);
    case 'exchange':
      return exchangeProblem(step, parent, paymentNo);
    default:
      return 'not checked';
  }
}

function invocationProblem({ event }: Step & { kind: 'invocation' }, parent: Step | undefined) {
  const { functionName, event: input } = event.data;
  if (functionName === 'payNotify') {
    const id = callbackIdOf(input);
    return parent?.kind === 'attempt' && parent.event.data.id === id ? undefined : `payNotify of ${id}`;
  }
  if (functionName === 'fulfilOrder')
    return isA(parent, 'queryOrder', 'reconcile') ? undefined : functionName;
  return parent === undefined ? undefined : `${functionName} below ${parent.kind}`;
}

function documentProblem(
  { event }: Step & { kind: 'document' },
  parent: Step | undefined,
  paymentNo: string,
): string | undefined {
  const { collection, id, op, before, after } = event.data;
  const where = `${collection} ${op} ${String(after?.state ?? '')}`;
  if (parent?.kind !== 'invocation') return `${where} below ${parent?.kind ?? 'nothing'}`;
  const { functionName, event: input, result, logs } = parent.event.data;
  const is = (right: boolean) => (right ? undefined : `${where} below ${functionName}`);
  if (collection === 'notifications') return is(functionName === 'payNotify' && callbackIdOf(input) === id);
  if (collection === 'deliveries') return is(functionName === 'fulfilOrder');
  if (collection !== 'orders') return 'not checked';
  if (before?.state !== 'SUCCESS' && after?.state === 'SUCCESS') {
    if (functionName === 'payNotify') return is(callbackIdOf(input) === callbacks.get(paymentNo));
    const line = [`"outTradeNo":"${paymentNo}"`, '"state":"SUCCESS"', '"event":"order.state"'];
    return is(logs.some((text) => line.every((part) => text.includes(part))));
  }
  if (op === 'insert' || (after?.state === 'NOTPAY' && before?.state === 'CREATED')) {
    return is(functionName === 'createOrder' && JSON.stringify(result).includes(paymentNo));
  }
  if (after?.fulfilment === 'DONE' && before?.fulfilment !== 'DONE')
    return is(parent.children.some((child) => isA(child, 'fulfilOrder')));
  return 'not checked';
}

function exchangeProblem(
  { event }: Step & { kind: 'exchange' },
  parent: Step | undefined,
  paymentNo: string,
): string | undefined {
  const { method, target } = event.data.request;
  if (parent?.kind !== 'invocation') return `${method} ${target} below nothing`;
  const { functionName, event: input, result } = parent.event.data;
  const belongs = JSON.stringify([input, result]).includes(paymentNo);
  if (method === 'POST')
    return functionName === 'createOrder' && belongs ? undefined : `POST: ${functionName}`;
  return (functionName === 'queryOrder' && belongs) || functionName === 'reconcile'
    ? undefined
    : `GET below ${functionName}`;
}

function callbackIdOf(input: unknown): string {
  return (JSON.parse((input as { body: string }).body) as { id: string }).id;
}

function isA(step: Step | undefined, ...names: string[]): boolean {
  return step?.kind === 'invocation' && names.includes(step.event.data.functionName);
}
