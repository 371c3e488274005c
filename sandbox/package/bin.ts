/** The program of the package: its files lie beside the bundle. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { processContext, runCommand } from './cli/index.ts';
import { packagedPages } from './pages.ts';

const manifest = join(dirname(fileURLToPath(import.meta.url)), '../package.json');
const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
const context = processContext({ pages: packagedPages(), version, program: 'npx wechatpay-sandbox' });
runCommand(process.argv.slice(2), context).then((code) => process.exit(code));
