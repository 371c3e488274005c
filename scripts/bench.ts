/**
 * `npm run bench`: figures as ratios against a baseline in the same run, since absolute times of a shared machine
 * mean little. `-- --json` prints them as one JSON object.
 *
 * On demand, each for itself: `-- buyers [--buyers 200] [--seconds 300] [--pause-ms 30000]`,
 * `-- reconcile [--stored 1000000] [--due 10000]`, `-- order-cost`, `-- sale-day [--orders 100000] [--concurrency 10]`, and
 * `-- sandbox [--orders 100000] [--exchanges 1000000] [--state] [--unsigned] [--quick]`.
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { benchApplication } from './bench/application.ts';
import { benchBills } from './bench/bills.ts';
import { benchBuyers, verdictOf } from './bench/buyers.ts';
import { benchCreateOrder } from './bench/create-order.ts';
import { benchLoad } from './bench/load.ts';
import { benchOrderCost } from './bench/order-cost.ts';
import { benchReconcile } from './bench/reconcile.ts';
import { benchRefund } from './bench/refund.ts';
import { refundSale, saleDayText, shareSale } from './bench/sale-day.ts';
import { benchSandbox } from './bench/sandbox.ts';
import { benchLimits } from './bench/sandbox-limits.ts';
import { benchProcess } from './bench/sandbox-process.ts';
import { benchSigning } from './bench/signing.ts';
import { buildFunctions } from './build/functions.ts';

const root = join(fileURLToPath(import.meta.url), '../..');

/** Each for itself. */
const onDemand: Readonly<Record<string, (values: Values) => Promise<void>>> = {
  buyers: async ({ buyers, seconds, 'pause-ms': pauseMs }) => {
    await buildFunctions({ root });
    const options = { buyers: Number(buyers), seconds: Number(seconds), pauseMs: Number(pauseMs) };
    const figures = await benchBuyers(root, options);
    console.log(JSON.stringify(figures, undefined, 2));
    const { isMet, text } = verdictOf(figures);
    console.log(text);
    process.exitCode = isMet ? 0 : 1;
  },
  reconcile: async (values) => {
    await buildFunctions({ root });
    const [stored, due] = [Number(values.stored), Number(values.due)];
    // Few stored orders first, for what one due order costs then: not many are needed for that.
    const few = Math.min(due, 200);
    console.log(JSON.stringify(await benchReconcile(root, few, few)));
    console.log(JSON.stringify(await benchReconcile(root, stored, due, (text) => console.error(text))));
  },
  'order-cost': async () => {
    await buildFunctions({ root });
    console.table(await benchOrderCost(root));
  },
  'sale-day': async (values) => {
    const concurrency = values.concurrency === undefined ? undefined : Number(values.concurrency);
    const options = { orders: Number(values.orders), concurrency };
    console.log(saleDayText(await shareSale('ecommerce', options)));
    console.log(saleDayText(await shareSale('partner', options)));
    console.log(saleDayText(await refundSale(options)));
  },
  sandbox: async ({ quick, unsigned, state, ...values }) => {
    const [orders, exchanges] = [Number(values.orders), Number(values.exchanges)];
    const wish = { orders, exchanges, clients: 200, state, copies: quick, unsigned: unsigned || quick };
    await benchProcess(root, wish, (figures) => console.log(JSON.stringify(figures)));
  },
};

async function main(): Promise<void> {
  const { values, which } = readArguments();
  if (which === undefined) return all(values.json);
  const bench = onDemand[which];
  if (!bench)
    throw new Error(`Unknown bench "${which}": ${Object.keys(onDemand).join(', ')}, or none for all others.`);
  await bench(values);
}

type Values = ReturnType<typeof readArguments>['values'];

function readArguments() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      buyers: { type: 'string', default: '200' },
      seconds: { type: 'string', default: '300' },
      'pause-ms': { type: 'string', default: '30000' },
      stored: { type: 'string', default: '1000000' },
      due: { type: 'string', default: '10000' },
      orders: { type: 'string', default: '100000' },
      concurrency: { type: 'string' },
      exchanges: { type: 'string', default: '1000000' },
      state: { type: 'boolean', default: false },
      unsigned: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
    },
  });
  return { values, which: positionals[0] };
}

async function all(json: boolean): Promise<void> {
  const say = (text: string) => (json ? console.error(text) : console.log(text));
  await buildFunctions({ root });
  const figures = {
    node: process.version,
    signing: await step(say, 'signing', () => benchSigning(11)),
    createOrder: await step(say, 'createOrder', () => benchCreateOrder(root, 9)),
    refund: await step(say, 'refund', () => benchRefund(root, 7)),
    application: await step(say, 'application', () => benchApplication(9)),
    load: await step(say, 'load', () => benchLoad(join(root, 'dist/functions'), 9)),
    bills: await step(say, 'bills', () => benchBills(root)),
    sandbox: await step(say, 'sandbox, 1,000 orders', () => benchSandbox(1_000)),
    sandboxFull: await step(say, 'sandbox, 100,000 orders', () => benchSandbox(100_000)),
    limits: await step(say, 'sandbox, its limits', () => benchLimits(100_000, 1_000_000)),
  };
  if (json) console.log(JSON.stringify(figures));
  else print(figures);
}

