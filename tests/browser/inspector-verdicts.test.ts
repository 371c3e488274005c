/** The inspector classifies what it can, marks what should not be missed, and leaves the reader where they are. */
import { expect, test } from 'vitest';
import { TestClient } from '../../sandbox/wechatpay/testing/client.ts';
import { requestToken } from '../../scripts/demo/client.ts';
import { describeInBrowser, keepScreenshot } from './fixture.ts';
import { withInspector } from './inspector-page.ts';

const openid = 'oSandboxUser0000000000000001';
const jsapiOrder = '/v3/pay/transactions/jsapi';

describeInBrowser('the inspector', { pages: ['inspector', 'phone'] }, (fixture) => {
  async function placed(productId = 'sticker'): Promise<string> {
    const items = [{ productId, quantity: 1 }];
    return (await fixture().client.createOrder({ requestToken: requestToken(), items }, openid)).paymentNo;
  }

  async function paid(): Promise<{ paymentNo: string; callbackId: string }> {
    const { client } = fixture();
    const paymentNo = await placed();
    await client.pay(paymentNo, openid);
    const attempts = async () => (await client.notifications(paymentNo))[0]?.attempts.length;
    await expect.poll(attempts).toBe(1);
    return { paymentNo, callbackId: (await client.notifications(paymentNo))[0]!.id };
  }

  test('says of each forgery that it was refused, and of another amount what was recorded', async () => {
    const { paymentNo, callbackId } = await paid();
    await withInspector(fixture(), { hash: `notifications/${callbackId}` }, async (inspector) => {
      await inspector.detail.getByText('Acknowledged at attempt 1').waitFor();
      for (const forgery of ['Change the body', 'Change the signature', 'Unsigned', 'Stale timestamp']) {
        await inspector.button(forgery).click();
        await inspector.detail.getByText(`"${forgery}" did not get past`).waitFor();
        await inspector.detail.getByText('Refused (401), as it should be').waitFor();
      }
      await inspector.button('Different amount').click();
      await inspector.detail.getByText('recorded as an anomaly, not as a payment').waitFor();
      await keepScreenshot(inspector.page, 'inspector-verdict');
      await inspector.button('Show the anomaly').click();
      await inspector.page.getByRole('tab', { name: 'Database', selected: true }).waitFor();
      await inspector.detail.getByText('"WRONG_AMOUNT"').waitFor();
      await inspector.open('Timeline');
      await inspector.rows(paymentNo).getByLabel('An anomaly').waitFor();
      await inspector.page.getByLabel('State').selectOption('anomaly');
      await inspector.eventually(() => inspector.rows().count()).toBe(1);
    });
  });

  test('says of a receiver that accepts a forgery', async () => {
    const { callbackId } = await paid();
    const { bus } = fixture().system;
    await withInspector(fixture(), { hash: `notifications/${callbackId}` }, async (inspector) => {
      await inspector.detail.getByText('Acknowledged at attempt 1').waitFor();
      const { data } = bus.history().findLast(({ type }) => type === 'notification')!;
      const attempt = { atMs: Date.now(), kind: 'replay', tamper: 'unsigned', status: 200, ms: 3, ok: true };
      bus.publish('notification', { ...(data as object), change: 'attempted', attempt });
      await inspector.detail.getByText('Accepted (200): a gap in the receiver').waitFor();
      const amount = { ...attempt, tamper: 'amount' };
      bus.publish('notification', { ...(data as object), change: 'attempted', attempt: amount });
      await inspector.detail.getByText('Acknowledged, and no anomaly was recorded').waitFor();
      await inspector.detail.getByText('The receiver does not run in this sandbox').waitFor();
      const { status: _, ...lost } = { ...attempt, ok: false, error: 'connection reset before delivery' };
      bus.publish('notification', { ...(data as object), change: 'attempted', attempt: lost });
      await inspector.detail.getByText('No answer, so nothing is known').waitFor();
    });
  });

  test('says that WeChat Pay gave up, with its sixteen attempts on one line', async () => {
    const { client } = fixture();
    await client.put('/_sandbox/faults', [{ route: 'notify', kind: 'reset' }]);
    const { callbackId } = await paid();
    await client.post('/_sandbox/clock', { advanceMs: 25 * 3_600_000 });
    for (const width of [1440, 390]) {
      await withInspector(fixture(), { hash: `notifications/${callbackId}`, width }, async (inspector) => {
        await inspector.detail.getByText('Gave up: none of the 16 attempts was acknowledged.').waitFor();
        const dots = inspector.detail.locator('.schedule-dot');
        const tops = await dots.evaluateAll((all) => all.map((dot) => dot.getBoundingClientRect().top));
        expect(tops).toHaveLength(16);
        expect(new Set(tops).size, `one line at ${width} px`).toBe(1);
        await inspector.detail.getByText('+08:00').first().waitFor();
      });
    }
  });

  test('explains a field that breaks its rule, and a timestamp in milliseconds', async () => {
    const { system, client } = fixture();
    const { direct } = await client.get<{ direct: TestClient['account'] }>('/_sandbox/credentials');
    const program = new TestClient(direct, (request) => fetch(request), system.url);
    const body = {
      appid: direct.appid,
      mchid: direct.mchid,
      description: 'tea',
      out_trade_no: 'PARAMETER1',
      notify_url: `${system.url}/pay-notify/direct`,
      amount: { total: 0, currency: 'CNY' },
      payer: { openid },
    };
    await program.post(jsapiOrder, body);
    await withInspector(fixture(), { hash: 'exchanges' }, async (inspector) => {
      await inspector.page.getByLabel('Search exchanges').fill('PARAM_ERROR');
      await inspector.choose('PARAM_ERROR');
      const note = inspector.detail.getByRole('note');
      await note.getByText('/body/amount/total').or(note.getByText('/amount/total')).first().waitFor();
      await note.getByText('Rule').waitFor();
      const page = note.getByRole('link');
      expect(await page.getAttribute('href')).toMatch(
        /^https:\/\/pay\.weixin\.qq\.com\/doc\/v3\/merchant\/\d+$/,
      );
      await program.post(jsapiOrder, { ...body, out_trade_no: 'MILLIS1' }, { timestamp: `${Date.now()}` });
      await inspector.page.getByLabel('Search exchanges').fill('milliseconds');
      await inspector.choose('SIGN_ERROR');
      await inspector.detail.getByText('The timestamp is in milliseconds').waitFor();
    });
  });

  test('marks callbacks that are held, and finds callbacks by why they failed', async () => {
    const { client } = fixture();
    await client.post('/_sandbox/notifications/settings', { hold: true });
    const held = await placed();
    await client.pay(held, openid);
    await client.post('/_sandbox/notifications/settings', { hold: false });
    await client.put('/_sandbox/faults', [{ route: 'notify', kind: 'reset' }]);
    const { paymentNo: lost } = await paid();
    await withInspector(fixture(), {}, async (inspector) => {
      await inspector.rows(held).getByLabel('A callback is held').waitFor();
      await inspector.page.getByRole('tab', { name: 'Callbacks' }).getByTitle('1 held').waitFor();
      await inspector.page.getByLabel('Search orders').fill(held);
      await inspector.eventually(() => inspector.rows().count()).toBe(1);
      await inspector.page.getByLabel('Search orders').fill('connection reset before delivery');
      await inspector.rows(lost).waitFor();
      await inspector.page.getByRole('tab', { name: 'Callbacks' }).click();
      await inspector.page.getByLabel('Search callbacks').fill('connection reset');
      await inspector.eventually(() => inspector.rows().count()).toBe(1);
      await inspector.page.getByLabel('Search callbacks').fill('');
      await inspector.page.getByLabel('State').selectOption('held');
      await inspector.rows('held').waitFor();
      expect(await inspector.rows().count()).toBe(1);
    });
  });

  test('counts a drill that is set twice once, and a used-up fault not at all', async () => {
    await withInspector(fixture(), { hash: 'faults' }, async (inspector) => {
      const drill = inspector.button(/^Order placed, answer lost/);
      await drill.click();
      await inspector.page.getByText('0 of 1').waitFor();
      await drill.click();
      await inspector.eventually(() => drill.getAttribute('aria-pressed')).toBe('true');
      const { faults } = await fixture().client.get<{ faults: unknown[] }>('/_sandbox/faults');
      expect(faults).toHaveLength(1);
      const badge = inspector.page.getByRole('tab', { name: 'Faults' }).locator('.badge');
      await badge.waitFor();
      await placed();
      await inspector.page.getByRole('heading', { name: 'Used up' }).waitFor();
      await inspector.page.getByText('1 of 1').waitFor();
      await badge.waitFor({ state: 'detached' });
      await inspector.page.getByText('No faults are set.').waitFor();
    });
  });

  test('leaves the reader where they are while the phone pays, and keeps the phone at hand when narrow', async () => {
    await withInspector(fixture(), { hash: 'keys', width: 1440, language: 'zh' }, async (inspector) => {
      const phone = inspector.page.frameLocator('.phone iframe');
      const top = phone.locator('.page-frame:not([hidden])');
      await phone.getByText('一分钱贴纸').tap();
      await top.getByText('立即购买').tap();
      await top.getByText('支付 ¥0.01').tap();
      await phone.locator('.paysheet').getByRole('button', { name: '支付', exact: true }).last().tap();
      await top.getByText('支付成功').waitFor();
      await inspector.page.getByRole('tab', { name: '密钥', selected: true }).waitFor();
      expect(new URL(inspector.page.url()).hash).toBe('#keys');
    });
    for (const width of [1024, 768, 390]) {
      await withInspector(fixture(), { hash: 'database', width }, async (inspector) => {
        const tab = inspector.page.getByRole('tab', { name: 'Phone' });
        await inspector.page.locator('.tabs').evaluate((tabs) => tabs.scrollTo(tabs.scrollWidth, 0));
        const { x, width: tabWidth } = (await tab.boundingBox())!;
        expect(x).toBeGreaterThanOrEqual(0);
        expect(x + tabWidth).toBeLessThan(width);
        await tab.click();
        await inspector.page.locator('.phone').waitFor();
      });
    }
  });

  test('says the day where it is another one', async () => {
    const { client } = fixture();
    const early = await placed();
    await client.post('/_sandbox/clock', { advanceMs: 26 * 3_600_000 });
    await withInspector(fixture(), { hash: `timeline/${early}` }, async (inspector) => {
      await expect.poll(() => inspector.rows(early).textContent()).toMatch(/\d\d-\d\d \d\d:\d\d:\d\d/);
      const later = await placed('cup-celadon');
      await expect.poll(() => inspector.rows(later).textContent()).toMatch(/Celadon tea cup\d\d:\d\d:\d\d/);
    });
  });
});
