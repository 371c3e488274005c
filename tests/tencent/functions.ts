/** Cloud functions (service scf, version 2018-04-16): code, configuration, timers. Field names as GetFunction answers. */
import { createHash } from 'node:crypto';
import type { ObjectStorage } from './cos.ts';

export class ApiError extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

type Params = Record<string, unknown>;

export interface CloudFunction {
  name: string;
  runtime: string;
  handler: string;
  timeout: number;
  memorySize: number;
  variables: { Key: string; Value: string }[];
  triggers: { TriggerName: string; Type: string; TriggerDesc: string }[];
  status: string;
  /** The uploaded archive. */
  zip: Buffer;
  modTime: string;
}

const codeHost = 'https://sh-code.cos.ap-shanghai.myqcloud.com';

export class FunctionService {
  readonly functions = new Map<string, CloudFunction>();
  readonly #storage: ObjectStorage;
  readonly #now: () => string;

  constructor(storage: ObjectStorage, now: () => string) {
    this.#storage = storage;
    this.#now = now;
  }

  /** @returns undefined for an action of another service. @throws ApiError */
  handle(action: string, params: Params): unknown {
    switch (action) {
      case 'CreateFunction':
        return this.#create(params);
      case 'UpdateFunctionCode':
        return this.#updateCode(params);
      case 'UpdateFunctionConfiguration':
        return this.#configure(this.#find(params), params);
      case 'GetFunction':
        return this.#describe(this.#find(params));
      case 'GetFunctionAddress':
        return this.#address(this.#find(params));
      case 'BatchCreateTrigger':
        return this.#createTriggers(params);
      case 'DeleteTrigger':
        return this.#deleteTrigger(params);
      case 'GetTempCosInfo':
        return { Date: '2026-11-27', Sign: signature };
      default:
        return undefined;
    }
  }

  #create(params: Params): object {
    const name = String(params.FunctionName);
    if (this.functions.has(name)) {
      throw new ApiError('ResourceInUse.FunctionName', `${name} already exists`);
    }
    const created: CloudFunction = {
      name,
      runtime: String(params.Runtime),
      handler: 'index.main',
      timeout: 3,
      memorySize: 256,
      variables: [],
      triggers: [],
      status: 'Active',
      zip: this.#codeOf(params),
      modTime: this.#now(),
    };
    this.#configure(created, params);
    this.functions.set(name, created);
    return {};
  }

  #updateCode(params: Params): object {
    const found = this.#find(params);
    found.zip = this.#codeOf(params);
    found.handler = String(params.Handler);
    found.modTime = this.#now();
    return {};
  }

  /** Variables are replaced as a whole; without any they stay. */
  #configure(found: CloudFunction, params: Params): object {
    if (params.Handler !== undefined) found.handler = String(params.Handler);
    if (params.Timeout !== undefined) found.timeout = Number(params.Timeout);
    if (params.MemorySize !== undefined) found.memorySize = Number(params.MemorySize);
    const environment = params.Environment as { Variables?: CloudFunction['variables'] } | undefined;
    if (environment?.Variables) found.variables = environment.Variables;
    found.modTime = this.#now();
    return {};
  }

  #describe(found: CloudFunction): object {
    return {
      FunctionName: found.name,
      Runtime: found.runtime,
      Handler: found.handler,
      Timeout: found.timeout,
      MemorySize: found.memorySize,
      Environment: { Variables: found.variables },
      Triggers: found.triggers.map((trigger) => ({
        ...trigger,
        TriggerDesc: JSON.stringify({ cron: trigger.TriggerDesc }),
      })),
      Status: found.status,
      StatusDesc: '',
      Type: 'Event',
      CodeSize: found.zip.length,
      ModTime: found.modTime,
      AddTime: found.modTime,
      InstallDependency: 'FALSE',
    };
  }

  #address(found: CloudFunction): object {
    const hash = createHash('sha256').update(found.zip).digest('hex');
    this.#storage.objects.set(`/${found.name}-${hash}.zip`, found.zip);
    return { Url: `${codeHost}/${found.name}-${hash}.zip`, CodeSha256: hash };
  }

  #createTriggers(params: Params): object {
    const found = this.#find(params);
    const triggers = JSON.parse(String(params.Triggers)) as CloudFunction['triggers'];
    for (const trigger of triggers) {
      found.triggers = found.triggers.filter((each) => each.TriggerName !== trigger.TriggerName);
      found.triggers.push(trigger);
    }
    return {};
  }

  #deleteTrigger(params: Params): object {
    const found = this.#find(params);
    const left = found.triggers.filter((each) => each.TriggerName !== params.TriggerName);
    if (left.length === found.triggers.length)
      throw new ApiError('ResourceNotFound.Trigger', 'no such trigger');
    found.triggers = left;
    return {};
  }

  #find(params: Params): CloudFunction {
    const found = this.functions.get(String(params.FunctionName));
    if (!found) throw new ApiError('ResourceNotFound.Function', `${params.FunctionName} does not exist`);
    return found;
  }

  #codeOf(params: Params): Buffer {
    const code = params.Code as { ZipFile?: string; TempCosObjectName?: string };
    if (code.ZipFile) return Buffer.from(code.ZipFile, 'base64');
    const object = this.#storage.objects.get(String(code.TempCosObjectName));
    if (!object) throw new ApiError('InvalidParameterValue.TempCosObjectName', 'no such object');
    return object;
  }
}

const signature =
  'q-sign-algorithm=sha1&q-ak=fake&q-sign-time=0;9999999999&q-key-time=0;9999999999&q-header-list=&q-url-param-list=&q-signature=0000000000000000000000000000000000000000';
