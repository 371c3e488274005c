/** `npm run sandbox`: the WeChat Pay simulator alone, with its inspector, for programs in any language. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildInspector } from '../sandbox/inspector/build.ts';
import { processContext, runCommand } from '../sandbox/package/cli/index.ts';

const pages = join(fileURLToPath(import.meta.url), '../../dist/sandbox-inspector');
await buildInspector(pages, { standalone: true });
const context = processContext({ pages, version: 'checkout', program: 'npm run sandbox --' });
process.exitCode = await runCommand(process.argv.slice(2), context);
// A client may still hold a connection that the servers closed.
process.exit();
