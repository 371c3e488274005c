/**
 * An order as a vitest file that runs as pasted: it places an order of its own in the same way, pays or closes it, waits
 * for the callback, and asserts what the order has become everywhere.
 */
import type { Attempt, ExchangeEvent, Invocation, SandboxEvent } from './events.ts';
import type { Story } from './story.ts';
import type { Traces } from './traces.ts';

export interface OrderTestOptions {
  /** Where the sandbox is reachable, without trailing slash. */
  origin: string;
  /** A replay of its callback that is part of the test. */
  replay?: Attempt | undefined;
}

/** @returns undefined when it is not known how the order was placed */
export function orderTest(story: Story, traces: Traces, options: OrderTestOptions): string | undefined {
  const placed = placingOf(story, traces);
  const steps = placed ? functionSteps(story, placed) : apiSteps(story);
  if (!steps) return undefined;
  const { origin, replay } = options;
  const body = [...steps.place, ...endOf(story, steps), ...(replay ? replaySteps(replay, steps) : [])];
  return [
    `import { expect, test } from 'vitest';`,
    '',
    `const sandbox = process.env.SANDBOX_URL ?? '${origin}';`,
    ...(story.payer === undefined ? [] : [`const openid = ${literal(story.payer)};`]),
    '',
    `test(${literal(titleOf(story, replay, placed !== undefined, steps))}, async () => {`,
    ...body.map((line) => (line === '' ? '' : `  ${line}`)),
    '}, 60_000);',
    '',
    ...helpers(placed !== undefined),
    '',
  ].join('\n');
}

interface Steps {
  /** Defines `paymentNo`. */
  place: string[];
  /** Asserts what the order's owner has stored, after the order is in this state at WeChat Pay. */
  stored(state: string): string[];
  /** Whether something receives callbacks there. */
  receives: boolean;
  /** Paid by a payment code, which is never called back. */
  byCode?: 'at once' | 'after a password';
}

/** The call that placed it; paying an order again sends no items. */
function placingOf(story: Story, traces: Traces): Invocation | undefined {
  return [...story.traceIds]
    .map((id) => traces.get(id)?.event?.data)
    .find((call) => {
      const { items } = (call?.event ?? {}) as { items?: unknown };
      const { ok } = (call?.result ?? {}) as { ok?: boolean };
      return call?.source === 'user' && Array.isArray(items) && ok === true;
    });
}

function functionSteps(story: Story, { functionName, event }: Invocation): Steps {
  const { items } = event as { items: unknown };
  const orders = [...story.orders.values()].map(({ amountFen }) => ({ amountFen, state: 'NOTPAY' }));
  const amounts = orders.map(({ amountFen }) => amountFen);
  return {
    place: [
      `const placed = await callFunction(${literal(functionName)}, {`,
      `  requestToken: crypto.randomUUID().replaceAll('-', ''),`,
      ...json(items, `  items: `, ','),
      '});',
      ...json({ ok: true, data: { orders } }, 'expect(placed).toMatchObject(', ');'),
      'const { paymentNo, orders } = placed.data;',
      '',
    ],
    stored: (state) => [
      '// What the database has of each order, and what the function tells the payer.',
      `const amounts = ${JSON.stringify(amounts)};`,
      'for (const [index, { outTradeNo }] of orders.entries()) {',
      "  const { document } = await get('/_cloud/database/orders/' + outTradeNo);",
      `  expect(document).toMatchObject({ state: ${literal(state)}, paymentNo, amountFen: amounts[index] });`,
      '}',
      `const asked = await callFunction('queryOrder', { paymentNo });`,
      `expect(asked.data.orders.map(({ state }) => state)).toEqual(orders.map(() => ${literal(state)}));`,
    ],
    receives: true,
  };
}

