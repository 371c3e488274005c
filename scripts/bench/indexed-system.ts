import { type System, startSystem } from '../../sandbox/system/system.ts';
import { collections } from '../cloud/blueprint.ts';

/** A running system whose database has the indexes of the provision list, as the one in the cloud. */
export async function startIndexedSystem(root: string): Promise<System> {
  const system = await startSystem({ root, port: 0 });
  for (const { name, indexes } of collections) {
    for (const fields of indexes) system.emulator.database.createIndex(name, { fields: [...fields] });
  }
  return system;
}