async function step<T>(say: (text: string) => void, name: string, run: () => Promise<T>): Promise<T> {
  say(`measuring ${name} … 正在测量`);
  return run();
}

type Figures = {
  signing: Awaited<ReturnType<typeof benchSigning>>;
  createOrder: Awaited<ReturnType<typeof benchCreateOrder>>;
  refund: Awaited<ReturnType<typeof benchRefund>>;
  application: Awaited<ReturnType<typeof benchApplication>>;
  load: Awaited<ReturnType<typeof benchLoad>>;
  sandbox: Awaited<ReturnType<typeof benchSandbox>>;
  bills: Awaited<ReturnType<typeof benchBills>>;
  sandboxFull: Awaited<ReturnType<typeof benchSandbox>>;
  limits: Awaited<ReturnType<typeof benchLimits>>;
};

function print(figures: Figures): void {
  const { signing, createOrder, application, load, sandbox, sandboxFull, limits, bills, refund } = figures;
  const rows: [what: string, figure: string, aim: string][] = [
    ['sign, speed of node:crypto', fixed(signing.signSpeedOfFloor), '≥ 0.95'],
    ['verify, speed of node:crypto', fixed(signing.verifySpeedOfFloor), '≥ 0.95'],
    [
      'sign, times faster than jsrsasign with the PEM on each call',
      fixed(signing.signTimesFasterThanJsrsasign),
      '',
    ],
    [
      'createOrder warm, CPU against the same exchanges with built-ins',
      `${fixed(createOrder.cpuMs / createOrder.floorMs)} (${fixed(createOrder.cpuMs)} · ${fixed(createOrder.floorMs)} ms)`,
      '≤ 2.5',
    ],
    [
      'createOrder cold, CPU to the first answer against the same exchanges with built-ins',
      `${fixed(createOrder.coldMs / createOrder.coldFloorMs)} (${fixed(createOrder.coldMs)} · ${fixed(createOrder.coldFloorMs)} ms, bare node ${fixed(createOrder.bareMs)} ms)`,
      '≤ 1.8',
    ],
    ['createOrder, requests to the database and WeChat Pay', String(createOrder.exchanges), ''],
    [
      'refund warm, CPU against the same exchanges with built-ins',
      `${fixed(refund.cpuMs / refund.floorMs)} (${fixed(refund.cpuMs)} · ${fixed(refund.floorMs)} ms, ${refund.exchanges} requests)`,
      '',
    ],
    ['application, CPU against its OAEP encryptions', fixed(application.oursMs / application.floorMs), ''],
    [`bill of ${bills.lines} lines, lines per second`, fixed(bills.linesPerSecond), ''],
    ['the same, CPU of a line against gunzip and csv-parse alone', fixed(bills.cpuOfFloor), '≤ 1'],
    ['the same, peak memory in MB', fixed(bills.mb), '≤ 256'],
    ['sandbox, lifecycles per second on one core', fixed(sandbox.lifecyclesPerSecond), ''],
    ['sandbox, lifecycles per second on one core, with 1,000 orders', fixed(sandbox.lifecyclesPerSecond), ''],
    [
      'the same with 100,000 orders, against 1,000',
      `${fixed(sandboxFull.lifecyclesPerSecond / sandbox.lifecyclesPerSecond)} (heap ${fixed(sandboxFull.heapMb)} MB)`,
      '≥ 0.9, ≤ 512 MB',
    ],
    ['sandbox with 100,000 orders and 1,000,000 exchanges, heap in MB', fixed(limits.heapMb), '≤ 512'],
    [
      `the same with a state file and ${limits.clients} clients at once, lifecycles per second on one core`,
      `${fixed(limits.lifecyclesPerSecond)} (state ${fixed(limits.stateFileMb)} MB, history ${fixed(limits.historyFileMb)} MB)`,
      '',
    ],
    ['the same, CPU of a restart in ms', fixed(limits.restartCpuMs), ''],
    ['bare node, ms · MB', `${fixed(load.bare.ms)} · ${fixed(load.bare.mb)}`, ''],
    ...load.bundles.map((bundle): [string, string, string] => [
      `load ${bundle.name}, against bare node`,
      `${fixed(bundle.msRatio)} (${fixed(bundle.ms)} ms, ${fixed(bundle.mb)} MB, ${bundle.bytes} bytes)`,
      '≤ 2',
    ]),
  ];
  const width = Math.max(...rows.map(([what]) => what.length));
  for (const [what, figure, aim] of rows)
    console.log(`${what.padEnd(width)}  ${figure}${aim && `  (aim ${aim})`}`);
}

function fixed(value: number): string {
  return value.toFixed(2);
}

await main();
