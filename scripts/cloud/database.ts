/** Collections, indexes, permissions and rules of the environment. */
import { inTurns } from './in-turns.ts';
import type { Manager } from './manager.ts';

export interface CollectionState {
  readonly name: string;
  /** READONLY, PRIVATE, ADMINWRITE, ADMINONLY or CUSTOM. */
  readonly acl: string;
  /** The fields of each index, whatever their direction: a range can be read from either end. */
  readonly indexes: readonly (readonly string[])[];
}

const pageSize = 100;

/** @param wanted names to examine; others are not ours */
export async function readCollections(
  manager: Manager,
  wanted: readonly string[],
): Promise<Map<string, CollectionState>> {
  const existing = new Set(await listCollections(manager));
  const names = wanted.filter((name) => existing.has(name));
  const states = await inTurns(names, (name) => readCollection(manager, name));
  return new Map(states.map((state) => [state.name, state]));
}

async function listCollections(manager: Manager): Promise<string[]> {
  const names: string[] = [];
  for (;;) {
    const page = await manager.ask(({ database }) =>
      database.listCollections({ MgoLimit: pageSize, MgoOffset: names.length }),
    );
    names.push(...page.Collections.map(({ CollectionName }) => CollectionName));
    if (page.Collections.length < pageSize) return names;
  }
}

async function readCollection(manager: Manager, name: string): Promise<CollectionState> {
  const [{ Indexes }, { AclTag }] = await Promise.all([
    manager.ask(({ database }) => database.describeCollection(name)),
    manager.call<{ AclTag: string }>('DescribeDatabaseACL', { CollectionName: name }),
  ]);
  const indexes = (Indexes ?? []).map(({ Keys }) => Keys.map((key) => key.Name ?? ''));
  return { name, acl: AclTag, indexes };
}

export function createCollection(manager: Manager, name: string): Promise<unknown> {
  return manager.ask(({ database }) => database.createCollection(name));
}

export function createIndex(
  manager: Manager,
  collection: string,
  fields: readonly string[],
): Promise<unknown> {
  const MgoIndexKeys = fields.map((Name) => ({ Name, Direction: '1' }));
  return manager.ask(({ database }) =>
    database.updateCollection(collection, {
      CreateIndexes: [{ IndexName: fields.join('_'), MgoKeySchema: { MgoIsUnique: false, MgoIndexKeys } }],
    }),
  );
}

/** cloud.tencent.com/document/api/876/34819 */
export function setCollectionAcl(manager: Manager, collection: string, acl: string): Promise<unknown> {
  return manager.call('ModifyDatabaseACL', { CollectionName: collection, AclTag: acl });
}

export function readStorageAcl(manager: Manager): Promise<string> {
  return manager.ask(async ({ storage }) => {
    const answer: unknown = await storage.getStorageAcl();
    return typeof answer === 'string' ? answer : String(Reflect.get(Object(answer), 'acl'));
  });
}

export function setStorageAcl(manager: Manager, acl: 'PRIVATE'): Promise<unknown> {
  return manager.ask(({ storage }) => storage.setStorageAcl(acl));
}

/** One rule for all functions of the environment: name or `*` → who may invoke it. */
export type FunctionRule = Readonly<Record<string, { readonly invoke: unknown }>>;

/** What CloudBase does while there is no rule: docs.cloudbase.net/cloud-function/security-rules */
const defaultFunctionRule: FunctionRule = { '*': { invoke: 'auth != null' } };

/** cloud.tencent.com/document/api/876/132256 */
export async function readFunctionRule(manager: Manager): Promise<FunctionRule> {
  type Answer = { Data?: { PermissionList?: { SecurityRule?: string }[] } };
  const { Data } = await manager.call<Answer>('DescribeResourcePermission', { ResourceType: 'function' });
  const text = Data?.PermissionList?.find(({ SecurityRule }) => SecurityRule)?.SecurityRule;
  return text ? (JSON.parse(text) as FunctionRule) : defaultFunctionRule;
}

/** cloud.tencent.com/document/api/876/132255; takes effect within 1 to 3 minutes. */
export function setFunctionRule(manager: Manager, rule: FunctionRule): Promise<unknown> {
  return manager.call('ModifyResourcePermission', {
    ResourceType: 'function',
    Permission: 'CUSTOM',
    SecurityRule: JSON.stringify(rule),
  });
}
