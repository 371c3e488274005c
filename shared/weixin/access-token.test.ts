import { beforeEach, describe, expect, it } from 'vitest';
import { type MemoryDocuments, memoryDocuments } from '../core/testing/documents.ts';
import { accessToken, requestAccessToken } from './access-token.ts';

const appid = 'wx0123456789abcdef';
const appSecret = '0123456789abcdef0123456789abcdef';
const second = 1000;
const minute = 60 * second;

let documents: MemoryDocuments;
let nowMs: number;
/** What WeChat answers next; after the last one, a new token for two hours. */
let answers: (object | Error)[];
let asked: unknown[];

beforeEach(() => {
  documents = memoryDocuments();
  nowMs = 1_800_000_000_000;
  answers = [];
  asked = [];
});

async function fetch(url: string, { body }: RequestInit): Promise<Response> {
  asked.push([url, JSON.parse(String(body))]);
  const answer = answers.shift() ?? { access_token: `token-${asked.length}`, expires_in: 7200 };
  if (answer instanceof Error) throw answer;
  return Response.json(answer);
}
const options = () => ({
  ...{ documents, clock: { nowMs: () => nowMs }, appid, appSecret },
  ...{ fetch, base: 'https://wechat.example', timeoutMs: second },
});
const token = (refused?: string) => accessToken(options(), refused);
/** Of an instance that comes a millisecond later: what it writes is not what the other one wrote. */
const tokenOfOther = () => accessToken({ ...options(), clock: { nowMs: () => nowMs + 1 } });
const claimed = (untilMs: number) =>
  documents.update('access_tokens', appid, {}, { renewingUntilMs: untilMs });

describe('the access token', () => {
  it('is the stable one of the mini-program', async () => {
    expect(await token()).toBe('token-1');
    const body = { grant_type: 'client_credential', appid, secret: appSecret };
    expect(asked).toEqual([['https://wechat.example/cgi-bin/stable_token', body]]);
  });

  it('is used until five minutes before its end, and then renewed', async () => {
    await token();
    nowMs += 115 * minute - 1;
    expect(await token()).toBe('token-1');
    nowMs += 1;
    expect(await token()).toBe('token-2');
    nowMs += 115 * minute - 1;
    expect(await token()).toBe('token-2');
  });

  it('lives from when it came', async () => {
    answers = [{ access_token: 'short', expires_in: 301 }];
    await token();
    expect(documents.peek('access_tokens', appid)).toEqual({
      _id: appid,
      token: 'short',
      expiresAtMs: nowMs + 301 * second,
      renewingUntilMs: 0,
    });
  });

  it('is read without writing anything', async () => {
    await token();
    const operations: string[] = [];
    documents.interrupt = async (when, operation) => {
      if (when === 'before') operations.push(operation);
    };
    await token();
    expect(operations).toEqual(['get access_tokens']);
  });

  it('is not returned again once WeChat refused it', async () => {
    await token();
    expect(await token('token-1')).toBe('token-2');
    expect(await token('token-1')).toBe('token-2');
  });
});

describe('of two instances', () => {
  it('one asks for the first token, and the other is told to come later', async () => {
    const [one, other] = await Promise.allSettled([token(), tokenOfOther()]);
    expect(one).toMatchObject({ value: 'token-1' });
    expect(other).toMatchObject({ reason: { kind: 'later', errcode: undefined } });
    expect(asked).toHaveLength(1);
  });

  it('one renews it, and the other uses the old one meanwhile', async () => {
    await token();
    nowMs += 116 * minute;
    expect(await Promise.all([token(), tokenOfOther()])).toEqual(['token-2', 'token-1']);
  });

  it('the other does not use one that has expired, or that was refused', async () => {
    await token();
    await claimed(nowMs + 200 * minute);
    await expect(token('token-1')).rejects.toMatchObject({ kind: 'later' });
    nowMs += 120 * minute - 1;
    expect(await token()).toBe('token-1');
    nowMs += 1;
    await expect(token()).rejects.toMatchObject({ kind: 'later' });
  });

  it('the other asks 15 seconds after the one that died', async () => {
    documents.interrupt = async (when, operation) => {
      if (when === 'after' && operation === 'update access_tokens') throw new Error('died');
    };
    await expect(token()).rejects.toThrow('died');
    documents.interrupt = async () => {};
    nowMs += 15 * second - 1;
    await expect(token()).rejects.toMatchObject({ kind: 'later' });
    nowMs += 1;
    expect(await token()).toBe('token-1');
  });
});

describe('a request for a token that fails', () => {
  it.each([
    [-1, 'later'],
    [45009, 'later'],
    [45011, 'later'],
    [1, 'fault'],
    [40013, 'fault'],
    [40164, 'fault'],
  ])('with %d is %s', async (errcode, kind) => {
    answers = [{ errcode, errmsg: 'as WeChat said' }];
    await expect(requestAccessToken(options())).rejects.toMatchObject({
      kind,
      errcode,
      message: `stable_token: ${errcode} as WeChat said`,
    });
  });

  it.each([
    {},
    { access_token: 'x' },
    { access_token: 'x', expires_in: '7200' },
    { access_token: '', expires_in: 7200 },
    { access_token: 1, expires_in: 7200 },
    { expires_in: 7200 },
  ])('with %j is a fault', async (answer) => {
    answers = [answer];
    const message = expect.stringMatching(/^stable_token: +$/);
    await expect(token()).rejects.toMatchObject({ kind: 'fault', errcode: undefined, message });
  });

  it('without an answer may be made again: nothing was asked of WeChat but the token', async () => {
    answers = [new Error('reset')];
    const message = 'POST /cgi-bin/stable_token: reset';
    await expect(token()).rejects.toMatchObject({ kind: 'later', errcode: undefined, message });
  });

  it('leaves the next one free at once', async () => {
    answers = [{ errcode: 40125 }];
    await expect(token()).rejects.toMatchObject({ kind: 'fault', errcode: 40125 });
    expect(await token()).toBe('token-2');
  });

  it.each([new Error('reset'), { errcode: -1 }, { errcode: 40164 }])(
    'leaves the old one in use while WeChat accepts it: %j',
    async (answer) => {
      await token();
      nowMs += 116 * minute;
      answers = [answer];
      expect(await token()).toBe('token-1');
      expect(await token()).toBe('token-3');
    },
  );

  it('does not hide that the old one has expired, or was refused', async () => {
    await token();
    answers = [{ errcode: 40164 }];
    await expect(token('token-1')).rejects.toMatchObject({ errcode: 40164 });
    nowMs += 120 * minute;
    answers = [{ errcode: 40164 }];
    await expect(token()).rejects.toMatchObject({ errcode: 40164 });
  });
});

it('lets a failure of the database through', async () => {
  await token();
  nowMs += 116 * minute;
  let updates = 0;
  documents.interrupt = async (when, operation) => {
    if (when === 'before' && operation === 'update access_tokens' && ++updates === 2) throw new Error('gone');
  };
  await expect(token()).rejects.toThrow('gone');
});
