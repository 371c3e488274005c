/** What the build hands to the runtime. */
import type { AppJson } from '../build/project.ts';

export type { AppJson };

export interface UnitConfig {
  readonly navigationBarTitleText?: string;
  readonly navigationBarBackgroundColor?: string;
  readonly navigationBarTextStyle?: 'black' | 'white';
  readonly backgroundColor?: string;
  readonly enablePullDownRefresh?: boolean;
  readonly usingComponents?: Record<string, string>;
}

export interface Bundle {
  readonly app: AppJson;
  readonly units: readonly {
    readonly path: string;
    readonly isPage: boolean;
    readonly scopeName: string;
    readonly config: UnitConfig;
  }[];
  readonly css: Readonly<Record<string, string>>;
  readonly templates: Readonly<Record<string, (name: string) => never>>;
  readonly modules: Readonly<Record<string, () => unknown>>;
}

/** A page or App instance: whatever methods its author wrote. */
export type Instance = Record<string, unknown>;

/** Calls a life-cycle method if the author wrote it; a failure goes to the console as WeChat's does. */
export function callHook(instance: Instance | undefined, name: string, ...args: unknown[]): unknown {
  const hook = instance?.[name];
  if (typeof hook !== 'function') return undefined;
  try {
    const result: unknown = hook.apply(instance, args);
    if (result instanceof Promise) result.catch((error: unknown) => console.error(`${name}:`, error));
    return result;
  } catch (error) {
    console.error(`${name}:`, error);
    return undefined;
  }
}
