import { afterAll, beforeAll, expect, test } from 'vitest';
import { SandboxBus } from '../sandbox/bus.ts';
import { SandboxClock } from '../sandbox/clock.ts';
import type { SandboxEvent } from '../sandbox/inspector/model/events.ts';
import { Feed } from '../sandbox/inspector/model/feed.ts';
import { orderTest } from '../sandbox/inspector/model/order-test.ts';
import { createSimulator, type Simulator } from '../sandbox/wechatpay/index.ts';
import { TestClient } from '../sandbox/wechatpay/testing/client.ts';

let clock: SandboxClock;
let bus: SandboxBus;
let simulator: Simulator;
beforeAll(async () => {
  clock = new SandboxClock();
  bus = new SandboxBus(() => clock.now());
  simulator = await createSimulator({ seed: 'copies', clock, bus, baseUrl: () => 'http://127.0.0.1:8700' });
});
afterAll(async () => {
  await simulator.close();
  clock.stop();
});

const scene = { scene_info: { payer_client_ip: '127.0.0.1', h5_info: { type: 'Wap' } } };

test.each([
  ['native', {}, 'code_url'],
  ['h5', scene, 'h5_url'],
  ['app', {}, 'prepay_id'],
])(
  'an order that a backend placed by %s is copied as the same request, signed anew',
  async (way, further, answered) => {
    const { direct } = simulator.credentials();
    const fetchHere = (request: Request) => simulator.fetch(request);
    const outTradeNo = `COPIED${way}`;
    const { status } = await new TestClient(direct, fetchHere).post(`/v3/pay/transactions/${way}`, {
      appid: direct.appid,
      mchid: direct.mchid,
      description: 'x',
      out_trade_no: outTradeNo,
      notify_url: 'https://shop.example/notify',
      amount: { total: 5 },
      ...further,
    });
    expect(status).toBe(200);
    const pay = new Request(`http://127.0.0.1/_sandbox/orders/${outTradeNo}/pay`, {
      method: 'POST',
      body: '{}',
    });
    expect((await fetchHere(pay)).status).toBe(200);
    const feed = new Feed();
    for (const event of bus.history()) feed.receive(event as SandboxEvent);
    const text = orderTest(feed.story(outTradeNo)!, feed.traces, { origin: 'http://127.0.0.1:8700' });
    expect(text).toContain(`const target = "/v3/pay/transactions/${way}";`);
    expect(text).toContain(`toEqual({ ${answered}: expect.any(String) });`);
    expect(text).toContain("'/pay', {});");
    expect(text).toContain('is placed, paid and called back');
    expect(text).not.toContain(outTradeNo);
  },
);
