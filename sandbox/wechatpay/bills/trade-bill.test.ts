import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { chinaDay, fetchBill, hourMs, startAtNoon } from '../testing/bills.ts';
import { dayMs, minuteMs, moneyTools } from '../testing/money.ts';
import { combinedOrder, partnerOrder, type Sandbox, startSandbox } from '../testing/sandbox.ts';

let sandbox: Sandbox;
let day: string;
const { advance, expectSoundLedger, paidOrder, pay } = moneyTools(() => sandbox);
beforeEach(async () => {
  sandbox = await startSandbox({ seed: 'bills' });
  day = await startAtNoon(sandbox);
});
afterEach(async () => {
  await expectSoundLedger();
  await sandbox.close();
});

/** From noon of the day to 10:00 of the next. */
const nextMorning = () => advance(22 * hourMs);
const tradeBill = (type = 'ALL', client = sandbox.direct) =>
  fetchBill(sandbox, client, `/v3/bill/tradebill?bill_date=${day}&bill_type=${type}`);

async function refund(outTradeNo: string, fen: number, total: number): Promise<string> {
  const no = `R${sandbox.no()}`;
  const amount = { refund: fen, total, currency: 'CNY' };
  const answer = await sandbox.direct.post('/v3/refund/domestic/refunds', {
    out_trade_no: outTradeNo,
    out_refund_no: no,
    amount,
  });
  expect(answer.status).toBe(200);
  return no;
}

describe('the trade bill', () => {
  test('has the official columns and what was paid and refunded, newest first, in yuan', async () => {
    const order = await paidOrder(1_000, { attach: 'note', description: '苹果, 两斤' });
    await advance(minuteMs);
    const refunded = await refund(order, 333, 1_000);
    await nextMorning();
    const { columns, rows, summary, summaryColumns } = await tradeBill();
    expect(columns.join()).toBe(
      '交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注',
    );
    expect(rows).toHaveLength(2);
    const { appid, mchid } = sandbox.direct.account;
    expect(rows[1]).toEqual({
      交易时间: `${day} 12:00:00`,
      公众账号ID: appid,
      商户号: mchid,
      特约商户号: '0',
      设备号: '',
      微信订单号: expect.stringMatching(/^4200\d{24}$/),
      商户订单号: order,
      用户标识: 'oPayer',
      交易类型: 'JSAPI',
      交易状态: 'SUCCESS',
      付款银行: 'OTHERS',
      货币种类: 'CNY',
      应结订单金额: '10.00',
      代金券金额: '0.00',
      微信退款单号: '0',
      商户退款单号: '0',
      退款金额: '0.00',
      充值券退款金额: '0.00',
      退款类型: '',
      退款状态: '',
      商品名称: '苹果, 两斤',
      商户数据包: 'note',
      手续费: '0.06000',
      费率: '0.60%',
      订单金额: '10.00',
      申请退款金额: '0.00',
      费率备注: '',
    });
    expect(rows[0]).toMatchObject({
      交易状态: 'REFUND',
      应结订单金额: '0.00',
      微信退款单号: expect.stringMatching(/^5030/),
      商户退款单号: refunded,
      退款金额: '3.33',
      退款类型: 'ORIGINAL',
      退款状态: 'SUCCESS',
      手续费: '-0.01000',
      订单金额: '0.00',
      申请退款金额: '3.33',
    });
    expect(summaryColumns.join()).toBe(
      '总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额',
    );
    expect(summary).toEqual(['2', '10.00', '3.33', '0.00', '0.05000', '10.00', '3.33']);
  });

  test('SUCCESS has payments only, REFUND refunds only, with columns of their own', async () => {
    const order = await paidOrder(500);
    await advance(hourMs);
    await refund(order, 500, 500);
    await nextMorning();
    const paid = await tradeBill('SUCCESS');
    expect(paid.columns).not.toContain('微信退款单号');
    expect(paid.rows.map((row) => row.交易状态)).toEqual(['SUCCESS']);
    expect(paid.summary).toEqual(['1', '5.00', '0.03000', '5.00']);
    const back = await tradeBill('REFUND');
    expect(back.rows).toHaveLength(1);
    expect(back.rows[0]).toMatchObject({
      交易时间: `${day} 12:00:00`,
      退款申请时间: `${day} 13:00:00`,
      退款成功时间: `${day} 13:02:00`,
      退款金额: '5.00',
    });
  });

  test('an order counts on the day it was paid, its refund on the day it was accepted', async () => {
    const order = await paidOrder(500);
    await advance(dayMs);
    await refund(order, 500, 500);
    await nextMorning();
    expect((await tradeBill()).rows.map((row) => row.交易状态)).toEqual(['SUCCESS']);
    day = chinaDay(sandbox.clock.now() - dayMs);
    expect((await tradeBill()).rows.map((row) => row.交易状态)).toEqual(['REFUND']);
  });

  test('what ended after it was made shows as it was', async () => {
    const order = await paidOrder(500);
    const no = await refund(order, 500, 500);
    await sandbox.control('POST', `/refunds/${no}/settle`, { result: 'ABNORMAL' });
    await nextMorning();
    await advance(hourMs);
    expect((await tradeBill('REFUND')).rows[0]!.退款状态).toBe('CHANGE');
    await sandbox.control('POST', `/refunds/${no}/settle`, { result: 'SUCCESS' });
    expect((await tradeBill('REFUND')).rows[0]!.退款状态).toBe('PROCESSING');
  });

  test('of a provider has all its sub-merchants, or the one that is asked for', async () => {
    const { subMerchants } = sandbox.credentials.partner;
    for (const { subMchid } of subMerchants) {
      const body = partnerOrder(sandbox, { sub_mchid: subMchid });
      await sandbox.partner.post('/v3/pay/partner/transactions/jsapi', body);
      await pay(body.out_trade_no);
    }
    await nextMorning();
    const all = await tradeBill('ALL', sandbox.partner);
    expect(new Set(all.rows.map((row) => row.特约商户号))).toEqual(
      new Set(subMerchants.map(({ subMchid }) => subMchid)),
    );
    const target = `/v3/bill/tradebill?bill_date=${day}&sub_mchid=${subMerchants[0]!.subMchid}`;
    const one = await fetchBill(sandbox, sandbox.partner, target);
    expect(one.rows.map((row) => row.特约商户号)).toEqual([subMerchants[0]!.subMchid]);
  });

  test('lists each order of a combined payment', async () => {
    const body = combinedOrder(sandbox);
    await sandbox.ecommerce.post('/v3/combine-transactions/jsapi', body);
    await pay(body.combine_out_trade_no);
    await nextMorning();
    const { rows } = await tradeBill('ALL', sandbox.ecommerce);
    expect(rows.map((row) => row.商户订单号).sort()).toEqual(
      body.sub_orders.map((sub) => sub.out_trade_no).sort(),
    );
  });
});
