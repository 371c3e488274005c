/** Reads the cloud, makes one change of a plan, and says in words what a change is. */
import { join } from 'node:path';
import type { Documents } from '../../shared/core/ports.ts';
import { productsCollection } from '../../shared/shop/products.ts';
import { collectionAcl, collections, firstProduct, notifyFunction, storageAcl } from '../cloud/blueprint.ts';
import type { CloudAccess, Project } from '../cloud/command.ts';
import {
  createCollection,
  createIndex,
  readCollections,
  readFunctionRule,
  readStorageAcl,
  setCollectionAcl,
  setFunctionRule,
  setStorageAcl,
} from '../cloud/database.ts';
import { createTimers, type DeployedFunction, readFunction } from '../cloud/functions.ts';
import { createRoute, readDomains, readRoutes } from '../cloud/routes.ts';
import { editEnvFile } from '../env/dotenv.ts';
import { functionsFor } from '../env/functions.ts';
import { readIfThere, writePrivateFile } from '../env/write-private.ts';
import type { Change, CloudState, Wanted } from './plan.ts';

export function wantedOf({ accounts, config, values }: Project): Wanted {
  const functions = functionsFor(config, accounts);
  const used = config.functions.filter(({ name }) => functions.includes(name));
  const timers = used.flatMap(({ name, triggers = [] }) =>
    triggers.map((trigger) => ({ functionName: name, timer: { name: trigger.name, cron: trigger.config } })),
  );
  const notifyBasePath = used.find(({ name }) => name === notifyFunction)?.path ?? '/pay-notify';
  return { accounts, functions, timers, notifyBasePath, notifyUrl: values.WECHATPAY_NOTIFY_URL };
}

export async function readState({ manager, data }: CloudAccess, wanted: Wanted): Promise<CloudState> {
  const names = new Set([notifyFunction, ...wanted.timers.map(({ functionName }) => functionName)]);
  const deployed = new Map<string, DeployedFunction>();
  for (const name of names) {
    const found = await readFunction(manager, name);
    if (found) deployed.set(name, found);
  }
  const existing = await readCollections(
    manager,
    collections.map(({ name }) => name),
  );
  return {
    collections: existing,
    storageAcl: await readStorageAcl(manager),
    functionRule: await readFunctionRule(manager),
    routes: await readRoutes(manager),
    domains: await readDomains(manager),
    deployed,
    hasProducts: existing.has(productsCollection) && (await hasProducts(data)),
  };
}

async function hasProducts(data: Documents): Promise<boolean> {
  return (await data.find(productsCollection, { where: {}, limit: 1 })).length > 0;
}

/** @throws Problem when the cloud refuses */
export async function applyChange(
  { manager, data }: CloudAccess,
  root: string,
  change: Change,
): Promise<void> {
  switch (change.kind) {
    case 'collection':
      return void (await createCollection(manager, change.collection));
    case 'index':
      return void (await createIndex(manager, change.collection, change.fields));
    case 'acl':
      return void (await setCollectionAcl(manager, change.collection, collectionAcl));
    case 'storage':
      return void (await setStorageAcl(manager, storageAcl));
    case 'function-rule':
      return void (await setFunctionRule(manager, change.rule));
    case 'route':
      return createRoute(manager, change.path, change.functionName);
    case 'timer':
      return void (await createTimers(manager, change.functionName, [change.timer]));
    case 'notify-url':
      return writeNotifyUrl(root, change.url);
    case 'product':
      return void (await data.insertIfAbsent(productsCollection, { ...firstProduct }));
  }
}

function writeNotifyUrl(root: string, url: string): void {
  const file = join(root, '.env.local');
  writePrivateFile(file, editEnvFile(readIfThere(file) ?? '', { WECHATPAY_NOTIFY_URL: url }));
}
