import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { databaseAccess } from './database/access.ts';
import { DocumentStore } from './database/store.ts';
import { documentEvent } from './database/summary.ts';
import { answerFiles, filesPath } from './files/routes.ts';
import { FileStore } from './files/store.ts';
import { refuseCrossSite } from './loopback.ts';
import { restoreSnapshot, takeSnapshot } from './snapshot.ts';
import type { CloudCaller, CloudEmulator, CloudEmulatorOptions } from './types.ts';
import { answerAdmin } from './wire/admin.ts';
import { OpenApi } from './wire/openapi.ts';

const autosaveAfterMs = 300;

/** Starts an emulator with an empty database, or with what the state file holds. */
export function createCloudEmulator(options: CloudEmulatorOptions): CloudEmulator {
  const envId = options.envId ?? 'sandbox';
  const now = (): number => options.clock.now();
  let saveTimer: NodeJS.Timeout | undefined;
  const touch = (): void => {
    if (options.stateFile === undefined) return;
    saveTimer ??= setTimeout(() => save(), autosaveAfterMs).unref();
  };
  const store = new DocumentStore({
    envId,
    now,
    onChange: (change) => {
      const { data, outTradeNo } = documentEvent(change);
      options.bus.publish('document', data, outTradeNo);
      touch();
    },
  });
  const files = new FileStore({
    envId,
    now,
    onChange: (change) => {
      options.bus.publish('file', { op: change.op, ...change.file });
      touch();
    },
  });
  const openApi = new OpenApi(now);
  let callFunction = options.callFunction;
  let resolveCaller: (token: string) => CloudCaller | undefined = () => undefined;

  function save(): void {
    clearTimeout(saveTimer);
    saveTimer = undefined;
    if (options.stateFile === undefined) return;
    // Written beside and renamed, so that a crash leaves the old state or the new one.
    const temporary = `${options.stateFile}.${randomUUID()}.tmp`;
    writeFileSync(temporary, JSON.stringify(takeSnapshot(store, files)));
    renameSync(temporary, options.stateFile);
  }

  if (options.stateFile !== undefined && existsSync(options.stateFile)) {
    restoreSnapshot(JSON.parse(readFileSync(options.stateFile, 'utf8')), store, files);
  }

  return {
    envId,
    handles: (path) => path === '/admin' || path === filesPath || path.startsWith(`${filesPath}/`),
    async fetch(request) {
      const refusal = refuseCrossSite(request);
      if (refusal) return refusal;
      const path = new URL(request.url).pathname;
      if (path === '/admin') {
        return answerAdmin(request, {
          envId,
          store,
          files,
          openApi,
          now,
          baseUrl: options.baseUrl(),
          callFunction,
          resolveCaller: (token) => resolveCaller(token),
        });
      }
      if (path === filesPath || path.startsWith(`${filesPath}/`)) {
        return answerFiles(files, options.baseUrl(), request);
      }
      return Response.json({ code: 'NOT_FOUND', message: `no such path: ${path}` }, { status: 404 });
    },
    database: databaseAccess(store),
    files,
    openApiCalls: () => [...openApi.calls],
    attachFunctions(functions) {
      callFunction = functions.callFunction;
      resolveCaller = functions.resolveCaller;
    },
    snapshot: () => takeSnapshot(store, files),
    restore(snapshot) {
      restoreSnapshot(snapshot, store, files);
      touch();
    },
    reset() {
      store.clear();
      files.clear();
      openApi.calls.length = 0;
      touch();
    },
    save,
  };
}
