import { afterEach, describe, expect, it, vi } from 'vitest';
import { createPlatformKeys } from '../crypto/platform-keys.ts';
import { apiV3Key, rejection, rsaPair, signatureHeaders } from '../testing/material.ts';
import { type ClientOptions, createClient } from './client.ts';
import type { HttpRequest, HttpResponse } from './client-types.ts';
import { TransportError } from './transport-error.ts';

const [merchant, platform] = [rsaPair('merchant'), rsaPair('platform')];
const nowMs = () => 1_750_000_000_000;
const serial = 'PUB_KEY_ID_0119000000012024';
const [main, backup] = ['https://main.example', 'https://backup.example'];
const post = { method: 'POST', path: '/v3/x', body: '{"out_trade_no":"T1"}' } as const;
const idempotent = { ...post, idempotent: true };
const get = { method: 'GET', path: '/v3/x' } as const;

/** Over a fake transport: real signatures, no network, no waiting. */
function client(options: Partial<ClientOptions>) {
  return createClient({ ...base(), nonce: () => 'nonce', random: () => 0, ...options });
}

const base = () => ({
  account: {
    mchid: '1900000001',
    serialNo: '5157F09EFDC096DE',
    privateKey: merchant.privateKey,
    apiV3Key,
  },
  platformKeys: createPlatformKeys({ publicKey: { id: serial, key: platform.publicKey }, nowMs }),
  bases: [main, backup],
  nowMs,
});

const failure = (kind: string, code: string) =>
  expect.objectContaining({ name: 'WechatpayError', kind, code });

const response = (status: number, body: object): HttpResponse => {
  const text = JSON.stringify(body);
  const headers = signatureHeaders(text, { privatePem: platform.privatePem, serial, nowMs: nowMs() });
  const lowerCase = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  return { status, headers: Object.fromEntries(lowerCase), body: Buffer.from(text) };
};
const signedOk = response(200, {});
const signedRefusal = response(400, { code: 'ORDERPAID', message: '' });
const unsignedSignError = { ...response(401, { code: 'SIGN_ERROR', message: '' }), headers: {} };

describe('a call of several attempts', () => {
  const answers = (...outcomes: (HttpResponse | TransportError)[]) => {
    const asked: HttpRequest[] = [];
    const transport = async (request: HttpRequest) => {
      asked.push(request);
      const outcome = outcomes[asked.length - 1] ?? outcomes.at(-1)!;
      if (outcome instanceof TransportError) throw outcome;
      return outcome;
    };
    return { asked, transport };
  };
  const timeout = new TransportError('timeout', 'no complete answer within 8000 ms');
  const noConnection = new TransportError('connect', 'no connection');

  it.each([
    ['a connection that was never made', noConnection, 'no connection'],
    ['a signed refusal', signedRefusal, 'ORDERPAID'],
    ['a signature that is not accepted', unsignedSignError, 'SIGN_ERROR'],
  ])('is unknown when one of them may have had an effect, whatever ended it: %s', async (_, last, said) => {
    const { transport } = answers(timeout, last);
    const error = await rejection(client({ transport }).send(idempotent));
    expect(error).toEqual(failure('unknown', 'RESPONSE_TIMEOUT'));
    expect(error.message).toContain('may have taken effect');
    expect(error.message).toContain(said);
  });

  it('ends as its last one did when it only reads', async () => {
    const { transport } = answers(timeout, signedRefusal);
    await expect(client({ transport }).send(get)).rejects.toEqual(failure('refused', 'ORDERPAID'));
  });

  it('ends as its last one did when those before had no effect', async () => {
    const { transport } = answers(noConnection, signedRefusal);
    await expect(client({ transport }).send(post)).rejects.toEqual(failure('refused', 'ORDERPAID'));
  });

  it('sends the text of its body with each of them, and no body where there is none', async () => {
    const posted = answers(noConnection, signedOk);
    await client({ transport: posted.transport }).send(idempotent);
    expect(posted.asked.map(({ body }) => body)).toEqual([post.body, post.body]);
    const read = answers(signedOk);
    await client({ transport: read.transport }).send(get);
    expect(read.asked.map(({ body }) => body)).toEqual([undefined]);
  });

  it('is one when the transport itself is broken, whose error goes to the caller as it is', async () => {
    const broken = new TypeError('not a function');
    let attempts = 0;
    const transport = async () => {
      attempts++;
      throw broken;
    };
    await expect(client({ transport }).send(get)).rejects.toBe(broken);
    expect(attempts).toBe(1);
  });

  it('begins none that cannot be answered in the time that is left', async () => {
    const clock = { ms: 0 };
    const asked: number[] = [];
    const one = client({
      limits: { responseTimeoutMs: 8_000, totalTimeoutMs: 16_900 },
      monotonicMs: () => clock.ms,
      transport: async ({ responseTimeoutMs }) => {
        asked.push(responseTimeoutMs);
        clock.ms += responseTimeoutMs;
        throw timeout;
      },
    });
    await expect(one.send(idempotent)).rejects.toEqual(failure('unknown', 'RESPONSE_TIMEOUT'));
    expect(asked).toEqual([8_000, 8_000]);
    asked.length = clock.ms = 0;
    const longer = one.send({ ...idempotent, totalTimeoutMs: 17_500 });
    await expect(longer).rejects.toEqual(failure('unknown', 'RESPONSE_TIMEOUT'));
    expect(asked).toEqual([8_000, 8_000, 1_500]);
  });

  it('keeps to the limits of the request, else to those of the client, else to its own', async () => {
    const { asked, transport } = answers(signedOk);
    const own = { responseTimeoutMs: 123, maxResponseBytes: 456 };
    await client({ transport, limits: {} }).send(get);
    await client({ transport, limits: { responseTimeoutMs: 77, connectTimeoutMs: 66 } }).send(get);
    await client({ transport, limits: { responseTimeoutMs: 77 } }).send({ ...get, ...own });
    await client({ transport }).send({ ...get, totalTimeoutMs: 55 });
    const limits = asked.map((each) => [
      each.connectTimeoutMs,
      each.responseTimeoutMs,
      each.maxResponseBytes,
    ]);
    expect(limits.map((each) => each.map(Math.round))).toEqual([
      [3_000, 8_000, 2 * 1024 * 1024],
      [66, 77, 2 * 1024 * 1024],
      [3_000, 123, 456],
      [3_000, 55, 2 * 1024 * 1024],
    ]);
  });
});

