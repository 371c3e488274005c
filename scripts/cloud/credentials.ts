/** The credentials for Tencent Cloud's API: the variables that Tencent's own tools read, else the login of `tcb`. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { readIfThere } from '../env/write-private.ts';
import { Problem } from './problem.ts';

export interface Credentials {
  readonly secretId: string;
  readonly secretKey: string;
  /** Of temporary credentials. */
  readonly token?: string;
  readonly source: 'variables' | 'login';
}

type Values = Readonly<Record<string, string | undefined>>;

/** Where the CLI keeps its login. Without XDG_CONFIG_HOME it is below the home, on every system. */
export function loginFileIn(home: string, shell: Values = {}): string {
  return join(shell.XDG_CONFIG_HOME || join(home, '.config'), '.cloudbase', 'auth.json');
}

/**
 * @param values variables of `.env.local`; those of the shell win
 * @throws Problem when there are none, or when a login has expired
 */
export function findCredentials(shell: Values, values: Values, nowMs: number): Credentials {
  const read = (name: string) => shell[name]?.trim() || values[name]?.trim() || undefined;
  const secretId = read('TENCENTCLOUD_SECRETID');
  const secretKey = read('TENCENTCLOUD_SECRETKEY');
  const token = read('TENCENTCLOUD_SESSIONTOKEN');
  if (secretId && secretKey) return { secretId, secretKey, ...(token && { token }), source: 'variables' };
  if (secretId || secretKey) throw halfSet(secretId ? 'TENCENTCLOUD_SECRETKEY' : 'TENCENTCLOUD_SECRETID');
  return readLogin(loginFileIn(shell.HOME || shell.USERPROFILE || homedir(), shell), nowMs);
}

/** As `tcb login` leaves it: permanent keys, or temporary ones that the CLI renews whenever it is used. */
interface StoredLogin {
  readonly secretId?: string;
  readonly secretKey?: string;
  readonly token?: string;
  readonly tmpSecretId?: string;
  readonly tmpSecretKey?: string;
  readonly tmpToken?: string;
  readonly tmpExpired?: number | string;
  readonly accessTokenExpired?: number | string;
}

function readLogin(file: string, nowMs: number): Credentials {
  const login = parseLogin(readIfThere(file));
  const secretId = login?.secretId || login?.tmpSecretId;
  const secretKey = login?.secretKey || login?.tmpSecretKey;
  if (!login || !secretId || !secretKey) throw notLoggedIn();
  const expiresAtMs = Number(login.accessTokenExpired ?? login.tmpExpired ?? Number.POSITIVE_INFINITY);
  if (expiresAtMs <= nowMs) throw loginExpired();
  const token = login.token || login.tmpToken;
  return { secretId, secretKey, ...(token && { token }), source: 'login' };
}

function parseLogin(text: string | undefined): StoredLogin | undefined {
  try {
    return text === undefined ? undefined : (JSON.parse(text) as { credential?: StoredLogin }).credential;
  } catch {
    return undefined;
  }
}

function halfSet(name: string): Problem {
  return new Problem(
    'no-credentials',
    { zh: `未设置 ${name}。`, en: `${name} is not set.` },
    {
      zh: '两个变量须同时设置；或者都不设置，改用 npx tcb login。',
      en: 'Set both variables; or set neither and use npx tcb login.',
    },
  );
}

function notLoggedIn(): Problem {
  return new Problem(
    'no-credentials',
    { zh: '尚未登录腾讯云。', en: 'There is no login to Tencent Cloud.' },
    {
      zh: '请执行 npx tcb login（会打开浏览器）；在 CI 中请设置 TENCENTCLOUD_SECRETID 与 TENCENTCLOUD_SECRETKEY。',
      en: 'Run npx tcb login, which opens a browser; in CI set TENCENTCLOUD_SECRETID and TENCENTCLOUD_SECRETKEY.',
    },
  );
}

function loginExpired(): Problem {
  return new Problem(
    'login-expired',
    { zh: '腾讯云登录凭证已到期。', en: 'The credentials of the login to Tencent Cloud have expired.' },
    {
      zh: '自动续期没有成功，请重新执行 npx tcb login。',
      en: 'They could not be renewed: run npx tcb login again.',
    },
  );
}
