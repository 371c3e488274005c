/** The reviewer's desk, ten thousand exchanges, and what axe finds in every corner of the inspector. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import { expect, test } from 'vitest';
import { validApplications } from '../../sandbox/wechatpay/onboarding/testing/forms.ts';
import { type DemoClient, requestToken } from '../../scripts/demo/client.ts';
import type { ApplyMerchantAnswers, UploadMediaAnswer } from '../../shared/contract/index.ts';
import { type InspectorPage, openInspector } from './inspector-page.ts';
import { describeInBrowser, keepScreenshot, root } from './stage.ts';

const applicant = 'oSandboxUser0000000000000002';
const buyer = 'oSandboxUser0000000000000001';
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Uploads a photo and submits a form that is right in every field. */
async function apply(client: DemoClient): Promise<{ number: string; form: Record<string, unknown> }> {
  const begun = await client.must<UploadMediaAnswer>(
    'uploadMedia',
    { action: 'begin', extension: 'png' },
    applicant,
  );
  if (begun.action !== 'begin') throw new Error('uploadMedia answered something else');
  const photo = readFileSync(`${root}/miniprogram/assets/products/tea.png`);
  const stored = await fetch(`${client.url}/_cloud/files?cloudPath=${encodeURIComponent(begun.cloudPath)}`, {
    method: 'POST',
    headers: { 'x-sandbox-openid': applicant },
    body: new Uint8Array(photo),
  });
  const { fileID } = (await stored.json()) as { fileID: string };
  const sent = await client.must<UploadMediaAnswer>('uploadMedia', { action: 'finish', fileID }, applicant);
  if (sent.action !== 'finish') throw new Error('uploadMedia answered something else');
  const sample = validApplications('ecommerce', { imageId: sent.mediaId }).find(
    ({ subjectType }) => subjectType === '4',
  );
  const { out_request_no: _, ...form } = structuredClone(sample!.form) as Record<string, unknown>;
  const submitted = await client.must<ApplyMerchantAnswers['submit']>(
    'applyMerchant',
    { action: 'submit', requestToken: requestToken(), form },
    applicant,
  );
  return { number: submitted.application.applicationId, form };
}

