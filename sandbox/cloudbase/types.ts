/** The public shapes of the CloudBase emulator and the function host. */
import type { SandboxBus } from '../bus.ts';
import type { SandboxClock } from '../clock.ts';

/** A stored document: plain values, `Date` for dates. `_id` is a string unless the writer chose a number. */
export interface StoredDocument {
  _id: string | number;
  [field: string]: unknown;
}

/** Who sent a request to the emulator. The function host knows it by the address its instances use. */
export interface CloudCaller {
  /** Name of the function whose instance sent the request; undefined when the sender is not one of the host's. */
  readonly functionName?: string | undefined;
  readonly openid?: string | undefined;
  /** Where the calling invocation came from, e.g. `wx_client` or `wx_client,scf`. */
  readonly source?: string | undefined;
}

export interface CloudEmulatorOptions {
  clock: SandboxClock;
  bus: SandboxBus;
  /** Default `sandbox`. */
  envId?: string;
  /** When given, database and files are read from it at start and written to it by {@link CloudEmulator.save}. */
  stateFile?: string;
  /** Where this server is reachable, e.g. `http://127.0.0.1:8420`, without a trailing slash. */
  baseUrl(): string;
  /** Answers cloud calls; undefined for an API that does not exist. Without it none exists. */
  cloudCall?: (
    api: string,
    parameters: Record<string, unknown>,
    caller: CloudCaller,
  ) => Promise<CloudCallAnswer | undefined>;
  /**
   * Runs another function from server to server, for an emulator without a function host; a host that attaches
   * itself takes its place. Without either, `functions.invokeFunction` answers an error.
   */
  callFunction?: (name: string, data: unknown, caller: CloudCaller) => Promise<unknown>;
}

interface CollectionSummary {
  name: string;
  documents: number;
  indexes: { name: string; fields: string[]; unique: boolean }[];
}

/** What an index can look up. Documents and lists cannot be. */
export type Scalar = string | number | boolean | null;

/** A condition on one field: one of some values, or a range whose bounds both belong to it. */
export type Bound =
  | { readonly values: readonly Scalar[] }
  | { readonly from: Scalar | undefined; readonly to: Scalar | undefined };

export interface QueryPlan {
  /** `['_id']` is the one that every collection has. Undefined: the whole collection is read. */
  readonly index: readonly string[] | undefined;
  /** The bounds of the first fields of the index; none when it gives only the order. */
  readonly bounds: readonly Bound[];
  /** Whether the index gives the order that was asked for, or none was. */
  readonly sorted: boolean;
  /** The other fields with a condition: each document that is read is tested for them. */
  readonly tested: readonly string[];
}

/** Direct access for the inspector and for tests. Nothing here passes the wire or its limits. */
export interface EmulatorDatabase {
  collections(): CollectionSummary[];
  /** By `_id`, ascending. Default limit 100. */
  list(
    collection: string,
    page?: { limit?: number; skip?: number },
  ): { total: number; documents: StoredDocument[] };
  get(collection: string, id: string | number): StoredDocument | undefined;
  /** Inserts or replaces; creates the collection. @throws when a unique index refuses it. */
  put(collection: string, document: StoredDocument): void;
  createCollection(collection: string): void;
  /** Adds an index on these fields, e.g. `{ fields: ['transactionId'], unique: true }`. */
  createIndex(collection: string, index: { name?: string; fields: string[]; unique?: boolean }): void;
  /** Which of the collection's indexes answers a query, in MongoDB's notation, and how much of it. */
  explain(
    collection: string,
    query: Record<string, unknown>,
    order?: Readonly<Record<string, 1 | -1>>,
  ): QueryPlan;
  remove(collection: string, id: string | number): boolean;
  /** Removes the documents of one collection, or everything; collections and indexes of a cleared collection stay. */
  clear(collection?: string): void;
}

export interface StoredFile {
  /** `cloud://<envId>.<bucket>/<cloudPath>` */
  fileID: string;
  cloudPath: string;
  contentType: string;
  sizeBytes: number;
  /** The user who uploaded it; undefined when a function did. */
  ownerOpenid?: string | undefined;
  uploadedAtMs: number;
}

