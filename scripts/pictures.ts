/**
 * `npm run pictures`: takes the READMEs' pictures from the running system, in the language of each, so that they show
 * what is there.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { buildInspector } from '../sandbox/inspector/build.ts';
import { buildPhone } from '../sandbox/phone/build.ts';
import { staticPages } from '../sandbox/system/pages.ts';
import { startSystem } from '../sandbox/system/system.ts';
import { launchBrowser } from '../tests/browser/browser.ts';
import { buildFunctions } from './build/functions.ts';
import { type Language, takePictures } from './pictures/take-pictures.ts';

const root = join(fileURLToPath(import.meta.url), '../..');
const languages: readonly Language[] = ['zh', 'en'];
const { values } = parseArgs({ options: { out: { type: 'string', default: join(root, 'docs/images') } } });

const folder = mkdtempSync(join(tmpdir(), 'pictures-'));
const pages = { '/inspector/': join(folder, 'inspector'), '/phone/': join(folder, 'phone') };
await Promise.all([
  buildFunctions({ root }),
  buildInspector(pages['/inspector/']),
  buildPhone(pages['/phone/']),
]);
const browser = await launchBrowser();
try {
  for (const language of languages) {
    const out = join(values.out, language);
    mkdirSync(out, { recursive: true });
    const system = await startSystem({ root, port: 0, pages: staticPages(pages), seed: 'pictures' });
    try {
      for (const name of await takePictures({ system, browser, language, out })) console.log(name);
    } finally {
      await system.close();
    }
  }
} finally {
  await browser.close();
  rmSync(folder, { recursive: true });
}
