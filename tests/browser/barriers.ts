/** What axe finds on a page that is at rest. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** The violations, each with the first element that has it. */
export async function barriersOn(page: Page, { exclude }: { exclude?: string } = {}): Promise<string[]> {
  await page.evaluate(axeSource);
  const run = JSON.stringify([
    { include: 'html', ...(exclude && { exclude }) },
    { resultTypes: ['violations'], iframes: false },
  ]);
  const found = (await page.evaluate(`axe.run(...${run})`)) as AxeResults;
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 160)}`);
}
