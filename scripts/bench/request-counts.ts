/** Counts what the functions ask of the database and of WeChat Pay, and how the database answers it. */
import { parseEjson } from '../../sandbox/cloudbase/database/values.ts';
import type { System } from '../../sandbox/system/system.ts';

export interface RequestCounts {
  /** By what they do: `getDocument orders`. */
  readonly database: Readonly<Record<string, number>>;
  readonly wechatPay: number;
  /** Queries that no index answers; each of them reads a whole collection. */
  readonly scans: readonly string[];
}

interface Asked {
  readonly action?: string;
  readonly collectionName?: string;
  readonly query?: string;
}

/** @returns what was counted so far */
export function countRequests({ emulator, bus }: System): () => RequestCounts {
  const database = new Map<string, number>();
  const scans = new Set<string>();
  let wechatPay = 0;
  const answer = emulator.fetch.bind(emulator);
  emulator.fetch = async (request) => {
    const { action = '', collectionName = '', query } = await askedBy(request.clone());
    if (action.startsWith('database.')) {
      const name = `${action.slice('database.'.length)} ${collectionName}`;
      database.set(name, (database.get(name) ?? 0) + 1);
      const conditions = query === undefined ? {} : parseEjson(query, 'query', 0);
      const { index } = emulator.database.explain(collectionName, conditions);
      const isById = typeof conditions._id === 'string';
      if (action !== 'database.insertDocument' && !index && !isById) scans.add(`${name} ${query}`);
    }
    return answer(request);
  };
  const unsubscribe = bus.subscribe(({ type }) => {
    if (type === 'exchange') wechatPay++;
  });
  return () => {
    unsubscribe();
    emulator.fetch = answer;
    return { database: Object.fromEntries(database), wechatPay, scans: [...scans] };
  };
}

/** Files come as forms, which have no query. */
async function askedBy(request: Request): Promise<Asked> {
  const isJson = request.headers.get('content-type')?.includes('json') ?? false;
  return isJson ? ((await request.json()) as Asked) : {};
}
