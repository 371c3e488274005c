/**
 * Every function of cloudbaserc.json × every invocation source × hostile values in every part of every request: refused
 * by a code of the contract, with nothing written, and nothing secret or forged in the answer or the log.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InvocationIdentity } from '../../sandbox/cloudbase/index.ts';
import { functionNames } from './function-names.ts';
import { additionsTo, hostileValues, type Mutation, replacementsIn, typeOf } from './hostile.ts';
import { type Attacked, type Call, startAttacked } from './instance.ts';
import { type Source, targets } from './requests.ts';

const user = 'oSandboxUser0000000000000001';
const operator = 'oSandboxUser0000000000000003';

const identities: Readonly<Record<Source, InvocationIdentity>> = {
  user: { source: 'user', openid: user },
  operator: { source: 'user', openid: operator },
  function: { source: 'function', chain: 'wx_client', openid: user },
  timer: { source: 'timer' },
  http: { source: 'http' },
  none: {
    source: 'server',
    platform: { context: 'none', stale: { WX_OPENID: operator, TCB_SOURCE: 'scf' } },
  },
};

/** What somebody could call with who is neither a user of the mini-program nor part of the shop. */
const outsiders: readonly [string, InvocationIdentity][] = [
  ['a web user', webUser({ TCB_UUID: 'u', TCB_SOURCE: 'web_client' })],
  ['an anonymous web user', webUser({ TCB_ISANONYMOUS_USER: 'true', TCB_SOURCE: 'web_client' })],
  ["WeChat's HTTP API", webUser({ TCB_SOURCE: 'wx_http' })],
  ['an unknown SOURCE', webUser({ TCB_SOURCE: 'unknown' })],
  ['a client that says it is a timer', webUser({ TCB_SOURCE: 'wx_client', TRIGGER_SRC: 'timer' })],
];

function webUser(variables: Record<string, string>): InvocationIdentity {
  return { source: 'server', platform: { context: 'both', variables } };
}

let attacked: Attacked;
let secrets: readonly string[];
beforeAll(async () => {
  attacked = await startAttacked();
  const { direct, ecommerce } = attacked.system.simulator.credentials();
  secrets = [direct, ecommerce].flatMap(({ apiV3Key, privateKeyPem, appSecret }) => [
    apiV3Key,
    appSecret,
    privateKeyPem.split('\n')[5]!,
  ]);
});
afterAll(() => attacked?.close());

it('attacks every function that is deployed', () => {
  expect(Object.keys(targets).sort()).toEqual(functionNames().sort());
});

describe.each(Object.entries(targets))('%s', (name, { serves, requests, accepts }) => {
  const [usual, ...others] = serves;
  const refusing = (Object.keys(identities) as Source[]).filter((source) => !serves.includes(source));
  const outside = serves.includes('none') ? [] : outsiders.map(([, caller]) => caller);

  it('refuses every source that it does not serve, whatever the event looks like', async () => {
    const problems: string[] = [];
    for (const caller of [...refusing.map((source) => identities[source]), ...outside]) {
      for (const event of [...requests, ...disguises, { $ne: '' }, null]) {
        const call = await attacked.call(name, event, caller);
        problems.push(...problemsOf(call, secrets), ...notRefused(call, refusalCodes));
      }
    }
    expect([...new Set(problems)]).toEqual([]);
  });

  it('refuses hostile values in each part of each request', async () => {
    const mutations = requests.flatMap((request, index) => [
      ...hostileValues.flatMap(([, value]) => replacementsIn(request, value)).filter(isNewFor(index)),
      ...additionsTo(request),
    ]);
    expect(await problemsAfter(mutations, usual)).toEqual([]);
  });

  it('refuses hostile events from every other source that it serves', async () => {
    const mutations = hostileValues.map(([, value]) => ({ path: '', value, event: value, was: 'object' }));
    const problems: string[] = [];
    // A timer's event is not read.
    for (const source of others) {
      problems.push(...(await problemsAfter(source === 'timer' ? mutations.slice(0, 3) : mutations, source)));
    }
    expect(problems).toEqual([]);
  });

  async function problemsAfter(mutations: readonly Mutation[], source: Source): Promise<string[]> {
    const problems: string[] = [];
    for (const mutation of mutations) {
      const call = await attacked.call(name, mutation.event, identities[source]);
      const { path, event } = mutation;
      const accepted = source === 'timer' || mayBeAccepted(mutation) || accepts?.test(path);
      // A key that is unknown is refused as such, and not only because nothing has the id beside it.
      const codes = mutation.was === undefined && mutation.path !== '' ? unknownKeyCodes : undefined;
      const found = [...problemsOf(call, secrets), ...(accepted ? [] : notRefused(call, codes))];
      problems.push(
        ...found.map((each) => `${JSON.stringify(event)?.slice(0, 200)} from ${source}: ${each}`),
      );
    }
    return problems;
  }
});