describe('the host of the next call', () => {
  const hosts = (outcomes: (HttpResponse | TransportError)[], bases = [main, backup]) => {
    const seen: string[] = [];
    const transport = async ({ url }: HttpRequest) => {
      seen.push(new URL(url).hostname.replace('.example', ''));
      const outcome = outcomes.shift() ?? signedOk;
      if (outcome instanceof TransportError) throw outcome;
      return outcome;
    };
    return { seen, one: client({ transport, bases }) };
  };

  it.each([
    ['refused the call before', signedRefusal],
    ['answered it with too much', new TransportError('too-large', 'longer than 1 byte')],
  ])('is the same that %s', async (_, outcome) => {
    const { seen, one } = hosts([outcome]);
    await rejection(one.send(get));
    await one.send(get);
    expect(seen).toEqual(['main', 'main']);
  });

  it('is the same whose kept-alive connection was dead, and so is that of the repetition', async () => {
    const { seen, one } = hosts([new TransportError('dead-socket', 'closed')]);
    await one.send(get);
    await one.send(get);
    expect(seen).toEqual(['main', 'main', 'main']);
  });

  it('is not one that failed in between, because an earlier one failed late', async () => {
    const down = new TransportError('connect', 'refused');
    let failLate = () => {};
    const late = new Promise<HttpResponse>((_, reject) => {
      failLate = () => reject(new TransportError('timeout', 'no answer'));
    });
    const third = 'https://third.example';
    const seen: string[] = [];
    const one = client({
      bases: [main, backup, third],
      transport: async ({ url }) => {
        seen.push(new URL(url).hostname);
        if (seen.length === 1) return late;
        if (!url.startsWith(third)) throw down;
        return signedOk;
      },
    });
    const first = rejection(one.send(post));
    await one.send(get);
    failLate();
    await first;
    const before = seen.length;
    await one.send(get);
    expect(seen.slice(before)).toEqual(['third.example']);
  });
});

describe('what a client does without being told otherwise', () => {
  afterEach(() => void vi.useRealTimers());
  const down = new TransportError('connect', 'refused');

  it('waits for a moment of its own before it asks again', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    const asked: string[] = [];
    const transport = async ({ url }: HttpRequest) => {
      asked.push(url);
      if (asked.length === 1) throw down;
      return signedOk;
    };
    const half = client({ transport, random: () => 0.5 }).send(get);
    await vi.advanceTimersByTimeAsync(99);
    expect(asked).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(await half).toEqual({});
    asked.length = 0;
    const any = createClient({ ...base(), transport }).send(get);
    await vi.advanceTimersByTimeAsync(200);
    expect(await any).toEqual({});
    expect(asked).toHaveLength(2);
  });

  it('signs each attempt with a nonce of its own', async () => {
    const nonces: string[] = [];
    const transport = async ({ headers }: HttpRequest) => {
      nonces.push(/nonce_str="([^"]*)"/.exec(headers.Authorization!)![1]!);
      if (nonces.length === 1) throw down;
      return signedOk;
    };
    await createClient({ ...base(), random: () => 0, transport }).send(get);
    expect(nonces).toEqual([
      expect.stringMatching(/^[0-9a-f]{32}$/),
      expect.stringMatching(/^[0-9a-f]{32}$/),
    ]);
    expect(nonces[0]).not.toBe(nonces[1]);
  });
});

it('tries a host that cannot be reached last for a minute, and first again after it', async () => {
  const clock = { ms: 0 };
  const seen: string[] = [];
  const down = new Set([main]);
  const one = client({
    monotonicMs: () => clock.ms,
    transport: async ({ url }) => {
      seen.push(url.replace(/https:..|.example/g, ''));
      if ([...down].some((base) => url.startsWith(base))) throw new TransportError('connect', 'refused');
      return signedOk;
    },
  });
  const hostsOfNext = async () => {
    seen.length = 0;
    await one.send(get);
    return seen.splice(0);
  };
  expect(await hostsOfNext()).toEqual(['main/v3/x', 'backup/v3/x']);
  clock.ms = 59_999;
  expect(await hostsOfNext()).toEqual(['backup/v3/x']);
  down.clear();
  clock.ms = 60_000;
  expect(await hostsOfNext()).toEqual(['main/v3/x']);
  down.add(main).add(backup);
  await expect(hostsOfNext()).rejects.toEqual(failure('unknown', 'CONNECT_FAILED'));
  expect(seen).toEqual(['main/v3/x', 'backup/v3/x', 'main/v3/x']);
});
