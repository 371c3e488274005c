/** The operators' pages, and a transfer from the form to the phone of the person who receives it. */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { users } from '../../sandbox/system/shop.ts';
import { requestToken, until } from '../../scripts/demo/client.ts';
import { ApplicationForm } from './application-form.ts';
import { type BrowserFixture, describeInBrowser } from './fixture.ts';
import { openPage, tab, topPage } from './phone-page.ts';

const [lin, , zhou] = users.map(({ openid }) => openid) as [string, string, string];

describeInBrowser("the operators' pages", { pages: ['phone'] }, (fixture) => {
  const at = (page: Page, text: string) => topPage(page).getByText(text, { exact: true });

  test('are not there for anybody else, whose calls are refused', async () => {
    await fixture().withPhone(lin, async ({ page }) => {
      await tab(page, '我的').tap();
      await at(page, '成为商家').waitFor();
      expect(await at(page, '店铺管理').count()).toBe(0);
    });
    const calls: readonly [string, object][] = [
      ['manageShop', { action: 'orders' }],
      ['transferMoney', { action: 'list' }],
      ['refundOrder', { action: 'requests' }],
      ['shipOrder', { action: 'query', outTradeNo: 'x' }],
    ];
    for (const [name, data] of calls) {
      expect(await fixture().client.call(name, data, lin)).toMatchObject({
        ok: false,
        error: { code: 'NOT_ALLOWED' },
      });
    }
  });

  test('find an order by its number, show its story and refund a part of it', async () => {
    const no = await paidOrder(fixture());
    await fixture().withPhone(zhou, async ({ page }) => {
      const form = new ApplicationForm(page);
      await manage(page, '订单');
      await topPage(page).locator('input').fill(no);
      await at(page, '查找').tap();
      await topPage(page).getByText('西湖龙井').tap();
      await at(page, '入账').waitFor();
      await at(page, '退款').tap();
      await form.write('退款金额（元）', '900');
      await at(page, '退款').last().tap();
      await topPage(page).getByText('请填写不超过 ¥68.00 的金额').waitFor();
      await form.write('退款金额（元）', '20');
      await at(page, '退款').last().tap();
      await page.locator('.modal-confirm').tap();
      await at(page, '退款记录').waitFor();
      await at(page, '运营人员退款').waitFor();
    });
    const refunds = await fixture().client.documents<{ outTradeNo: string; amountFen: number }>('refunds');
    expect(refunds.map(({ outTradeNo, amountFen }) => [outTradeNo, amountFen])).toEqual([[no, 2000]]);
  });

  test('transfer money to a person, who confirms it on the phone', async () => {
    await topUp(fixture());
    await fixture().withPhone(zhou, async ({ page }) => {
      const form = new ApplicationForm(page);
      await manage(page, '商家转账');
      await at(page, '发起转账').tap();
      await form.write('收款人 openid', lin);
      await form.write('金额（元）', '12.5');
      await form.write('备注（收款人可见）', '三月佣金');
      await form.pick('转账场景', '佣金报酬 1005');
      await at(page, '转账').tap();
      await topPage(page).getByText('请先补全标红的项目').waitFor();
      await form.write('岗位类型', '推广员');
      await form.write('报酬说明', '三月佣金');
      await at(page, '转账').tap();
      await page.locator('.modal-confirm').tap();
      await at(page, '待收款人确认').waitFor();
    });
    await fixture().withPhone(lin, async ({ page }) => {
      await tab(page, '我的').tap();
      await at(page, '我的收款').tap();
      await at(page, '确认收款').tap();
      await page.locator('.paysheet').getByRole('button', { name: '确认收款' }).tap();
      await at(page, '已到账').waitFor();
    });
    const entries = await fixture().client.documents<{ kind: string; amountFen: number }>('ledger');
    expect(entries.filter(({ kind }) => kind === 'TRANSFER')).toMatchObject([{ amountFen: -1250 }]);
  });

  test('transfer without a confirmation to a person who authorised it on the phone', async () => {
    await topUp(fixture());
    const { client } = fixture();
    const of = { openid: lin, sceneId: '1005' };
    const asked = await client.call('transferMoney', { action: 'authorize', ...of, displayName: '林' }, zhou);
    expect(asked).toMatchObject({ ok: true, data: { authorization: { state: 'WAIT_USER_CONFIRM' } } });
    await fixture().withPhone(lin, async ({ page }) => {
      await tab(page, '我的').tap();
      await at(page, '我的收款').tap();
      await at(page, '去授权').tap();
      await page.locator('.paysheet').getByRole('button', { name: '同意授权' }).tap();
      await at(page, '已授权').waitFor();
    });
    const transfer = {
      action: 'transfer',
      requestToken: requestToken(),
      ...of,
      amountFen: 730,
      remark: '四月佣金',
      reports: { 岗位类型: '推广员', 报酬说明: '四月佣金' },
      withoutConfirmation: true,
    };
    const made = await client.call('transferMoney', transfer, zhou);
    expect(made).toMatchObject({ ok: true, data: { transfer: { state: 'ACCEPTED' } } });
  });

  test('record the parcel of an order, correct it once and remind the buyer once', async () => {
    const no = await paidOrder(fixture());
    await fixture().withPhone(zhou, async ({ page }) => {
      const form = new ApplicationForm(page);
      await openOrder(page, no);
      await at(page, '发货').tap();
      await form.write('快递公司编码', 'ZTO');
      await at(page, '发货').last().tap();
      // Without its number.
      await topPage(page).getByRole('alert').first().waitFor();
      await form.write('运单号', '75611788998298');
      await at(page, '发货').last().tap();
      await topPage(page).getByText('75611788998298').waitFor();
      await at(page, '修改发货信息').tap();
      await form.write('运单号', '75611788998299');
      await at(page, '修改发货信息').last().tap();
      await topPage(page).getByText('75611788998299').waitFor();
      await at(page, '修改发货信息').waitFor({ state: 'detached' });
      await at(page, '提醒用户确认收货').tap();
      await page.locator('.modal-confirm').tap();
      await at(page, '提醒用户确认收货').waitFor({ state: 'detached' });
    });
    const { orders } = await fixture().client.get<{ orders: object[] }>('/_sandbox/shipping');
    expect(orders).toMatchObject([
      {
        merchant_trade_no: no,
        shipping: { finish_shipping_count: 2, shipping_list: [{ tracking_no: '75611788998299' }] },
      },
    ]);
  });

  test('send a refund to another card, and let the rest of the order be delivered', async () => {
    const { client, system } = fixture();
    const no = await paidOrder(fixture());
    const request = { action: 'refund', outTradeNo: no, requestToken: requestToken(), amountFen: 100 };
    const made = await client.must<{ refund: { outRefundNo: string } }>('refundOrder', request, zhou);
    await client.post(`/_sandbox/refunds/${made.refund.outRefundNo}/settle`, { result: 'ABNORMAL' });
    await until('the refund to be known as abnormal', async () => {
      await client.post('/_sandbox/clock', { advanceMs: 60_000 });
      await client.post('/_cloud/timers/reconcile', {});
      const [refund] = await client.documents<{ state: string }>('refunds');
      return refund?.state === 'ABNORMAL' ? true : undefined;
    });
    // As if nothing had been delivered before the refund.
    const { database } = system.emulator;
    database.put('orders', { ...database.get('orders', no)!, fulfilment: 'HELD' });
    await fixture().withPhone(zhou, async ({ page }) => {
      const form = new ApplicationForm(page);
      await openOrder(page, no);
      await at(page, '退到其他账户').tap();
      await form.write('银行卡号', '6222020000000000001');
      await form.write('持卡人姓名', '林小满');
      await form.pick('开户银行', '工商银行');
      await at(page, '确定').last().tap();
      await at(page, '退款中').waitFor();
      await at(page, '继续发货').tap();
      await at(page, '继续发货').waitFor({ state: 'detached' });
    });
    const [order] = await client.documents('orders');
    expect(order).toMatchObject({ releasedAtRefundedFen: 100 });
    expect(JSON.stringify(await client.documents('refunds'))).not.toMatch(/6222020000000000001|林小满/);
  });

  test('ask a person to receive transfers without confirming them', async () => {
    await fixture().withPhone(zhou, async ({ page }) => {
      const form = new ApplicationForm(page);
      await manage(page, '商家转账');
      await at(page, '免确认收款授权').tap();
      await at(page, '请求授权').tap();
      await form.write('收款人 openid', lin);
      await at(page, '发送请求').tap();
      await at(page, '请填写').waitFor();
      await form.write('展示的账号名称', '推广员 林');
      await at(page, '发送请求').tap();
      await at(page, '待收款人授权').waitFor();
    });
    const asked = await fixture().client.documents('transfer_authorizations');
    expect(asked).toMatchObject([{ openid: lin, sceneId: '1000', state: 'WAIT_USER_CONFIRM' }]);
  });

  test('freeze a seller with a reason', async () => {
    await fixture().withPhone(zhou, async ({ page }) => {
      const form = new ApplicationForm(page);
      await manage(page, '商家');
      await at(page, '暂停收款').first().tap();
      await form.write('原因', '投诉处理中');
      await at(page, '暂停收款').first().tap();
      await at(page, '已暂停收款').waitFor();
    });
    const sellers = await fixture().client.documents<{ freezeNote?: string }>('sellers');
    expect(sellers.filter(({ freezeNote }) => freezeNote === '投诉处理中')).toHaveLength(1);
  });

  async function openOrder(page: Page, no: string): Promise<void> {
    await openPage(page, `/pages/operator/order/index?no=${no}`);
    await at(page, no).waitFor();
  }

  async function manage(page: Page, entry: string): Promise<void> {
    await tab(page, '我的').tap();
    await at(page, '店铺管理').tap();
    await at(page, entry).tap();
  }
});

async function paidOrder({ client }: BrowserFixture): Promise<string> {
  const items = [{ productId: 'tea-longjing', quantity: 1 }];
  const { paymentNo } = await client.createOrder({ requestToken: requestToken(), items }, lin);
  await client.pay(paymentNo, lin);
  await until(`${paymentNo} to be paid`, async () =>
    (await client.orderState(paymentNo, lin)).state === 'SUCCESS' ? true : undefined,
  );
  return paymentNo;
}

async function topUp({ client, system }: BrowserFixture): Promise<void> {
  const { mchid } = system.simulator.credentials().direct;
  await client.post(`/_sandbox/merchants/${mchid}/balance`, { addFen: 100_000 });
}
