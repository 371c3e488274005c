/** The inspector shows what happens as it happens, explains what went wrong, and makes it go wrong. */
import { expect, test } from 'vitest';
import { type Account, TestClient } from '../../sandbox/wechatpay/testing/client.ts';
import { requestToken } from '../../scripts/demo/client.ts';
import { type BrowserFixture, describeInBrowser, keepScreenshot } from './fixture.ts';
import { withInspector } from './inspector-page.ts';

const openid = 'oSandboxUser0000000000000001';
const jsapiOrder = '/v3/pay/transactions/jsapi';

/** @returns the number of a new order of one sticker. */
async function placeOrderIn({ client }: BrowserFixture): Promise<string> {
  const items = [{ productId: 'sticker', quantity: 1 }];
  return (await client.createOrder({ requestToken: requestToken(), items }, openid)).paymentNo;
}

describeInBrowser('the inspector', { pages: ['inspector'] }, (fixture) => {
  const placeOrder = () => placeOrderIn(fixture());

  async function merchant(): Promise<{ direct: Account; partner: Account; ecommerce: Account }> {
    return fixture().client.get('/_sandbox/credentials');
  }

  const orderBody = ({ appid, mchid }: Account, outTradeNo: string) => ({
    appid,
    mchid,
    description: '明前龙井',
    out_trade_no: outTradeNo,
    notify_url: `${fixture().system.url}/pay-notify/direct`,
    amount: { total: 6800, currency: 'CNY' },
    payer: { openid },
  });

  test('shows an order as it is placed and paid, and below each step what it caused', async () => {
    await withInspector(fixture(), {}, async (inspector) => {
      await inspector.page.getByText('No orders yet').waitFor();
      const paymentNo = await placeOrder();
      await inspector.rows(paymentNo).waitFor();
      await inspector.eventually(() => inspector.milestones()).toEqual(['Placed']);
      await fixture().client.pay(paymentNo, openid);
      await inspector.eventually(() => inspector.milestones()).toEqual(['Placed', 'Paid', 'Recorded']);
      // The functions may write any number of times in between.
      const wanted = [
        '[Order]',
        'Create the order',
        '  Order created · Created',
        '  JSAPI order',
        '  Order · Created → Unpaid',
        '[Pay]',
        'The user paid',
        '[Callback]',
        'Delivery 1',
        '  Receive the callback',
        '    Order · Unpaid → Paid',
        '    Callback record created',
      ];
      await inspector
        .eventually(async () => (await inspector.steps()).filter((step) => wanted.includes(step)))
        .toEqual(wanted);
      await keepScreenshot(inspector.page, 'inspector-timeline');
    });
  });

  test('explains a signature by another key, and one over a message without its last newline', async () => {
    const { direct, ecommerce } = await merchant();
    const client = new TestClient(direct, (request) => fetch(request), fixture().system.url);
    await client.post(jsapiOrder, orderBody(direct, 'WRONGKEY1'), { privateKeyPem: ecommerce.privateKeyPem });
    await withInspector(fixture(), {}, async (inspector) => {
      await inspector.choose('WRONGKEY1');
      await inspector.detail.getByText('401 SIGN_ERROR').waitFor();
      const detail = await inspector.openStep('JSAPI order');
      await detail.getByText(`It was signed with the key of merchant ${ecommerce.mchid}.`).waitFor();

      await client.post(jsapiOrder, orderBody(direct, 'NONEWLINE1'), {
        message: (text) => text.slice(0, -1),
      });
      await inspector.open('Exchanges');
      await inspector.eventually(() => inspector.rows('SIGN_ERROR').count()).toBe(2);
      await inspector.choose('SIGN_ERROR');
      await inspector.detail.getByText('missing-trailing-newline').waitFor();
      for (const heading of [
        'Expected: the request that the sandbox received',
        'Signed: the message that your program signed',
      ])
        await inspector.detail.getByRole('heading', { name: heading }).waitFor();
      await inspector.detail
        .getByRole('link', { name: 'pay.weixin.qq.com/doc/v3/merchant/4012365336' })
        .waitFor();
      const [expected, received] = await inspector.page.locator('.hex').allTextContents();
      expect(expected).toContain('0a↵');
      expect(received).toContain('∅');
      await keepScreenshot(inspector.page, 'inspector-explanation');
    });
  });

  test('names the rule and the page of a refusal, and grants the permission that micro merchants need', async () => {
    const { direct, partner } = await merchant();
    const send = (account: Account, path: string, body: object) =>
      new TestClient(account, (request) => fetch(request), fixture().system.url).post(path, body);
    const micro = { subject_info: { subject_type: 'SUBJECT_TYPE_MICRO' } };
    await send(direct, jsapiOrder, { ...orderBody(direct, 'NOTOTAL1'), amount: { total: 0 } });
    await send(partner, '/v3/applyment4sub/applyment/', micro);
    await withInspector(fixture(), { hash: 'exchanges' }, async (inspector) => {
      await inspector.choose('PARAM_ERROR');
      await inspector.detail.getByText('/amount/total').first().waitFor();
      await inspector.detail.getByRole('link', { name: /^pay\.weixin\.qq\.com\/doc/ }).waitFor();
      await inspector.choose('NO_AUTH');
      await inspector.button('Grant the permission for micro merchants').click();
      await inspector.toast('Granted');
    });
    const { status, json } = await send(partner, '/v3/applyment4sub/applyment/', micro);
    expect([status, json.code]).toEqual([400, 'PARAM_ERROR']);
  });

  test('sends a callback again, and forged: payNotify takes the one and refuses the other', async () => {
    const paymentNo = await placeOrder();
    await fixture().client.pay(paymentNo, openid);
    await withInspector(fixture(), {}, async (inspector) => {
      await inspector.choose(paymentNo);
      await (await inspector.openStep('Delivery 1')).getByText('Open this callback').click();
      await inspector.button('Replay').click();
      await inspector.page.getByText('Acknowledged (204)').waitFor();
      await inspector.button('Change the body').click();
      await inspector.page.getByText('Refused (401), as it should be').waitFor();
      await inspector
        .eventually(() => inspector.deliveries())
        .toEqual(['delivery: 204', 'replay: 204', 'replay · Change the body: 401']);
      await inspector.button('Decrypted').click();
      await inspector.detail.getByText(`"${paymentNo}"`).waitFor();
      expect(await inspector.detail.textContent()).not.toContain(openid);
      await inspector.page.getByText('Show personal data').click();
      await inspector.detail.getByText(`"${openid}"`).waitFor();
      await keepScreenshot(inspector.page, 'inspector-callbacks');
    });
  });

  test('moves the clock to the next retry of a callback that was lost', async () => {
    await withInspector(fixture(), { hash: 'faults' }, async (inspector) => {
      await inspector.page.getByLabel('Route').selectOption('notify');
      await inspector.button('Add').click();
      await inspector.page.getByText('0 of 1').waitFor();
      const paymentNo = await placeOrder();
      await fixture().client.pay(paymentNo, openid);
      await inspector.page.getByText('1 of 1').waitFor();
      await inspector.open('Timeline');
      await inspector.choose(paymentNo);
      await inspector.detail.getByText('retry in 15 s').waitFor();
      await inspector.button('Next retry').click();
      await inspector.toast('The clock moved forward by');
      await inspector.detail.getByText('Delivery 2').waitFor();
      await inspector.eventually(() => inspector.milestones()).toContain('Recorded');
      await inspector.button('Next retry').click();
      await inspector.toast('No callback is waiting for a retry');
    });
  });

  test('holds callbacks back, and lets the last go first', async () => {
    await withInspector(fixture(), { hash: 'notifications' }, async (inspector) => {
      await inspector.page.getByText('Hold new ones').click();
      await inspector.eventually(isHeld).toBe(true);
      const [first, second] = [await placeOrder(), await placeOrder()];
      await fixture().client.pay(first, openid);
      await fixture().client.pay(second, openid);
      await inspector.page.getByText('2 held').waitFor();
      await inspector.button('Release reversed').click();
      await inspector.page.getByText('0 held').waitFor();
      await inspector.eventually(async () => deliveredOrders()).toEqual([second, first]);
      await inspector.eventually(() => inspector.page.getByLabel('Hold new ones').isChecked()).toBe(false);
      expect(await isHeld()).toBe(false);
    });
  });

  async function isHeld(): Promise<boolean> {
    const path = '/_sandbox/notifications';
    return (await fixture().client.get<{ settings: { hold: boolean } }>(path)).settings.hold;
  }

  /** The orders whose callbacks were delivered, in that order. */
  function deliveredOrders(): string[] {
    const events = fixture().system.bus.since(0);
    const startedOver = events.findLastIndex(({ type }) => type === 'reset');
    return events
      .slice(startedOver + 1)
      .filter(
        ({ type, data }) => type === 'notification' && Reflect.get(data as object, 'change') === 'delivered',
      )
      .map(({ outTradeNo }) => outTradeNo!);
  }

  test('Back and Forward of the browser go through the tabs and orders that were opened', async () => {
    const [first, second] = [await placeOrder(), await placeOrder()];
    await withInspector(fixture(), {}, async (inspector) => {
      const { page } = inspector;
      const isShown = (paymentNo: string) =>
        inspector.detail.getByText(paymentNo, { exact: true }).first().waitFor();
      const isOpen = (name: string) => page.getByRole('tab', { name, selected: true }).waitFor();
      await inspector.choose(first);
      await inspector.choose(second);
      await inspector.open('Exchanges');
      await inspector.choose('JSAPI order');
      const exchange = page.url();
      await page.goBack();
      await isOpen('Exchanges');
      await page.goBack();
      await isOpen('Timeline');
      await isShown(second);
      await page.goBack();
      await isShown(first);
      await page.goForward();
      await isShown(second);
      await page.goForward();
      await page.goForward();
      await isOpen('Exchanges');
      expect(page.url()).toBe(exchange);
    });
  });

  test('opens at an address with a % that encodes nothing', async () => {
    const paymentNo = await placeOrder();
    await withInspector(fixture(), { hash: 'timeline/100%' }, (inspector) =>
      inspector.rows(paymentNo).waitFor(),
    );
  });

  test('goes back to a snapshot, with the ledger balanced', async () => {
    await withInspector(fixture(), {}, async (inspector) => {
      const kept = await placeOrder();
      await inspector.rows(kept).waitFor();
      await inspector.openSheet('Snapshots');
      await inspector.button('Save snapshot').click();
      await inspector.toast('Saved the snapshot "snapshot 1"');
      const lost = await placeOrder();
      await inspector.rows(lost).waitFor();
      await inspector.openSheet('Snapshots');
      await inspector.button('Restore snapshot 1').click();
      await inspector.toast('Restored the snapshot "snapshot 1"');
      await inspector.rows(lost).waitFor({ state: 'detached' });
      // The page reads everything anew: for a moment it has no rows at all.
      await inspector.rows(kept).waitFor();
      expect(await inspector.rows(kept).count()).toBe(1);
      await inspector.page.getByLabel('Ledger: balanced').click();
      await inspector.page.getByText('Double entry').waitFor();
    });
  });

  test('says that the ledger is unreadable when it cannot be read', async () => {
    const context = await fixture().browser.newContext();
    const page = await context.newPage();
    await page.route('**/_sandbox/ledger', (route) => route.abort());
    await page.goto(fixture().system.url);
    await page.getByLabel('Ledger: unreadable').waitFor();
    await context.close();
  });

  test('speaks Chinese and English, and can be walked through by keyboard', async () => {
    await placeOrder();
    await placeOrder();
    await withInspector(fixture(), { language: 'zh' }, async (inspector) => {
      await inspector.page.getByRole('tab', { name: '时间线' }).focus();
      await inspector.page.keyboard.press('ArrowRight');
      await inspector.page.getByRole('tab', { name: '请求', selected: true }).waitFor();
      // The timer's exchanges would come in between.
      await inspector.page.getByLabel('搜索请求').fill(jsapiOrder);
      await inspector.eventually(() => inspector.rows().count()).toBe(2);
      await inspector.page.locator('.list-row[aria-current="true"]').focus();
      await inspector.page.keyboard.press('ArrowDown');
      await inspector
        .eventually(() => inspector.page.locator('.list-row').nth(1).getAttribute('aria-current'))
        .toBe('true');
      await inspector
        .eventually(() => inspector.page.locator('.list-row:focus').getAttribute('aria-current'))
        .toBe('true');
      await inspector.button('EN').click();
      await inspector.page.getByRole('tab', { name: 'Exchanges', selected: true }).waitFor();
      await inspector.eventually(() => inspector.page.locator('html').getAttribute('lang')).toBe('en');
    });
  });
});

describeInBrowser(
  'the keys in the inspector',
  { pages: ['inspector'], keyMode: 'certificate' },
  (fixture) => {
    test('changes the platform key, and money still comes in', async () => {
      await withInspector(fixture(), { hash: 'keys' }, async (inspector) => {
        await inspector.button('Rotate now').click();
        await inspector.page.getByText('retiring').waitFor();
        const paymentNo = await placeOrderIn(fixture());
        await fixture().client.pay(paymentNo, openid);
        await inspector
          .eventually(async () => (await fixture().client.documents<{ state: string }>('orders'))[0]?.state)
          .toBe('SUCCESS');
        await keepScreenshot(inspector.page, 'inspector-keys');
      });
    });
  },
);
