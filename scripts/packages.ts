/** Writes docs/packages.md; run it when a deployed package was added or changed: `npx tsx scripts/packages.ts`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deployedScripts } from '../tests/attack/deployed-scripts.ts';
import { packagesPage } from '../tests/attack/packages-page.ts';

writeFileSync(
  join(fileURLToPath(import.meta.url), '../../docs/packages.md'),
  packagesPage(await deployedScripts()),
);
