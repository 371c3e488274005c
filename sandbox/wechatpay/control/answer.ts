import {
  type ControlContext,
  ControlProblem,
  type ControlRoute,
  type SimulatorContext,
  withRequest,
} from '../context.ts';
import type { RouteTable } from '../http/route.ts';
import { givenAndExample } from './examples.ts';
import { requireLoopback } from './guard.ts';

/** Answers /_sandbox/*. A route may return a Response; anything else is sent as JSON. */
export async function answerControl(
  simulator: SimulatorContext,
  routes: RouteTable<ControlRoute>,
  request: Request,
  hosts: readonly string[] = [],
): Promise<Response> {
  try {
    requireLoopback(request, hosts);
    const url = new URL(request.url);
    const found = routes.find(request.method, url.pathname);
    if (found === 'other-method')
      throw new ControlProblem(405, 'METHOD_NOT_ALLOWED', ...wrongMethod(request.method));
    if (!found) throw new ControlProblem(404, 'NOT_FOUND', ...unknownCall(url.pathname));
    const bytes = Buffer.from(await request.arrayBuffer());
    const context: ControlContext & { request: Request } = withRequest(simulator, {
      params: found.params,
      query: url.searchParams,
      bytes,
      get text() {
        return new TextDecoder().decode(bytes);
      },
      get body() {
        return parseJson(this.text);
      },
      accepts: request.headers.get('accept') ?? '',
      request,
    });
    const answer = await handled(found.route, context);
    return answer instanceof Response ? answer : json(200, answer ?? {});
  } catch (error) {
    if (error instanceof ControlProblem) return json(error.status, error.toBody());
    process.stderr.write(`sandbox control: ${error instanceof Error ? error.stack : String(error)}\n`);
    const fault = [`The sandbox failed: ${error}.`, `沙箱内部出错：${error}。`] as const;
    return json(500, new ControlProblem(500, 'SANDBOX_FAULT', ...fault).toBody());
  }
}

const wrongMethod = (method: string) =>
  [
    `Not with ${method}. GET /_sandbox lists all calls.`,
    `不支持 ${method}。GET /_sandbox 列出所有控制接口。`,
  ] as const;
const unknownCall = (path: string) =>
  [
    `No such call: ${path}. GET /_sandbox lists them.`,
    `没有控制接口 ${path}。GET /_sandbox 列出所有控制接口。`,
  ] as const;

/** Codes of an invalid body. Those of the cashier and the phone are WeChat's own and are shown to a payer. */
const ofTheBody: ReadonlySet<string> = new Set([
  'BAD_REQUEST',
  'BAD_REASONS',
  'BAD_DECISION',
  'BAD_PERMISSION',
]);

/** A refusal of an invalid value quotes the value and shows one that works. */
async function handled(route: ControlRoute, context: ControlContext): Promise<unknown> {
  try {
    return await route.handle(context);
  } catch (error) {
    if (!(error instanceof ControlProblem) || !ofTheBody.has(error.code) || route.method === 'GET')
      throw error;
    const rest = givenAndExample(route.method, route.path, context.bytes);
    if (!rest) throw error;
    throw new ControlProblem(error.status, error.code, `${error.en}${rest.en}`, `${error.zh}${rest.zh}`);
  }
}

function parseJson(text: string): unknown {
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    throw new ControlProblem(400, 'BAD_REQUEST', 'The body is not JSON.', '请求体不是 JSON。');
  }
}

function json(status: number, body: unknown): Response {
  return Response.json(body, { status, headers: { 'cache-control': 'no-store' } });
}
