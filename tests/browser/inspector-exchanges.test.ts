/** The list of exchanges when there are very many of them. */
import { expect, test } from 'vitest';
import { describeInBrowser } from './fixture.ts';
import { type InspectorPage, withInspector } from './inspector-page.ts';

const drawnRows = 60;

describeInBrowser('the inspector', { pages: ['inspector'] }, (fixture) => {
  const publish = (from: number, to: number) => {
    const { bus } = fixture().system;
    for (let number = from; number <= to; number++) bus.publish('exchange', exchangeOf(number));
  };

  test('draws only the rows in view of ten thousand exchanges, and reaches the first and the last', async () => {
    publish(1, 10_000);
    await withInspector(fixture(), { hash: 'exchanges' }, async (inspector) => {
      await search(inspector, target(''));
      await inspector.eventually(() => shownCount(inspector)).toBe(10_000);
      expect(await inspector.rows().count()).toBeLessThan(drawnRows);
      await inspector.rows('/v3/flood/10000').click();
      await inspector.page.keyboard.press('End');
      await inspector.eventually(() => focusedTitle(inspector)).toBe('/v3/flood/1');
      await inspector.page.keyboard.press('Home');
      await inspector.eventually(() => focusedTitle(inspector)).toBe('/v3/flood/10000');
      await search(inspector, target(777));
      await inspector.eventually(() => shownCount(inspector)).toBe(11);
    });
  });

  test('keeps the rows in view where they are while new ones arrive above them', async () => {
    publish(1, 1_000);
    await withInspector(fixture(), { hash: 'exchanges' }, async (inspector) => {
      await search(inspector, target(''));
      await inspector.eventually(() => shownCount(inspector)).toBe(1_000);
      await inspector.page
        .locator('.virtual-list')
        .evaluate((list) => list.scrollTo(0, list.scrollHeight / 2));
      await inspector.rows('/v3/flood/500').waitFor();
      const seen = await topRow(inspector);
      publish(1_001, 1_020);
      await inspector.eventually(() => shownCount(inspector)).toBe(1_020);
      await inspector.eventually(() => topRow(inspector)).toEqual(seen);
      expect(await inspector.rows().count()).toBeLessThan(drawnRows);
    });
  });
});

/** Exchanges of the timer are not counted, whenever it runs. */
function search({ page }: InspectorPage, text: string): Promise<void> {
  return page.getByLabel('Search exchanges').fill(text);
}

async function shownCount({ page }: InspectorPage): Promise<number> {
  return Number(await page.locator('.filter .count').textContent());
}

/** The title of the row that has the focus and is the chosen one. */
function focusedTitle({ page }: InspectorPage): Promise<string | null> {
  return page.locator('.list-row[aria-current="true"]:focus .list-title').textContent();
}

/** The row at the top of the list's window, and how far it is below its edge. */
function topRow({ page }: InspectorPage): Promise<{ text: string; topPx: number } | undefined> {
  return page.locator('.virtual-list').evaluate((list) => {
    const edge = list.getBoundingClientRect().top;
    const rows = [...list.querySelectorAll('.list-row')];
    const row = rows.find((each) => each.getBoundingClientRect().bottom > edge);
    return (
      row && {
        text: row.querySelector('.list-title')?.textContent ?? '',
        topPx: Math.round(row.getBoundingClientRect().top - edge),
      }
    );
  });
}

function target(number: number | ''): string {
  return `/v3/flood/${number}`;
}

function exchangeOf(number: number) {
  return {
    id: 1_000_000 + number,
    atMs: 1_700_000_000_000 + number,
    durationMs: 3,
    api: target(number),
    request: { method: 'GET', target: target(number), headers: {}, body: '' },
    answer: { status: 200, headers: {}, body: '{}' },
    verdict: 'passed',
  };
}
