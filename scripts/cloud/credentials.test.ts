import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findCredentials, loginFileIn } from './credentials.ts';
import { apiProblem, isNotFound, Problem } from './problem.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'home-'));
});
afterEach(() => rmSync(home, { recursive: true }));

const find = (shell: Record<string, string> = {}, values: Record<string, string> = {}) =>
  findCredentials({ HOME: home, ...shell }, values, 1000);
function login(credential: object): void {
  const file = loginFileIn(home);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify({ credential }));
}
function idOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof Problem) return error.id;
  }
  return 'none';
}

describe('credentials', () => {
  it('come from the shell, then from .env.local, then from the login of tcb', () => {
    login({ secretId: 'login', secretKey: 'k' });
    const file = { TENCENTCLOUD_SECRETID: 'file', TENCENTCLOUD_SECRETKEY: 'k' };
    const shell = {
      TENCENTCLOUD_SECRETID: 'shell',
      TENCENTCLOUD_SECRETKEY: 'k',
      TENCENTCLOUD_SESSIONTOKEN: 't',
    };
    expect(find(shell, file)).toEqual({ secretId: 'shell', secretKey: 'k', token: 't', source: 'variables' });
    expect(find({}, file)).toMatchObject({ secretId: 'file', source: 'variables' });
    expect(find()).toEqual({ secretId: 'login', secretKey: 'k', source: 'login' });
  });

  it('of a web login are temporary, and expire', () => {
    login({ tmpSecretId: 'tmp', tmpSecretKey: 'k', tmpToken: 't', tmpExpired: 1001 });
    expect(find()).toEqual({ secretId: 'tmp', secretKey: 'k', token: 't', source: 'login' });
    login({ tmpSecretId: 'tmp', tmpSecretKey: 'k', tmpToken: 't', tmpExpired: '1000' });
    expect(idOf(find)).toBe('login-expired');
  });

  it('that are missing, half set or unreadable are said to be', () => {
    expect(idOf(find)).toBe('no-credentials');
    expect(idOf(() => find({ TENCENTCLOUD_SECRETID: 'only' }))).toBe('no-credentials');
    login({});
    expect(idOf(find)).toBe('no-credentials');
    writeFileSync(loginFileIn(home), '{');
    expect(idOf(find)).toBe('no-credentials');
  });
});

describe("the API's errors", () => {
  const failure = (code: string) =>
    Object.assign(new Error('refused'), { code, action: 'GetFunction', requestId: 'r' });

  it.each([
    ['AuthFailure.SignatureFailure', '密钥无效'],
    ['AuthFailure.SignatureExpire', '时间'],
    ['AuthFailure.UnauthorizedOperation', '权限'],
    ['RequestLimitExceeded', '频繁'],
    ['ECONNREFUSED', '无法连接'],
    ['SomethingNew', '拒绝了请求'],
  ])('%s is explained, with action and request id', (code, text) => {
    const { what, fix } = apiProblem(failure(code));
    expect(what.zh).toContain(text);
    expect(what.en).toContain(`GetFunction · ${code} · r`);
    expect(fix.zh).not.toBe('');
  });

  it('are distinguished from something that does not exist', () => {
    expect(isNotFound(failure('ResourceNotFound.Function'))).toBe(true);
    expect(isNotFound(failure('ResourceNotFoundElsewhere'))).toBe(false);
    expect(isNotFound(failure('InternalError'))).toBe(false);
  });

  it('of a broken connection are found in the message', () => {
    expect(
      apiProblem(new Error('request to https://… failed, reason: getaddrinfo ENOTFOUND')).what.zh,
    ).toContain('无法连接');
  });
});
