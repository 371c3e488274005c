import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The inspector's files: beside the bundle in the package; a checkout builds its own. */
export function packagedPages(): string | undefined {
  const folder = join(dirname(fileURLToPath(import.meta.url)), 'pages');
  return existsSync(folder) ? folder : undefined;
}