/** For an order that no function placed: the same request, signed anew, under numbers of its own. */
function apiSteps(story: Story): Steps | undefined {
  const placing = story.events.find(isPlacing)?.data;
  const asked = placing && readObject(placing.request.body);
  if (!placing?.mchid || !asked) return undefined;
  const { target } = placing.request;
  const byCode = target.endsWith('/codepay');
  const delivered = story.events.some(
    (event) => event.type === 'notification' && event.data.state === 'delivered',
  );
  return {
    place: [
      `const paymentNo = \`T\${Date.now()}\${Math.floor(Math.random() * 1e6)}\`;`,
      ...bodyLines(asked, byCode, isPaidAtOnce(placing)),
      `const target = ${literal(target)};`,
      `const sign = new URLSearchParams({ mchid: ${literal(placing.mchid)}, method: 'POST', target });`,
      "const signed = await fetch(sandbox + '/_sandbox/sign?' + sign, { method: 'POST', body });",
      'const authorization = await signed.text();',
      `const answer = await fetch(sandbox + target, {`,
      `  method: 'POST',`,
      `  headers: {`,
      `    authorization,`,
      `    accept: 'application/json',`,
      `    'content-type': 'application/json',`,
      `    'user-agent': 'vitest',`,
      `  },`,
      '  body,',
      '});',
      byCode
        ? `expect(await answer.json()).toMatchObject({ ${isPaidAtOnce(placing) ? "trade_state: 'SUCCESS'" : "code: 'USERPAYING'"} });`
        : `expect(await answer.json()).toEqual({ ${answeredBy(target)}: expect.any(String) });`,
      '',
    ],
    stored: () => [],
    receives: delivered,
    ...(byCode && { byCode: isPaidAtOnce(placing) ? 'at once' : 'after a password' }),
  };
}

function isPlacing(event: SandboxEvent): event is ExchangeEvent {
  if (event.type !== 'exchange' || event.data.request.method !== 'POST') return false;
  const { request, answer, code } = event.data;
  if (/\/transactions\/codepay$/.test(request.target)) return answer?.status === 200 || code === 'USERPAYING';
  return answer?.status === 200 && /(\/|-)transactions\/(jsapi|app|native|h5)$/.test(request.target);
}

function isPaidAtOnce({ answer }: ExchangeEvent['data']): boolean {
  return answer?.status === 200;
}

/** Defines `body`: the recorded request with other numbers, another payment code, and no expiry that may have passed. */
function bodyLines(asked: Record<string, unknown>, byCode: boolean, paidAtOnce: boolean): string[] {
  const { out_trade_no: _number, time_expire: _time, time_start: _start, ...rest } = asked;
  if (byCode) {
    return [
      "// The payer's phone shows a payment code.",
      `const { authCode } = await post('/_sandbox/payment-codes', ${paidAtOnce ? '{}' : '{ password: true }'});`,
      ...json(
        { ...rest, payer: 0 },
        'const body = JSON.stringify({ out_trade_no: paymentNo, ...',
        ' });',
      ).map((line) => line.replace('"payer": 0', '"payer": { auth_code: authCode }')),
    ];
  }
  const { combine_out_trade_no: combined, sub_orders: subOrders, ...common } = rest;
  if (combined === undefined) {
    return json(rest, 'const body = JSON.stringify({ out_trade_no: paymentNo, ...', ' });');
  }
  return [
    ...json(Array.isArray(subOrders) ? subOrders.map(withoutNumber) : [], 'const subOrders = ', ';'),
    ...json(common, 'const common = ', ';'),
    'const sub_orders = subOrders.map((order, index) => ({ ...order, out_trade_no: paymentNo + index }));',
    'const body = JSON.stringify({ ...common, combine_out_trade_no: paymentNo, sub_orders });',
  ];
}

function withoutNumber({ out_trade_no: _number, ...rest }: Record<string, unknown>): Record<string, unknown> {
  return rest;
}

/** What the answer to an order holds, by the kind of payment. */
function answeredBy(target: string): string {
  if (target.endsWith('/native')) return 'code_url';
  return target.endsWith('/h5') ? 'h5_url' : 'prepay_id';
}