export interface EmulatorFiles {
  list(): StoredFile[];
  read(fileID: string): { file: StoredFile; bytes: Uint8Array } | undefined;
  /** @returns the fileID. */
  put(cloudPath: string, bytes: Uint8Array, options?: { contentType?: string; ownerOpenid?: string }): string;
  remove(fileID: string): boolean;
  clear(): void;
}

export interface OpenApiCallRecord {
  atMs: number;
  /** e.g. `subscribeMessage.send` */
  api: string;
  parameters: Record<string, unknown>;
  answer: CloudCallAnswer;
}

/** The outcome of a cloud call: WeChat's answer, a refusal of its gateway, or nothing. */
export type CloudCallAnswer = { body: object } | { errorCode: number } | 'lost';

export interface CloudEmulator {
  readonly envId: string;
  /** Answers `/admin` and what belongs to files: `/_cloud/files…`. Others: 404. */
  fetch(request: Request): Promise<Response>;
  /** Whether {@link fetch} is responsible for this path. */
  handles(path: string): boolean;
  readonly database: EmulatorDatabase;
  readonly files: EmulatorFiles;
  /** What functions asked of WeChat's open interfaces (subscribe messages, shipping information), oldest first. */
  openApiCalls(): OpenApiCallRecord[];
  /** Registers a function host, which runs functions and knows whose token a request carries. */
  attachFunctions(functions: {
    callFunction: (name: string, data: unknown, caller: CloudCaller) => Promise<unknown>;
    resolveCaller: (token: string) => CloudCaller | undefined;
  }): void;
  /** Everything as a JSON value: collections, indexes, files. Open transactions are not part of it. */
  snapshot(): unknown;
  /** The same in texts that are together its JSON, as it is at this moment, however late they are taken. */
  exported(): Iterable<string>;
  /** @throws when `snapshot` is not one of ours. */
  restore(snapshot: unknown): void;
  /** Forgets documents and files; the collections stay, as after a deployment. */
  reset(): void;
  /** Writes the state file; does nothing without one. */
  save(): Promise<void>;
}

/** The parts of cloudbaserc.json that the host uses. */
export interface CloudbaseRc {
  envId?: string;
  functionRoot?: string;
  functionDefaultConfig?: FunctionConfig;
  functions: (FunctionConfig & { name: string })[];
}

export interface FunctionConfig {
  name?: string;
  /** Seconds, 1 to 900; the platform's default is 3. */
  timeout?: number;
  memorySize?: number;
  runtime?: string;
  /** `file.export`, default `index.main`. */
  handler?: string;
  /** HTTP access path; a request path matches it and everything below it. */
  path?: string;
  triggers?: { name: string; type: string; config: string }[];
  envVariables?: Record<string, string>;
  [other: string]: unknown;
}

/** One of the ways a function is invoked; the platform decides it, never the event. */
type InvocationSource = 'user' | 'timer' | 'http' | 'function' | 'server';

/**
 * Who calls.
 * - `{ source: 'user', openid }`: a mini-program, SOURCE `wx_client`
 * - `{ source: 'timer' }`: a timer trigger, TRIGGER_SRC `timer`
 * - `{ source: 'http' }`: HTTP access, no SOURCE
 * - `{ source: 'function', openid?, chain? }`: another function; `chain` is that function's own SOURCE, `scf` is appended
 * - `{ source: 'server' }`: an SDK outside of any function, or the console; no identity
 */
export interface InvocationIdentity {
  source: InvocationSource;
  openid?: string | undefined;
  chain?: string | undefined;
  /** Simulates another runtime's way of passing the variables; by default the context has both forms. */
  platform?: PlatformShape | undefined;
}

/**
 * How a runtime describes an invocation to a function. The real cloud's behaviour depends on its age, and is partly
 * unknown.
 */
