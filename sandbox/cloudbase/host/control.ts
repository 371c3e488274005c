/** /_cloud/*: the phone's callFunction, and what the inspector and tests see and do. */
import { decodePart } from '../../decode-part.ts';
import { isPlainObject, toJsonValue } from '../database/values.ts';
import { refuseCrossSite } from '../loopback.ts';
import type { FunctionHost, FunctionHostOptions } from '../types.ts';
import { clientFailure } from './failures.ts';

export const controlPath = '/_cloud';

interface Control {
  host: FunctionHost;
  options: FunctionHostOptions;
}

type Route = (control: Control, request: Request, url: URL, parts: string[]) => Promise<Response> | Response;

const routes: Record<string, Route> = {
  'POST functions': callFunction,
  'GET state': ({ host, options }) =>
    Response.json({
      envId: options.emulator.envId,
      nowMs: options.clock.now(),
      functions: host.functions(),
      collections: options.emulator.database.collections(),
    }),
  'POST timers': fireTimer,
  'GET database': browseDatabase,
  'GET logs': ({ host }, _request, url) =>
    Response.json({ invocations: host.invocations(limitOf(url, 100)) }),
  'GET openapi': ({ options }) => Response.json({ calls: options.emulator.openApiCalls() }),
  'POST reset': reset,
  'POST snapshot': ({ options }) => Response.json(options.emulator.snapshot()),
  'POST restore': restore,
};

export async function answerControl(request: Request, control: Control): Promise<Response> {
  const refusal = refuseCrossSite(request);
  if (refusal) return refusal;
  const url = new URL(request.url);
  const [name = '', ...parts] = url.pathname
    .slice(controlPath.length + 1)
    .split('/')
    .filter(Boolean)
    .map((part) => decodePart(part) ?? part);
  const route = routes[`${request.method} ${name}`];
  if (!route) {
    const known = Object.keys(routes).map((each) => each.replace(' ', ` ${controlPath}/`));
    return problem(404, `No such route: ${request.method} ${url.pathname}. Routes: ${known.join(', ')}.`);
  }
  try {
    return await route(control, request, url, parts);
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError || error instanceof SyntaxError) {
      return problem(400, error.message);
    }
    throw error;
  }
}

/** wx.cloud.callFunction, whose user the header x-sandbox-openid names. */
async function callFunction(
  { host }: Control,
  request: Request,
  _url: URL,
  parts: string[],
): Promise<Response> {
  const openid = request.headers.get('x-sandbox-openid');
  if (!openid) return problem(400, 'Header x-sandbox-openid names the user; it is missing.');
  const text = await request.text();
  const event: unknown = text === '' ? {} : JSON.parse(text);
  if (!isPlainObject(event)) return problem(400, 'The data of callFunction must be a JSON object.');
  const outcome = await host.invoke(parts[0] ?? '', event, { source: 'user', openid });
  if (outcome.error) return Response.json(clientFailure(outcome.error, outcome.invocationId));
  return Response.json({
    errMsg: 'cloud.callFunction:ok',
    result: outcome.result,
    requestID: outcome.invocationId,
  });
}

async function fireTimer(
  { host }: Control,
  _request: Request,
  _url: URL,
  parts: string[],
): Promise<Response> {
  return Response.json({ invocations: await host.fireTimer(parts[0] ?? '', parts[1]) });
}

function browseDatabase({ options }: Control, _request: Request, url: URL, parts: string[]): Response {
  const { database } = options.emulator;
  const [collection, id] = parts;
  if (collection === undefined) return Response.json({ collections: database.collections() });
  if (id !== undefined) {
    const document = database.get(collection, id);
    return document
      ? Response.json({ document: toJsonValue(document) })
      : problem(404, `There is no ${collection}/${id}.`);
  }
  const page = database.list(collection, { limit: limitOf(url, 100), skip: numberOf(url, 'skip', 0) });
  return Response.json({ total: page.total, documents: page.documents.map(toJsonValue) });
}

async function reset({ host, options }: Control): Promise<Response> {
  await host.stopInstances();
  options.emulator.reset();
  options.bus.startOver('reset');
  return Response.json({ ok: true });
}

async function restore({ host, options }: Control, request: Request): Promise<Response> {
  const snapshot: unknown = await request.json();
  await host.stopInstances();
  options.emulator.restore(snapshot);
  options.bus.startOver('restore');
  return Response.json({ ok: true });
}

function limitOf(url: URL, otherwise: number): number {
  return Math.min(numberOf(url, 'limit', otherwise), 1_000);
}

function numberOf(url: URL, name: string, otherwise: number): number {
  const text = url.searchParams.get(name);
  if (text === null) return otherwise;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new RangeError(`${name} must be a number of 0 or more.`);
  return value;
}

function problem(status: number, message: string): Response {
  return Response.json({ errCode: -1, errMsg: message, message }, { status });
}
