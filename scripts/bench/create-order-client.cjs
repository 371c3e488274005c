// Measures the CPU of one warm instance of createOrder, beside that of its floor. Arguments: folder of the
// bundle, rounds; the invocation's context comes on standard input. Prints one line of JSON at the end.
'use strict';

const { createPrivateKey, createPublicKey, randomBytes, sign, verify } = require('node:crypto');
const http = require('node:http');
const { readFileSync } = require('node:fs');

const [folder, rounds] = [process.argv[2], Number(process.argv[3])];
const context = JSON.parse(readFileSync(0, 'utf8'));
const { main } = require(folder);
const callsPerRound = 40;

let documentCalls = 0;
const realRequest = http.request;
http.request = (...args) => {
  const target = args.map((arg) => (typeof arg === 'string' ? arg : (arg?.path ?? ''))).join(' ');
  if (target.includes('/admin')) documentCalls++;
  return realRequest(...args);
};
// The function's own log lines are part of its work, but not of this output.
const printed = process.stdout.write.bind(process.stdout);
process.stdout.write = () => true;

const privateKey = createPrivateKey({
  key: Buffer.from(process.env.WECHATPAY_DIRECT_PRIVATE_KEY, 'base64'),
  format: 'der',
  type: 'pkcs8',
});
const publicKey = createPublicKey(privateKey);
const message = Buffer.alloc(420, 'm');
const signature = sign('RSA-SHA256', message, privateKey);

async function createOrders(count) {
  for (let call = 0; call < count; call++) {
    const event = {
      requestToken: randomBytes(16).toString('hex'),
      items: [{ productId: 'sticker', quantity: 1 }],
    };
    const result = await main(event, context);
    if (!result.ok || !result.data.payment) throw new Error(`createOrder failed: ${JSON.stringify(result)}`);
  }
}

async function floor(count) {
  for (let call = 0; call < count; call++) {
    sign('RSA-SHA256', message, privateKey).toString('base64');
    sign('RSA-SHA256', message, privateKey).toString('base64');
    verify('RSA-SHA256', message, publicKey, signature);
  }
}

async function cpuMs(work, count) {
  const before = process.cpuUsage();
  await work(count);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / count;
}

function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

async function measure() {
  if (rounds === 0) {
    // The first call of a cold instance; the caller measures the whole process.
    await createOrders(1);
    process.exit(0);
  }
  await createOrders(300);
  await floor(100);
  documentCalls = 0;
  const ours = [];
  const floors = [];
  for (let round = 0; round < rounds; round++) {
    ours.push(await cpuMs(createOrders, callsPerRound));
    floors.push(await cpuMs(floor, callsPerRound));
  }
  const figures = {
    cpuMs: median(ours),
    floorMs: median(floors),
    documentCalls: documentCalls / (rounds * callsPerRound),
  };
  printed(`${JSON.stringify(figures)}\n`);
  process.exit(0);
}

measure().catch((error) => {
  console.error(error);
  process.exit(1);
});
