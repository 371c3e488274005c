// Runs one deployed bundle inside its own process, as one instance of a cloud function. Plain CommonJS without
// dependencies: it is started by path, in the environment that the platform gives a function and nothing else.
//
// Messages in:  { type: 'invoke', id, event, context, env, offsetMs, handler, sandboxHost } and { type: 'clock', offsetMs }
// Messages out: { type: 'started', id } when the handler is about to run, then { type: 'answer', id, result | error }
'use strict';

const { AsyncLocalStorage } = require('node:async_hooks');
const diagnostics = require('node:diagnostics_channel');
const http = require('node:http');
const { syncBuiltinESMExports } = require('node:module');
const path = require('node:path');
const { pathToFileURL } = require('node:url');

const RealDate = Date;
const realNow = Date.now;
let offsetMs = 0;
const now = () => realNow.call(RealDate) + offsetMs;

// The bundle stays byte for byte what is deployed; only its clock is the sandbox's.
const SandboxDate = new Proxy(RealDate, {
  construct: (target, args, newTarget) =>
    Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
  apply: () => new RealDate(now()).toString(),
  get: (target, property, receiver) => (property === 'now' ? now : Reflect.get(target, property, receiver)),
});
RealDate.prototype.constructor = SandboxDate;
globalThis.Date = SandboxDate;

// Requests to the sandbox carry the id of the invocation that began them in a header, which the sandbox strips: what an
// invocation left behind when it answered is done during a later one, and remains its own.
const invocationHeader = 'x-sandbox-invocation';
const invocations = new AsyncLocalStorage();
let sandboxHost;
for (const name of ['request', 'get']) {
  const original = http[name];
  http[name] = function (...args) {
    const request = original.apply(this, args);
    const id = invocations.getStore();
    if (!request.headersSent && id !== undefined && request.getHeader('host') === sandboxHost) {
      request.setHeader(invocationHeader, id);
    }
    return request;
  };
}
syncBuiltinESMExports();
diagnostics.subscribe('undici:request:create', ({ request }) => {
  const id = invocations.getStore();
  if (id !== undefined && request.origin === `http://${sandboxHost}`) request.addHeader(invocationHeader, id);
});

// A line that an earlier invocation left to be written begins with its id: the host adds it to the log of that one.
let running;
for (const stream of [process.stdout, process.stderr]) {
  const write = stream.write;
  stream.write = function (chunk, ...rest) {
    const id = invocations.getStore();
    return write.call(this, id === undefined || id === running ? chunk : linesBy(id, chunk), ...rest);
  };
}

function linesBy(id, chunk) {
  const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
  return text.replace(/^(?=[^\n])/gm, `\u0000by ${id} `);
}

let invocationKeys = [];
let main;

// The port to wait for a debugger on; given when the function is to be debugged.
const [, , inspectPort] = process.argv;

process.on('message', (message) => {
  if (message.type === 'clock') offsetMs = message.offsetMs;
  else void invocations.run(message.id, () => invoke(message));
});
// The host has exited, so this instance exits too.
process.on('disconnect', () => process.exit(0));

async function invoke({ id, event, context, env, offsetMs: offset, handler, sandboxHost: host }) {
  offsetMs = offset;
  sandboxHost = host;
  running = id;
  for (const key of invocationKeys) delete process.env[key];
  invocationKeys = Object.keys(env);
  Object.assign(process.env, env);
  let answer;
  try {
    if (!main && inspectPort !== undefined) await waitForDebugger(Number(inspectPort));
    main ??= await load(handler);
    process.send({ type: 'started', id });
    const result = await call(event, context);
    answer = { type: 'answer', id, result: JSON.stringify(result === undefined ? null : result) };
  } catch (error) {
    answer = { type: 'answer', id, error: describe(error) };
  }
  // The host waits for this mark on both streams, so that no line of this invocation is attributed to the next.
  const mark = `\u0000end ${id}\n`;
  process.stdout.write(mark);
  process.stderr.write(mark);
  running = undefined;
  process.send(answer);
}

/** The process of the previous build may hold the port for a moment more. */
async function waitForDebugger(port) {
  const inspector = require('node:inspector');
  for (let tries = 0; inspector.url() === undefined; tries += 1) {
    try {
      inspector.open(port, '127.0.0.1');
    } catch (error) {
      if (tries === 40) throw error;
    }
    if (inspector.url() === undefined) await new Promise((resolve) => setTimeout(resolve, 50));
  }
  inspector.waitForDebugger();
}

async function load(handler) {
  const [file, name] = splitHandler(handler);
  const full = path.join(process.cwd(), `${file}.js`);
  let exported;
  try {
    exported = require(full);
  } catch (error) {
    if (error?.code !== 'ERR_REQUIRE_ESM') throw error;
    exported = await import(pathToFileURL(full).href);
  }
  if (typeof exported[name] !== 'function')
    throw new Error(`handler "${handler}" is not a function of ${file}.js`);
  return exported[name];
}

function splitHandler(handler) {
  const dot = handler.lastIndexOf('.');
  return [handler.slice(0, dot), handler.slice(dot + 1)];
}

function call(event, context) {
  return new Promise((resolve, reject) => {
    const callback = (error, result) => (error ? reject(error) : resolve(result));
    const returned = main(event, context, callback);
    if (main.length < 3 || returned instanceof Promise) Promise.resolve(returned).then(resolve, reject);
  });
}

function describe(error) {
  if (error instanceof Error) return { message: error.message, name: error.name, stack: error.stack };
  return {
    message: typeof error === 'string' ? error : (JSON.stringify(error) ?? String(error)),
    name: 'Error',
  };
}
