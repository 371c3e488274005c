/**
 * Functions as the cloud has them: what GetFunction, GetFunctionAddress and HTTP access answer, with nothing cached.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fingerprintOf } from './fingerprint.ts';
import type { Manager } from './manager.ts';

export interface Timer {
  readonly name: string;
  readonly cron: string;
}

export interface DeployedFunction {
  readonly name: string;
  /** `Active` when it can be called; cloud.tencent.com/document/product/583/115197 (函数状态). */
  readonly status: string;
  readonly statusReason: string;
  readonly runtime: string;
  readonly handler: string;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  readonly variables: Readonly<Record<string, string>>;
  readonly timers: readonly Timer[];
  /** As the API gives it, e.g. `2026-11-27 18:00:00`, China time. */
  readonly modifiedAt: string;
}

/** @returns undefined when it is not deployed */
export async function readFunction(manager: Manager, name: string): Promise<DeployedFunction | undefined> {
  const detail = await manager.askOrMissing(({ functions }) => functions.getFunctionDetail(name));
  if (!detail) return undefined;
  const variables = (detail.Environment?.Variables ?? []).map(({ Key, Value }) => [Key, Value] as const);
  const reasons = (detail.StatusReasons ?? []).map(
    ({ ErrorCode, ErrorMessage }) => `${ErrorCode} ${ErrorMessage}`,
  );
  return {
    name,
    status: detail.Status,
    statusReason: [detail.StatusDesc, ...reasons].filter(Boolean).join('; '),
    runtime: detail.Runtime,
    handler: detail.Handler,
    timeoutSeconds: detail.Timeout,
    memoryMb: detail.MemorySize,
    variables: Object.fromEntries(variables),
    timers: (detail.Triggers ?? [])
      .filter(({ Type }) => Type === 'timer')
      .map(({ TriggerName, TriggerDesc }) => ({ name: TriggerName, cron: cronOf(TriggerDesc) })),
    modifiedAt: detail.ModTime ?? '',
  };
}

/** TriggerDesc of a timer is the expression itself or `{"cron":"…"}`. */
function cronOf(description: string): string {
  try {
    const parsed: unknown = JSON.parse(description);
    return typeof parsed === 'object' && parsed !== null && 'cron' in parsed
      ? String(parsed.cron)
      : description;
  } catch {
    return description;
  }
}

/** Downloads what the cloud runs and looks at its content. */
export async function readFingerprint(manager: Manager, name: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'read-back-'));
  try {
    await manager.ask(({ functions }) =>
      functions.downloadFunctionCode({
        destPath: folder,
        envId: manager.envId,
        functionName: name,
        codeSecret: '',
      }),
    );
    return fingerprintOf(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export function createTimers(manager: Manager, name: string, timers: readonly Timer[]): Promise<unknown> {
  const triggers = timers.map((timer) => ({ name: timer.name, type: 'timer', config: timer.cron }));
  return manager.ask(({ functions }) => functions.createFunctionTriggers(name, triggers));
}

export function deleteTimer(manager: Manager, name: string, timer: string): Promise<unknown> {
  return manager.ask(({ functions }) => functions.deleteFunctionTrigger(name, timer));
}
