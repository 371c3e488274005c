/** The reviewer's part of onboarding, which has no API at WeChat Pay, in the inspector. */
import { expect, test } from 'vitest';
import { users } from '../../sandbox/system/shop.ts';
import { apply } from './application.ts';
import { describeInBrowser, keepScreenshot } from './fixture.ts';
import { withInspector } from './inspector-page.ts';

const applicant = users[1]!.openid;

describeInBrowser('the inspector', { pages: ['inspector'] }, (fixture) => {
  test('shows an application decrypted and masked, rejects it by field, and approves its revision', async () => {
    const { client } = fixture();
    const { applicationId, form } = await apply(client, applicant);
    await withInspector(fixture(), { hash: 'applications' }, async (inspector) => {
      await inspector.rows(applicationId).waitFor();
      const name = inspector.page.locator('.form-row', { hasText: 'id_card_name' }).first();
      expect(await name.locator('.form-value').textContent()).toMatch(/^.＊+.$|^＊＊$/);
      await inspector.page.getByText('Show personal data').click();
      await inspector.eventually(() => name.locator('.form-value').textContent()).not.toContain('＊');
      // A rejection needs a field and a reason.
      expect(await inspector.button('Reject').first().isDisabled()).toBe(true);
      await inspector.button('Reject id_card_name').click();
      expect(await inspector.button('Reject 1 field').isDisabled()).toBe(true);
      await inspector.page.getByLabel('Reason for id_card_name').fill('与身份证不一致');
      await inspector.button('Reject 1 field').click();
      await inspector.detail.locator('.reasons').getByText('与身份证不一致').waitFor();
      expect(await inspector.button('Approve').isDisabled()).toBe(true);
      await keepScreenshot(inspector.page, 'inspector-applications');
      // The applicant sees it with the next query, a minute later.
      await client.post('/_sandbox/clock', { advanceMs: 60_000 });
      await client.must('applyMerchant', { action: 'query', applicationId }, applicant);
      await client.must('applyMerchant', { action: 'revise', applicationId, form }, applicant);
      await inspector.button('Approve').click();
      await inspector.button('Sign for the seller').click();
      await inspector.detail.getByText(/sub_mchid \d+/).waitFor();
      await inspector.rows('Active').waitFor();
      const image = inspector.page.locator('.photos img').first();
      await inspector
        .eventually(() => image.evaluate((element) => Reflect.get(element, 'naturalWidth') > 0))
        .toBe(true);
    });
  });

  test('decrypts the fields of the request itself, and masks them', async () => {
    await apply(fixture().client, applicant);
    await withInspector(fixture(), { hash: 'exchanges' }, async (inspector) => {
      await inspector.choose('Apply for a sub-merchant');
      await inspector.button('Decrypted').click();
      await inspector.detail.getByText('"id_card_name"', { exact: true }).waitFor();
      expect(await inspector.detail.textContent()).toContain('＊');
    });
  });
});