/** Brings the placed order to the state of the copied one. */
function endOf(story: Story, steps: Steps): string[] {
  const order = "const order = () => get('/_sandbox/orders/' + paymentNo).then((found) => found.order);";
  const closing = story.events.some((event) => event.type === 'order' && event.data.change === 'closed');
  if (story.wechatState === 'CLOSED' && closing && steps.stored('').length > 0) {
    return [
      '// The payer does not pay.',
      `await callFunction('closeOrder', { paymentNo });`,
      order,
      `expect(await order()).toMatchObject({ state: 'CLOSED' });`,
      '',
      ...steps.stored('CLOSED'),
    ];
  }
  if (story.milestones.paidAtMs === undefined) {
    return [order, `expect(await order()).toMatchObject({ state: 'NOTPAY' });`];
  }
  if (steps.byCode) {
    const enters = [
      '// The payer enters the password.',
      `expect(await order()).toMatchObject({ state: 'USERPAYING' });`,
      `await post('/_sandbox/orders/' + paymentNo + '/pay', {});`,
    ];
    return [
      order,
      ...(steps.byCode === 'at once' ? [] : enters),
      `expect(await order()).toMatchObject({ state: 'SUCCESS', notifications: [] });`,
    ];
  }
  return [
    '// The payer pays at the cashier.',
    `const paid = await post('/_sandbox/orders/' + paymentNo + '/pay', ${story.payer === undefined ? '{}' : '{ openid }'});`,
    `expect(paid.order).toMatchObject({ state: 'SUCCESS' });`,
    '',
    steps.receives
      ? '// WeChat Pay calls back until it is acknowledged.'
      : '// WeChat Pay makes a callback; nobody acknowledged the copied one.',
    order,
    `const callbacks = async () => (await order()).notifications.map(({ state }) => state);`,
    steps.receives
      ? `await expect.poll(callbacks, { timeout: 30_000 }).toEqual(['delivered']);`
      : `expect(await callbacks()).toHaveLength(1);`,
    '',
    ...steps.stored('SUCCESS'),
  ];
}

function replaySteps({ tamper, ok, status }: Attempt, steps: Steps): string[] {
  const expected = status === undefined ? { ok } : { ok, status };
  const what = tamper === undefined ? 'The same callback once more' : `The callback, forged: ${tamper}`;
  return [
    '',
    `// ${what}. It changes nothing.`,
    'const [callback] = (await order()).notifications;',
    `const replay = await post(\`/_sandbox/notifications/\${callback.id}/replay\`, ${JSON.stringify(tamper === undefined ? {} : { tamper })});`,
    `expect(replay.attempts).toMatchObject([${JSON.stringify(expected)}]);`,
    `expect(await order()).toMatchObject({ state: 'SUCCESS' });`,
    ...(steps.stored('').length > 0
      ? [
          `const again = await callFunction('queryOrder', { paymentNo });`,
          `expect(again.data.orders).toEqual(asked.data.orders);`,
        ]
      : []),
  ];
}

function helpers(callsFunctions: boolean): string[] {
  const call = [
    '/** What wx.cloud.callFunction does for the payer. */',
    'async function callFunction(name: string, data: unknown): Promise<any> {',
    "  const answer = await post('/_cloud/functions/' + name, data, { 'x-sandbox-openid': openid });",
    `  expect(answer.errMsg).toBe('cloud.callFunction:ok');`,
    '  return answer.result;',
    '}',
    '',
  ];
  return [
    ...(callsFunctions ? call : []),
    'async function post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<any> {',
    `  const init = { method: 'POST', headers: { 'content-type': 'application/json', ...headers } };`,
    '  const response = await fetch(sandbox + path, { ...init, body: JSON.stringify(body) });',
    '  expect(response.status, path).toBe(200);',
    '  return response.json();',
    '}',
    '',
    'async function get(path: string): Promise<any> {',
    '  const response = await fetch(sandbox + path);',
    '  expect(response.status, path).toBe(200);',
    '  return response.json();',
    '}',
  ];
}

function titleOf(story: Story, replay: Attempt | undefined, recorded: boolean, { byCode }: Steps): string {
  if (byCode) return `an order of ${story.title ?? 'something'} is paid by code ${byCode}`;
  const end =
    story.milestones.paidAtMs !== undefined
      ? `is placed, paid${recorded ? ', called back and recorded' : ' and called back'}`
      : story.wechatState === 'CLOSED'
        ? 'is placed and closed'
        : 'is placed';
  const then =
    replay && `, and a ${replay.tamper === undefined ? 'repeated' : 'forged'} callback changes nothing`;
  return `an order of ${story.title ?? 'something'} ${end}${then ?? ''}`;
}

/** A value over as many lines as it needs. */
function json(value: unknown, before: string, after: string): string[] {
  const indent = /^ */.exec(before)![0];
  const lines = JSON.stringify(value, null, 2).split('\n');
  return lines.map((line, index) => {
    const start = index === 0 ? before : indent;
    return `${start}${line}${index === lines.length - 1 ? after : ''}`;
  });
}

function literal(text: string): string {
  return JSON.stringify(text);
}

function readObject(text: string): Record<string, unknown> | undefined {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
