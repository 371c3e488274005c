// One instance of a function in a process of its own. Standard input: `{ folder, context, rounds, floorUrl }`, and for
// another function than createOrder `{ prepared, warmCalls, callsPerRound }`: its calls, each with the openid of its
// caller. With rounds 0 it makes one call, cold. Else it measures the CPU of warm calls beside that of their floor, and
// prints one line of JSON at the end.
'use strict';

const { randomBytes } = require('node:crypto');
const http = require('node:http');
const { readFileSync } = require('node:fs');

const input = JSON.parse(readFileSync(0, 'utf8'));
const { folder, context, rounds, floorUrl, prepared: given, warmCalls = 300, callsPerRound = 40 } = input;
const { main } = require(folder);

/** One payer after another: what one of them may leave unpaid is limited. */
function calls(count) {
  const environment = JSON.parse(context.environment);
  const by = (openid) => ({
    ...context,
    environ: '',
    environment: JSON.stringify({ ...environment, WX_OPENID: openid }),
  });
  if (given) return given.splice(0, count).map(({ event, openid }) => [event, by(openid)]);
  return Array.from({ length: count }, () => {
    const requestToken = randomBytes(16).toString('hex');
    const event = { requestToken, items: [{ productId: 'sticker', quantity: 1 }] };
    return [event, by(`o${requestToken.slice(0, 27)}`)];
  });
}

async function callAll(prepared) {
  for (const [event, itsContext] of prepared) {
    const result = await main(event, itsContext);
    const done = result.ok && (result.data.payment ?? result.data.refund?.state === 'PROCESSING');
    if (!done) throw new Error(`the call failed: ${JSON.stringify(result)}`);
  }
}

/** The sizes of what one warm call sends and receives, in order. */
async function exchangesOfOneCall() {
  const exchanges = [];
  const realRequest = http.request;
  http.request = (...args) => {
    const [target] = args;
    const path = typeof target === 'object' ? (target.pathname ?? target.path) : new URL(target).pathname;
    const exchange = { requestBytes: 0, responseBytes: 0, toWechat: String(path).startsWith('/v3/') };
    exchanges.push(exchange);
    const request = realRequest(...args);
    for (const name of ['write', 'end']) {
      const real = request[name].bind(request);
      request[name] = (chunk, ...rest) => {
        if (typeof chunk === 'string' || Buffer.isBuffer(chunk))
          exchange.requestBytes += Buffer.byteLength(chunk);
        return real(chunk, ...rest);
      };
    }
    request.on('response', (response) =>
      response.on('data', (chunk) => {
        exchange.responseBytes += chunk.length;
      }),
    );
    return request;
  };
  await callAll(calls(1));
  http.request = realRequest;
  // In the floor, the call to WeChat Pay comes last.
  return exchanges.sort((a, b) => Number(a.toWechat) - Number(b.toWechat));
}

async function cpuMs(work) {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / callsPerRound;
}

function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

async function measure() {
  if (rounds === 0) {
    // The first call of a cold instance: the CPU of the whole process.
    await callAll(calls(1));
    const { user, system } = process.cpuUsage();
    console.log((user + system) / 1000);
    process.exit(0);
  }
  // The function's own log lines are part of its work, but not of this output.
  const print = process.stdout.write.bind(process.stdout);
  process.stdout.write = () => true;
  await callAll(calls(warmCalls));
  const exchanges = await exchangesOfOneCall();
  const { createFloor } = require('./floor.cjs');
  const privateKeyDer = process.env.WECHATPAY_DIRECT_PRIVATE_KEY;
  const callFloor = createFloor({ url: floorUrl, exchanges, privateKeyDer, signsForPhone: !given });
  const floor = async (count) => {
    for (let call = 0; call < count; call++) await callFloor();
  };
  await floor(warmCalls);
  const ours = [];
  const floors = [];
  for (let round = 0; round < rounds; round++) {
    const prepared = calls(callsPerRound);
    ours.push(await cpuMs(() => callAll(prepared)));
    floors.push(await cpuMs(() => floor(callsPerRound)));
  }
  print(`${JSON.stringify({ cpuMs: median(ours), floorMs: median(floors), exchanges })}\n`);
  process.exit(0);
}

measure().catch((error) => {
  console.error(error);
  process.exit(1);
});
