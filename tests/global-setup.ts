/** Before the tests of whole systems: builds the functions, and makes a folder for the pages that a file needs. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { buildFunctions } from '../scripts/build/functions.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where the first browser test that needs them builds the phone and the inspector, for all the others. */
    pagesFolder: string;
  }
}

export default async function setup(project: TestProject): Promise<() => void> {
  await buildFunctions({ root });
  const pagesFolder = mkdtempSync(join(tmpdir(), 'wechatpay-cloudbase-pages-'));
  const remove = () => rmSync(pagesFolder, { recursive: true, force: true });
  project.provide('pagesFolder', pagesFolder);
  project.onTestsRerun(async () => {
    remove();
    await buildFunctions({ root });
  });
  return remove;
}