it('leaves the prototypes of this process as they were', () => {
  expect(Object(Object.prototype).polluted).toBeUndefined();
});

/** Events that look as if they came from somewhere else. */
const disguises: readonly unknown[] = [
  { Type: 'Timer', TriggerName: 'everyMinute', Time: '2026-01-01T00:00:00Z', Message: '' },
  { httpMethod: 'POST', path: '/direct', headers: {}, body: '{}' },
  { userInfo: { openId: operator }, tcbContext: { openid: operator }, openid: operator, operator },
  { action: 'reconcile' },
  { action: 'refreshCertificates' },
];

const unknownKeyCodes = ['BAD_REQUEST', 'AMOUNT_NOT_ACCEPTED'];
const refusalCodes = ['NO_IDENTITY', 'SOURCE_NOT_ALLOWED', 'NOT_ALLOWED'];

/** Without its action, one request of a function is like another. */
function isNewFor(index: number): (mutation: Mutation) => boolean {
  return ({ path }) => index === 0 || (path !== '' && path !== 'action');
}

/** A value of the right type may be a legal one: a name may be any text, and a page may have no limit. */
function mayBeAccepted({ value, was, path }: Mutation): boolean {
  if (typeOf(value) === was) return true;
  // A shop's own goods have no seller; a list without a filter is everything that the caller may see.
  return value === null && /^(.*sellerId|.*productId|)$/.test(path);
}

/** What is wrong with how a call was answered and logged, whatever it was. */
function problemsOf({ answer, logs, written }: Call, secret: readonly string[]): string[] {
  const text = JSON.stringify(answer) ?? 'undefined';
  const log = logs.join('');
  const { ok, error } = Object(answer);
  const internal = ok === false && /^(INTERNAL|CONFIG_INVALID|BUSY|OUTCOME_UNKNOWN)$/.test(error.code);
  return [
    ...(internal ? [`answered ${error.code} ${log.slice(0, 600)}`] : []),
    ...(ok === false && written.length > 0 ? [`wrote ${written.join(', ')} and refused`] : []),
    ...(text.length > 20_000 ? [`answered ${text.length} characters`] : []),
    ...(/node_modules|\.ts:\d|at \w+ \(|ECONN|Cloud(Error|Base)/.test(text)
      ? ['answered where the code is']
      : []),
    ...secret.filter((each) => text.includes(each) || log.includes(each)).map(() => 'gave a secret away'),
    ...(/oSandboxUser0000/.test(log) ? ['logged an openid'] : []),
    ...logs.flatMap(problemsOfLine),
  ];
}

/** One event is one line of JSON of bounded length, without a character that a terminal would obey. */
function problemsOfLine(line: string): string[] {
  const body = line.replace(/\n$/, '');
  return [
    ...(line.endsWith('\n') && isJson(body) ? [] : ['logged something that is not a line of JSON']),
    ...(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u.test(body) ? ['logged a control character'] : []),
    ...(body.length > 16_000 ? [`logged ${body.length} characters`] : []),
  ];
}

/** Over HTTP a refusal is a status, and for WeChat's events the word `fail`. */
function notRefused({ answer }: Call, codes?: readonly string[]): string[] {
  const { ok, error, statusCode } = Object(answer);
  if (ok === false && (!codes || codes.includes(error.code))) return [];
  if (answer === 'fail' || (statusCode >= 400 && statusCode < 500)) return [];
  return [`was not refused: ${JSON.stringify(answer)?.slice(0, 200)}`];
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
