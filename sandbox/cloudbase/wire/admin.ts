/** `POST /admin`: the one address that both SDKs send everything to. */
import { randomUUID } from 'node:crypto';
import { boundaryOf, MultipartProblem, parseMultipart } from '../../multipart.ts';
import { connectionReset } from '../../server.ts';
import type { DocumentStore } from '../database/store.ts';
import { isPlainObject, type PlainObject } from '../database/values.ts';
import type { FileStore } from '../files/store.ts';
import type { CloudCaller } from '../types.ts';
import { runDatabaseAction } from './database-actions.ts';
import { CloudError, invalidParam } from './errors.ts';
import type { OpenApi } from './openapi.ts';
import { decodeOpenApiRequest, encodeOpenApiError, encodeOpenApiResponse } from './protobuf.ts';
import { runStorageAction } from './storage-actions.ts';

export interface AdminContext {
  envId: string;
  store: DocumentStore;
  files: FileStore;
  openApi: OpenApi;
  now: () => number;
  baseUrl: string;
  callFunction: ((name: string, data: unknown, caller: CloudCaller) => Promise<unknown>) | undefined;
  /** The caller behind the token that the SDK repeats from its environment. */
  resolveCaller: (token: string) => CloudCaller | undefined;
}

export async function answerAdmin(request: Request, context: AdminContext): Promise<Response> {
  const requestId = randomUUID();
  if (request.method !== 'POST') {
    return Response.json({ code: 'INVALID_PARAM', message: 'POST only', requestId }, { status: 405 });
  }
  try {
    const contentType = request.headers.get('content-type') ?? '';
    const body = Buffer.from(await request.arrayBuffer());
    if (contentType.startsWith('multipart/form-data')) {
      return await answerMultipart(fieldsOf(body, contentType), context);
    }
    const params = parseJson(body);
    checkEnv(params, context);
    return Response.json({ ...(await run(params, context)), requestId });
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    return Response.json({ code: error.code, message: error.message, requestId });
  }
}

/** The SDK sends openapi calls as protobuf bytes in a field without a file name. */
function fieldsOf(body: Buffer, contentType: string): Map<string, Buffer> {
  try {
    return new Map(parseMultipart(body, boundaryOf(contentType)).map(({ name, bytes }) => [name, bytes]));
  } catch (error) {
    if (error instanceof MultipartProblem) throw invalidParam(error.message);
    throw error;
  }
}

async function run(params: PlainObject, context: AdminContext): Promise<PlainObject> {
  const answer =
    (await runDatabaseAction(context.store, params, context.now)) ??
    runStorageAction(context.files, context.baseUrl, params) ??
    (params.action === 'functions.invokeFunction' ? await invokeFunction(params, context) : undefined);
  if (!answer) {
    throw new CloudError(
      'INVALID_PARAM',
      `The sandbox does not emulate the action "${String(params.action)}". Its fidelity page lists what it does.`,
    );
  }
  return answer;
}

async function invokeFunction(params: PlainObject, context: AdminContext): Promise<PlainObject> {
  if (!context.callFunction) {
    throw new CloudError('FUNCTION_NOT_FOUND', 'This emulator runs without a function host.');
  }
  const name = params.function_name;
  if (typeof name !== 'string' || name === '') throw invalidParam('function_name is required');
  const data: unknown = params.request_data ? parseJson(Buffer.from(String(params.request_data))) : {};
  const token = typeof params.wxCloudApiToken === 'string' ? params.wxCloudApiToken : '';
  const result = await context
    .callFunction(name, data, context.resolveCaller(token) ?? {})
    .catch((cause: unknown) => {
      if (cause instanceof CloudError) throw cause;
      throw new CloudError('FUNCTIONS_EXECUTE_FAIL', cause instanceof Error ? cause.message : String(cause));
    });
  return { data: { response_data: JSON.stringify(result ?? null) } };
}

/** As wx-server-sdk sends a cloud call; its token says which function asks. */
async function answerMultipart(fields: Map<string, Buffer>, context: AdminContext): Promise<Response> {
  const action = fields.get('action')?.toString('utf8');
  if (action !== 'wx.openApi')
    throw invalidParam(`The sandbox does not emulate the action "${action ?? ''}".`);
  checkEnv({ envName: fields.get('envName')?.toString('utf8') }, context);
  const api = fields.get('apiName')?.toString('utf8') ?? '';
  const parameters = decodeOpenApiRequest(fields.get('requestData') ?? Buffer.alloc(0));
  const caller = context.resolveCaller(fields.get('wxCloudApiToken')?.toString('utf8') ?? '') ?? {};
  const answer = await context.openApi.call(api, parameters, caller);
  if (answer === 'lost') return connectionReset();
  const body = 'errorCode' in answer ? encodeOpenApiError(answer.errorCode) : encodeAnswer(answer.body);
  return new Response(new Uint8Array(body), { headers: { 'content-type': 'application/octet-stream' } });
}

function encodeAnswer(body: object): Buffer {
  return encodeOpenApiResponse(Buffer.from(JSON.stringify(body)), 'application/json; encoding=utf-8');
}

function checkEnv(params: PlainObject, context: AdminContext): void {
  if (params.envName && params.envName !== context.envId) {
    throw new CloudError(
      'INVALIID_ENV',
      `[INVALID_ENV] The environment is "${context.envId}"; the request names "${String(params.envName)}".`,
    );
  }
}

function parseJson(body: Buffer): PlainObject {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body.toString('utf8'));
  } catch {
    throw invalidParam('the body is not JSON');
  }
  if (!isPlainObject(parsed)) throw invalidParam('the body must be a JSON object');
  return parsed;
}
