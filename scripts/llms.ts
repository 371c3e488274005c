/** Writes llms.txt; run it when a document was added or renamed: `npx tsx scripts/llms.ts`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { llmsText } from './llms/llms.ts';

const root = join(fileURLToPath(import.meta.url), '../..');
writeFileSync(join(root, 'llms.txt'), llmsText(root));