export interface PlatformShape {
  /** `environment` is a JSON string, the older `environ` is `K=V;K=V`; `none` is a context without either. */
  context: 'environment' | 'environ' | 'both' | 'none';
  /** Added to the variables of the invocation; undefined takes one away. */
  variables?: Record<string, string | undefined>;
  /** What process.env still holds of an earlier invocation on this instance. */
  stale?: Record<string, string>;
}

export interface InvocationError {
  /** As SCF names it, e.g. `FUNCTION_TIME_LIMIT_EXCEEDED`, `FUNCTION_INVOCATION_FAILED`. */
  code: string;
  message: string;
  stack?: string | undefined;
}

export interface InvocationOutcome {
  invocationId: string;
  instanceId: string;
  result?: unknown;
  error?: InvocationError | undefined;
  cold: boolean;
  durationMs: number;
  /** Lines that this invocation wrote to stdout and stderr before its answer. */
  logs: string[];
}

/** What `bus` events of type `invocation` carry. */
export interface InvocationRecord extends InvocationOutcome {
  functionName: string;
  source: InvocationSource;
  openid?: string | undefined;
  /** The event as sent; replaced by `{ truncated: true, sizeBytes, start }` above 32 KB, and so is `result`. */
  event: unknown;
  /** What `wx.cloud.callFunction` rejected with, when a mini-program called and the platform failed the call. */
  clientError?: { errCode: number; errMsg: string } | undefined;
  startedAtMs: number;
  outTradeNo?: string | undefined;
}

/** What `bus` events of type `log` carry: a line of work that an invocation left behind when it answered. */
export interface LateLine {
  invocationId: string;
  line: string;
}

export interface FunctionHostOptions {
  clock: SandboxClock;
  bus: SandboxBus;
  emulator: CloudEmulator;
  /** Folder of the deployed bundles, one folder per function, e.g. `dist/functions`. */
  distFolder: string;
  /** Parsed cloudbaserc.json. */
  config: CloudbaseRc;
  /** The environment variables of a function; at most 4 KB, as in the cloud. */
  env: (functionName: string) => Record<string, string>;
  /** Where this server is reachable, without a trailing slash. */
  baseUrl(): string;
  /** The mini-program's appid, passed to functions as APPID. */
  appid?: string;
  /** Concurrent instances per function; default 10. */
  maxInstances?: number;
  /** Real ms without work after which an instance is stopped; default 60 000. */
  idleMs?: number;
  /**
   * Functions that run in a single process which waits for a debugger on this loopback port before its first call, is
   * neither frozen nor stopped, and has no time limit.
   */
  inspectPorts?: ReadonlyMap<string, number>;
}

interface InstanceState {
  instanceId: string;
  pid: number | undefined;
  state: 'starting' | 'busy' | 'frozen' | 'idle';
  invocations: number;
}

interface FunctionState {
  name: string;
  path?: string | undefined;
  timeoutMs: number;
  deployed: boolean;
  instances: InstanceState[];
  timers: { name: string; config: string; nextAtMs: number | undefined }[];
}

export interface FunctionHost {
  /** Answers `/_cloud/*` (but not `/_cloud/files`, which is the emulator's) and the HTTP access paths; 404 otherwise. */
  fetch(request: Request): Promise<Response>;
  /** Whether {@link fetch} is responsible for this path. */
  handles(path: string): boolean;
  invoke(name: string, event: unknown, identity: InvocationIdentity): Promise<InvocationOutcome>;
  /** Fires a timer of the function now; without `trigger`, each of its timers. */
  fireTimer(name: string, trigger?: string): Promise<InvocationOutcome[]>;
  functions(): FunctionState[];
  /** The newest invocations, newest first. */
  invocations(limit?: number): InvocationRecord[];
  /** Resolves when no invocation runs or waits: after a jump of the clock, when its timers have answered. */
  idle(): Promise<void>;
  /** Stops every instance, so that the next invocation is a cold start; or only those that are working on one. */
  stopInstances(which?: 'all' | 'busy'): Promise<void>;
  close(): Promise<void>;
}
