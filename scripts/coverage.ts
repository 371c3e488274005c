/** Writes docs/coverage.md; run it when an API of the sandbox was added: `npx tsx scripts/coverage.ts`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { coverageText } from '../sandbox/wechatpay/documented/coverage.ts';

writeFileSync(join(fileURLToPath(import.meta.url), '../../docs/coverage.md'), coverageText());
