/** Snapshots, reset, the clock's way back, and a sandbox that is stopped or restarted under an open page. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DemoClient, requestToken } from '../../scripts/demo/client.ts';
import { barriersOn } from './barriers.ts';
import { describeInBrowser, keepScreenshot } from './fixture.ts';
import { type InspectorOptions, type InspectorPage, openInspector } from './inspector-page.ts';

const openid = 'oSandboxUser0000000000000001';

describeInBrowser('the beginnings of a sandbox', { pages: ['inspector'] }, (fixture) => {
  async function withPage(
    url: string,
    options: InspectorOptions,
    run: (inspector: InspectorPage) => Promise<void>,
  ) {
    const { inspector, close } = await openInspector(fixture().browser, url, options);
    await run(inspector).finally(close);
  }

  async function paidOrder(client: DemoClient): Promise<string> {
    const items = [{ productId: 'sticker', quantity: 1 }];
    const { paymentNo } = await client.createOrder({ requestToken: requestToken(), items }, openid);
    await client.pay(paymentNo, openid);
    await expect.poll(async () => (await client.notifications(paymentNo))[0]?.attempts.length).toBe(1);
    return paymentNo;
  }

  test('a snapshot brings back the data and all that had happened, for everyone who looks', async () => {
    const { client, system } = fixture();
    const kept = await paidOrder(client);
    // After the delivery the order does not change any more, even when the timer runs.
    await client.post('/_cloud/timers/reconcile', {});
    await withPage(system.url, {}, async (inspector) => {
      await inspector.choose(kept);
      await inspector.eventually(() => inspector.milestones()).toContain('Fulfilled');
      const steps = await inspector.steps();
      await inspector.openSheet('Snapshots');
      await inspector.page.getByLabel('Name of the snapshot').fill('one order');
      await inspector.button('Save snapshot').click();
      await inspector.toast('Saved the snapshot "one order"');
      expect(await barriersOn(inspector.page, { exclude: 'iframe' })).toEqual([]);
      const lost = await paidOrder(client);
      await inspector.rows(lost).waitFor();
      await client.post('/_system/snapshots', { name: 'two orders' });
      await client.post('/_system/reset', {});
      await inspector.toast('The sandbox was reset');
      await inspector.page.getByText('No orders yet').waitFor();

      await inspector.openSheet('Snapshots');
      await inspector.button('Restore one order').click();
      await inspector.toast('Restored the snapshot "one order"');
      await inspector.rows(kept).waitFor();
      expect(await inspector.rows().count()).toBe(1);
      expect(await inspector.steps()).toEqual(steps);
      await inspector.open('Callbacks');
      await inspector.eventually(() => inspector.deliveries()).toEqual(['delivery: 204']);
      await inspector.open('Exchanges');
      // Further down than the list draws, below what the timer has asked for since.
      await inspector.page.getByLabel('Search exchanges').fill('/v3/pay/transactions/jsapi');
      await inspector.rows('JSAPI order').first().waitFor();
      const { exchanges } = await client.get<{ exchanges: unknown[] }>(
        `/_sandbox/exchanges?outTradeNo=${kept}`,
      );
      expect(exchanges.length).toBeGreaterThan(0);
      await inspector.openSheet('Snapshots');
      await inspector.button('Restore two orders').click();
      await inspector.open('Timeline');
      await inspector.rows(lost).waitFor();
      await inspector.openSheet('Snapshots');
      await inspector.button('Delete one order').click();
      await inspector.button('Restore one order').waitFor({ state: 'detached' });
      await fetch(`${system.url}/_system/snapshots/two%20orders`, { method: 'DELETE' });
      await inspector.button('Restore two orders').click();
      await inspector.toast(/^There is no snapshot "two orders"; [^\u4e00-\u9fff]*$/);
    });
  });

  test('the clock goes back to the present until something has happened ahead of it; reset says that it does', async () => {
    const { client, system } = fixture();
    await withPage(system.url, {}, async (inspector) => {
      const now = inspector.button('Now');
      await inspector.page.locator('.clock time').filter({ hasText: '+08:00' }).waitFor();
      expect(await now.isDisabled()).toBe(true);
      await inspector.button('+1 h').click();
      await inspector.page.locator('.ahead').filter({ hasText: '+1 h' }).waitFor();
      await now.click();
      await inspector.toast('The clock is back at the present');
      await inspector.eventually(() => now.isDisabled()).toBe(true);
      await inspector.button('+1 h').click();
      const paymentNo = await paidOrder(client);
      await inspector.rows(paymentNo).waitFor();
      await now.click();
      await inspector.toast('ahead of the present');
      const sheet = await inspector.openSheet('Reset');
      await sheet.getByText('The clock: returns to the present.').waitFor();
      await keepScreenshot(inspector.page, 'inspector-reset');
      await inspector.button('Clear and start over').click();
      await inspector.page.getByText('No orders yet').waitFor();
      await inspector.eventually(() => now.isDisabled()).toBe(true);
      const { offsetMs } = await client.get<{ offsetMs: number }>('/_sandbox/clock');
      expect(offsetMs).toBe(0);
    });
  });

  test('says that the sandbox is away, and that it was restarted, with what was kept on disk', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'state-'));
    const first = await fixture().startAnother({ stateFolder: folder });
    const port = Number(new URL(first.url).port);
    const client = new DemoClient(first.url);
    const kept = await paidOrder(client);
    await client.post('/_system/snapshots', { name: 'on disk' });
    await withPage(first.url, {}, async (inspector) => {
      await inspector.rows(kept).waitFor();
      await inspector.page.getByLabel('Ledger: balanced').waitFor();
      const before = await toolbar(inspector);
      await first.close();
      const alert = inspector.page.getByRole('alert');
      await alert.getByText('The sandbox is not running').waitFor();
      await keepScreenshot(inspector.page, 'inspector-offline');
      expect(await inspector.page.getByLabel('Ledger: balanced').count()).toBe(0);
      expect(await toolbar(inspector), 'nothing in the toolbar has moved').toEqual(before);
      const clock = inspector.page.locator('.clock time');
      const stopped = await clock.textContent();
      expect(await inspector.button('+1 h').isDisabled()).toBe(true);
      expect(await inspector.page.locator('body').textContent()).not.toContain('Failed to fetch');

      const second = await fixture().startAnother({ stateFolder: folder, port });
      await inspector.toast('The sandbox was restarted');
      await alert.waitFor({ state: 'detached' });
      await inspector.rows(kept).waitFor();
      expect(await inspector.rows().count()).toBe(1);
      await inspector.eventually(() => clock.textContent()).not.toBe(stopped);
      const again = new DemoClient(second.url);
      expect((await again.orderState(kept, openid)).state).toBe('SUCCESS');
      const sheet = await inspector.openSheet('Snapshots');
      await sheet.getByText('kept on disk').waitFor();
      await inspector.button('Restore on disk').waitFor();
      await second.close();
    });
    rmSync(folder, { recursive: true });
  });

  test('forgets the orders of a sandbox that is gone', async () => {
    const first = await fixture().startAnother({});
    const port = Number(new URL(first.url).port);
    const gone = await paidOrder(new DemoClient(first.url));
    await withPage(first.url, { hash: `timeline/${gone}` }, async (inspector) => {
      await inspector.rows(gone).waitFor();
      await first.close();
      const second = await fixture().startAnother({ port });
      await inspector.toast('The sandbox was restarted');
      await inspector.page.getByText('No orders yet').waitFor();
      const placed = await paidOrder(new DemoClient(second.url));
      await inspector.rows(placed).waitFor();
      expect(await inspector.rows().count()).toBe(1);
      await second.close();
    });
  });
});

/** Where each control of the top bar is. */
function toolbar({ page }: InspectorPage): Promise<unknown[]> {
  return page
    .locator('.bar')
    .evaluate((bar) =>
      [...bar.querySelectorAll('button, summary, time')].map((each) =>
        Math.round(each.getBoundingClientRect().x),
      ),
    );
}
