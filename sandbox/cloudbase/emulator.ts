import { StateFile } from '../state-file.ts';
import { databaseAccess } from './database/access.ts';
import { DocumentStore } from './database/store.ts';
import { documentEvent } from './database/summary.ts';
import { answerFiles, filesPath } from './files/routes.ts';
import { FileStore } from './files/store.ts';
import { refuseCrossSite } from './loopback.ts';
import { restoreSnapshot, snapshotTexts, takeSnapshot } from './snapshot.ts';
import type {
  CloudCaller,
  CloudEmulator,
  CloudEmulatorOptions,
  EmulatorDatabase,
  EmulatorFiles,
  OpenApiCallRecord,
} from './types.ts';
import { applyChanges, UnsavedChanges } from './unsaved-changes.ts';
import { answerAdmin } from './wire/admin.ts';
import { OpenApi } from './wire/openapi.ts';

/** Starts an emulator with an empty database, or with what the state file holds. */
export function createCloudEmulator(options: CloudEmulatorOptions): CloudEmulator {
  return new Emulator(options);
}

class Emulator implements CloudEmulator {
  readonly envId: string;
  readonly database: EmulatorDatabase;
  readonly #options: CloudEmulatorOptions;
  readonly #store: DocumentStore;
  readonly #files: FileStore;
  readonly #openApi: OpenApi;
  #stateFile: StateFile | undefined;
  /** Of the state file; without one nothing is collected. */
  #unsaved: UnsavedChanges | undefined;
  readonly #now: () => number;
  #callFunction: CloudEmulatorOptions['callFunction'];
  #resolveCaller: (token: string) => CloudCaller | undefined = () => undefined;

  constructor(options: CloudEmulatorOptions) {
    this.#options = options;
    this.envId = options.envId ?? 'sandbox';
    this.#now = () => options.clock.now();
    this.#callFunction = options.callFunction;
    this.#store = new DocumentStore({
      envId: this.envId,
      now: this.#now,
      onChange: (change) => {
        const { data, outTradeNo } = documentEvent(change);
        this.#unsaved?.addDocument(change.collection, change.id);
        this.#changed('document', data, outTradeNo);
      },
    });
    this.#files = new FileStore({
      envId: this.envId,
      now: this.#now,
      onChange: (change) => {
        this.#unsaved?.addFile(change.file.fileID);
        this.#changed('file', { op: change.op, ...change.file });
      },
    });
    this.#openApi = new OpenApi(this.#now, options.cloudCall);
    this.database = databaseAccess(this.#store, () => this.#stateFile?.replaced());
    const { stateFile } = options;
    const saved = stateFile === undefined ? undefined : StateFile.read(stateFile);
    if (saved) restoreSnapshot(saved.snapshot, this.#store, this.#files);
    for (const changes of saved?.changes ?? []) applyChanges(changes, this.#store, this.#files);
    if (stateFile !== undefined) this.#stateFile = this.#openStateFile(stateFile);
  }

  get files(): EmulatorFiles {
    return this.#files;
  }

  handles(path: string): boolean {
    return path === '/admin' || path === filesPath || path.startsWith(`${filesPath}/`);
  }

  /** With a state file, an answer is given once what it says is in the file: a kill takes nothing back. */
  async fetch(request: Request): Promise<Response> {
    const response = await this.#answer(request);
    await this.#stateFile?.settled();
    return response;
  }

  async #answer(request: Request): Promise<Response> {
    const refusal = refuseCrossSite(request);
    if (refusal) return refusal;
    const path = new URL(request.url).pathname;
    if (!this.handles(path)) {
      return Response.json({ code: 'NOT_FOUND', message: `no such path: ${path}` }, { status: 404 });
    }
    if (path !== '/admin') return answerFiles(this.#files, this.#options.baseUrl(), request);
    return answerAdmin(request, {
      envId: this.envId,
      store: this.#store,
      files: this.#files,
      openApi: this.#openApi,
      now: this.#now,
      baseUrl: this.#options.baseUrl(),
      callFunction: this.#callFunction,
      resolveCaller: this.#resolveCaller,
    });
  }

  openApiCalls(): OpenApiCallRecord[] {
    return [...this.#openApi.calls];
  }

  attachFunctions(functions: Parameters<CloudEmulator['attachFunctions']>[0]): void {
    this.#callFunction = functions.callFunction;
    this.#resolveCaller = functions.resolveCaller;
  }

  snapshot(): unknown {
    return takeSnapshot(this.#store, this.#files);
  }

  exported(): Iterable<string> {
    return snapshotTexts(this.#store, this.#files);
  }

  restore(snapshot: unknown): void {
    restoreSnapshot(snapshot, this.#store, this.#files);
    this.#stateFile?.replaced();
  }

  reset(): void {
    this.#store.clear();
    this.#files.clear();
    this.#openApi.calls.length = 0;
    this.#stateFile?.replaced();
  }

  async save(): Promise<void> {
    await this.#stateFile?.write();
  }

  #openStateFile(path: string): StateFile {
    const unsaved = new UnsavedChanges(this.#store, this.#files);
    this.#unsaved = unsaved;
    const snapshot = () => {
      unsaved.forget();
      return this.snapshot();
    };
    return new StateFile(path, { snapshot, changes: () => unsaved.take() });
  }

  #changed(type: 'document' | 'file', data: unknown, outTradeNo?: string): void {
    this.#options.bus.publish(type, data, outTradeNo);
    this.#stateFile?.changed();
  }
}
