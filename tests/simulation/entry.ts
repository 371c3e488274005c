/**
 * Stands in for shared/app/entry.ts under the functions' index.ts, in the simulation's bundle: each function becomes one
 * that is started for an app of its own, by the option that the real entry has for it.
 */
import type { App } from '../../shared/app/container.ts';
import * as real from '../../shared/app/entry.ts';

export type StartFunction = (app: App) => real.Main;

const startable =
  <H>(make: (name: string, handler: H, options: real.EntryOptions) => real.Main) =>
  (name: string, handler: H): StartFunction =>
  (app) =>
    make(name, handler, { app: () => app });

export const userFunction = startable(real.userFunction);
export const operatorFunction = startable(real.operatorFunction);
export const serverFunction = startable(real.serverFunction);
export const httpFunction = startable(real.httpFunction);
export const messageFunction = startable(real.messageFunction);
export const cloudFunction = startable(real.cloudFunction);