describeInBrowser('the inspector’s desk', { pages: ['inspector'] }, (stage) => {
  async function withInspector(
    options: Parameters<typeof openInspector>[2],
    run: (inspector: InspectorPage) => Promise<void>,
  ) {
    const { inspector, close } = await openInspector(stage().browser, stage().system.url, options);
    await run(inspector).finally(close);
  }

  test('shows an application decrypted and masked, rejects it by field, and approves its revision', async () => {
    const { number, form } = await apply(stage().client);
    await withInspector({ hash: 'applications' }, async (inspector) => {
      await inspector.rows(number).waitFor();
      const name = inspector.page.locator('.form-row', { hasText: 'id_card_name' }).first();
      expect(await name.locator('.form-value').textContent()).toMatch(/^.＊+.$|^＊＊$/);
      await inspector.page.getByText('Show personal data').click();
      await inspector.eventually(() => name.locator('.form-value').textContent()).not.toContain('＊');
      await inspector.button('Reject id_card_name').click();
      await inspector.page.getByLabel('Reason for id_card_name').fill('与身份证不一致');
      await inspector.button('Reject 1 fields').click();
      await inspector.detail.locator('.reasons').getByText('与身份证不一致').waitFor();
      expect(await inspector.button('Approve').isDisabled()).toBe(true);
      await keepScreenshot(inspector.page, 'inspector-applications');
      // The applicant learns of it by asking, a minute later.
      await stage().client.post('/_sandbox/clock', { advanceMs: 60_000 });
      await stage().client.must('applyMerchant', { action: 'query', applicationId: number }, applicant);
      await stage().client.must(
        'applyMerchant',
        { action: 'revise', applicationId: number, form },
        applicant,
      );
      await inspector.button('Approve').click();
      await inspector.button('Sign for the seller').click();
      await inspector.detail.getByText(/sub_mchid \d+/).waitFor();
      await inspector.rows('Finished').waitFor();
      const image = inspector.page.locator('.photos img').first();
      await inspector
        .eventually(() => image.evaluate((element) => Reflect.get(element, 'naturalWidth') > 0))
        .toBe(true);
    });
    await withInspector({ hash: 'exchanges' }, async (inspector) => {
      await inspector.choose('Apply for a sub-merchant');
      await inspector.button('Decrypted').click();
      await inspector.detail.getByText('"id_card_name"', { exact: true }).waitFor();
      expect(await inspector.detail.textContent()).toContain('＊');
    });
  });

  test('has no serious barriers in any tab, in light and dark, wide and narrow', async () => {
    const items = [{ productId: 'sticker', quantity: 1 }];
    const { paymentNo } = await stage().client.createOrder({ requestToken: requestToken(), items }, buyer);
    await stage().client.pay(paymentNo, buyer);
    const barriers: string[] = [];
    for (const [theme, width] of [
      ['light', 1280],
      ['dark', 390],
    ] as const) {
      await withInspector({ theme, width, hash: `timeline/${paymentNo}` }, async (inspector) => {
        await (await inspector.openStep('JSAPI order')).waitFor();
        for (const tab of [
          'Timeline',
          'Exchanges',
          'Callbacks',
          'Applications',
          'Faults',
          'Keys',
          'Database',
        ]) {
          await inspector.open(tab);
          if (tab !== 'Timeline' && width < 720)
            await inspector
              .rows()
              .first()
              .click({ timeout: 1_000 })
              .catch(() => undefined);
          await inspector.page.waitForTimeout(150);
          barriers.push(
            ...(await barriersOn(inspector)).map((barrier) => `${theme} ${width} ${tab}: ${barrier}`),
          );
        }
      });
    }
    expect(barriers).toEqual([]);
  });

  /** What axe finds serious or critical, outside of the phone's frame, which has tests of its own. */
  async function barriersOn({ page }: InspectorPage): Promise<string[]> {
    await page.evaluate(axeSource);
    const found = (await page.evaluate(
      `axe.run({ exclude: ['iframe'] }, { resultTypes: ['violations'], iframes: false })`,
    )) as AxeResults;
    return found.violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 160)}`);
  }

  test('never scrolls sideways in a narrow window', async () => {
    await withInspector({ width: 390 }, async (inspector) => {
      for (const tab of [
        'Timeline',
        'Exchanges',
        'Callbacks',
        'Applications',
        'Faults',
        'Keys',
        'Database',
      ]) {
        await inspector.open(tab);
        await inspector
          .rows()
          .first()
          .click({ timeout: 1_000 })
          .catch(() => undefined);
        const [wide, wanted] = await inspector.page.evaluate<[number, number]>(
          `[Math.max(...[...document.querySelectorAll('.split-detail, .page, body')].map((box) => box.scrollWidth - box.clientWidth)), 0]`,
        );
        expect(wide, tab).toBeLessThanOrEqual(wanted + 1);
      }
    });
  });

  test('draws ten thousand exchanges as it draws ten, and reaches the first and the last', async () => {
    const { bus } = stage().system;
    for (let number = 1; number <= 10_000; number++) bus.publish('exchange', exchangeOf(number));
    await withInspector({ hash: 'exchanges' }, async (inspector) => {
      const count = inspector.page.locator('.filter .count');
      await inspector
        .eventually(async () => Number(await count.textContent()), 40_000)
        .toBeGreaterThanOrEqual(10_000);
      const shown = Number(await count.textContent());
      await inspector.rows('/v3/flood/10000').waitFor();
      const elements = await inspector.elementCount();
      expect(elements).toBeLessThan(1_000);
      await inspector.page
        .locator('.virtual-list')
        .focus()
        .catch(() => undefined);
      await inspector.rows('/v3/flood/10000').click();
      await inspector.page.keyboard.press('End');
      await inspector
        .eventually(() => inspector.page.locator('.list-row[aria-current="true"]').count())
        .toBe(1);
      await inspector.page
        .locator('.virtual-list')
        .evaluate((list) => list.scrollTo(0, list.scrollHeight / 2));
      await inspector.rows('/v3/flood/50').first().waitFor();
      const seen = await firstSeen(inspector);
      for (let number = 10_001; number <= 10_020; number++) bus.publish('exchange', exchangeOf(number));
      await inspector.eventually(async () => Number(await count.textContent())).toBe(shown + 20);
      expect(await firstSeen(inspector), 'the rows stay where they are').toEqual(seen);
      expect(await inspector.elementCount()).toBeLessThan(elements + 200);
      expect(await inspector.rows().count()).toBeLessThan(60);
      await inspector.page.getByLabel('Search exchanges').fill('/v3/flood/777');
      await inspector.eventually(() => count.textContent()).toBe('11');
    });
  });
});

/** The row at the top of the list's window, and how far it is below its edge. */
function firstSeen({ page }: InspectorPage): Promise<{ text: string; topPx: number }> {
  return page.locator('.virtual-list').evaluate((list) => {
    const edge = list.getBoundingClientRect().top;
    const rows = [...list.querySelectorAll('.list-row')];
    const row = rows.find((each) => each.getBoundingClientRect().bottom > edge)!;
    return {
      text: row.querySelector('.list-title')?.textContent ?? '',
      topPx: Math.round(row.getBoundingClientRect().top - edge),
    };
  });
}

function exchangeOf(number: number) {
  const target = `/v3/flood/${number}`;
  return {
    id: 1_000_000 + number,
    atMs: 1_700_000_000_000 + number,
    durationMs: 3,
    api: target,
    request: { method: 'GET', target, headers: {}, body: '' },
    answer: { status: 200, headers: {}, body: '{}' },
    verdict: 'passed',
  };
}
