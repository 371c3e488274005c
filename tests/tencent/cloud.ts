/**
 * Tencent Cloud, as far as the real CLI and the real manager-node ask it, on loopback. Actions and fields are those that
 * both were seen to send; an action that is not known here is an error, so that nothing passes unnoticed.
 */
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ObjectStorage } from './cos.ts';
import { EnvironmentService } from './environment.ts';
import { ApiError, FunctionService } from './functions.ts';
import { type LoopbackProxy, type ProxyAnswer, type ProxyRequest, startProxy } from './proxy.ts';
import { type Credentials, refusalOf } from './signature.ts';
import { createServerIdentity } from './tls.ts';

interface Fault {
  /** The API's action, or `COS` for an upload. */
  readonly action: string;
  /** Only for this function. */
  readonly name?: string;
  readonly code?: string;
  /** How often it fails; default always. */
  times?: number;
}

export interface FakeCloud {
  readonly environment: EnvironmentService;
  readonly functions: FunctionService;
  readonly credentials: Credentials;
  /** Actions in the order they came, with the function or collection they were about. */
  readonly asked: { action: string; name: string }[];
  readonly faults: Fault[];
  /** What a process needs to reach this cloud and no other, with a home of its own. */
  readonly env: Record<string, string>;
  /** `https://localhost:PORT`: where HTTP access is answered. */
  readonly httpUrl: string;
  close(): Promise<void>;
}

export interface FakeCloudOptions {
  /** Default `fake-env`. */
  readonly envId?: string;
  /** Answers what comes to the HTTP domain. */
  readonly onHttp?: (request: ProxyRequest) => Promise<ProxyAnswer>;
  readonly onCreateCollection?: (name: string) => void;
}

export async function startFakeCloud(options: FakeCloudOptions = {}): Promise<FakeCloud> {
  const identity = await createServerIdentity();
  const folder = mkdtempSync(join(tmpdir(), 'fake-cloud-'));
  const storage = new ObjectStorage();
  const credentials = { secretId: 'AKIDfakefakefake', secretKey: 'fakeSecretKey0123456789' };
  const functions = new FunctionService(storage, () =>
    new Date().toISOString().slice(0, 19).replace('T', ' '),
  );
  const environment = new EnvironmentService({
    envId: options.envId ?? 'fake-env',
    domain: '',
    functionExists: (name) => functions.functions.has(name),
    onCreateCollection: options.onCreateCollection ?? (() => {}),
  });
  const asked: FakeCloud['asked'] = [];
  const faults: Fault[] = [];
  const api = apiHandler({ credentials, functions, environment, asked, faults });
  const handle = async (request: ProxyRequest): Promise<ProxyAnswer> => {
    if (request.host.endsWith('.tencentcloudapi.com')) return api(request);
    if (request.host.endsWith('.myqcloud.com')) return upload(storage, faults, request);
    if (request.host === 'iaas.cloud.tencent.com') return renewedLogin(credentials);
    if (request.host === 'localhost') return (await options.onHttp?.(request)) ?? { status: 404 };
    return { status: 404 };
  };
  const proxy = await startProxy(identity, handle);
  environment.domain = proxy.tlsUrl.replace('https://', '');
  return {
    environment,
    functions,
    credentials,
    asked,
    faults,
    httpUrl: proxy.tlsUrl,
    env: processEnvironment(folder, identity.ca, proxy, credentials),
    close: async () => {
      await proxy.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function apiHandler(
  cloud: Pick<FakeCloud, 'credentials' | 'functions' | 'environment' | 'asked' | 'faults'>,
) {
  return async (request: ProxyRequest): Promise<ProxyAnswer> => {
    const action = String(request.headers['x-tc-action']);
    const params = JSON.parse(request.body.toString() || '{}') as Record<string, unknown>;
    const name = String(
      params.FunctionName ?? params.TableName ?? params.CollectionName ?? params.Name ?? '',
    );
    cloud.asked.push({ action, name });
    try {
      const refusal = refusalOf(request, cloud.credentials);
      if (refusal) throw new ApiError(refusal, 'The provided credentials could not be validated.');
      const fault = takeFault(cloud.faults, action, name);
      if (fault) throw new ApiError(fault.code ?? 'InternalError', `${action} failed on purpose`);
      const answer = cloud.functions.handle(action, params) ?? cloud.environment.handle(action, params);
      if (answer === undefined) throw new ApiError('InvalidAction', `The fake does not know ${action}.`);
      return json({ ...(answer as object), RequestId: randomUUID() });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return json({ Error: { Code: error.code, Message: error.message }, RequestId: randomUUID() });
    }
  };
}

/** What the CLI gets for the refresh token of a web login: credentials for two hours. */
function renewedLogin({ secretId, secretKey }: Credentials): ProxyAnswer {
  const hourMs = 3_600_000;
  const data = {
    tmpSecretId: secretId,
    tmpSecretKey: secretKey,
    tmpToken: 'renewed',
    tmpExpired: Date.now() + 2 * hourMs,
    expired: Date.now() + 700 * hourMs,
    refreshToken: 'refresh',
    uin: '100000000000',
  };
  return { body: JSON.stringify({ code: 0, data }), headers: { 'content-type': 'application/json' } };
}

function upload(storage: ObjectStorage, faults: Fault[], request: ProxyRequest): ProxyAnswer {
  const name = /([A-Za-z0-9_-]+)\.zip/.exec(request.target)?.[1] ?? '';
  if (request.method !== 'GET' && takeFault(faults, 'COS', name)) {
    return {
      status: 403,
      body: '<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>on purpose</Message></Error>',
    };
  }
  return storage.handle(request);
}

function takeFault(faults: Fault[], action: string, name: string): Fault | undefined {
  const fault = faults.find(
    (each) => each.action === action && (each.name ?? name) === name && (each.times ?? 1) > 0,
  );
  if (fault?.times !== undefined) fault.times -= 1;
  return fault;
}

function json(response: object): ProxyAnswer {
  return { body: JSON.stringify({ Response: response }), headers: { 'content-type': 'application/json' } };
}

function processEnvironment(
  folder: string,
  ca: string,
  proxy: LoopbackProxy,
  credentials: Credentials,
): Record<string, string> {
  const caFile = join(folder, 'ca.pem');
  writeFileSync(caFile, ca);
  const [home, temporary] = ['home', 'tmp'].map((name) => join(folder, name));
  for (const each of [home!, temporary!]) mkdirSync(each, { recursive: true });
  return {
    PATH: process.env.PATH ?? '',
    HOME: home!,
    USERPROFILE: home!,
    TMPDIR: temporary!,
    TEMP: temporary!,
    https_proxy: proxy.url,
    http_proxy: proxy.url,
    NODE_EXTRA_CA_CERTS: caFile,
    TENCENTCLOUD_SECRETID: credentials.secretId,
    TENCENTCLOUD_SECRETKEY: credentials.secretKey,
  };
}
