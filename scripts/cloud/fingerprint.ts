/** What a function's folder holds, as one short text: the same content gives the same fingerprint on every machine. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/**
 * 16 hex digits over names and contents. Compiled code (`*.cache`) is left out: it differs from build to build, is
 * derived from the rest and is not used where it does not fit. So are files whose name starts with a dot.
 */
export function fingerprintOf(folder: string): string {
  const hash = createHash('sha256');
  for (const file of filesIn(folder)) {
    const content = readFileSync(join(folder, file));
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex').slice(0, 16);
}

/** Paths from the folder with `/`, sorted. */
function filesIn(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((file) => !file.endsWith('.cache') && !file.split('/').some((part) => part.startsWith('.')))
    .sort();
}
