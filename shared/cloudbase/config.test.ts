import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  hasAccount,
  readApp,
  readFulfilmentFunction,
  readNotifyUrl,
  readOperators,
  readReceivingAccount,
  readSigningAccount,
} from './accounts.ts';
import { ConfigError, type Environment, readConfig, ValueError, type VariableReader } from './config.ts';

const apiV3Key = 'abcdefghijklmnopqrstuvwxyz012345';
const good = {
  WECHATPAY_APPID: 'wx0123456789abcdef',
  WECHATPAY_NOTIFY_URL: 'https://shop.example.com/pay-notify/',
  FULFILMENT_FUNCTION: 'fulfilOrder',
  WECHATPAY_DIRECT_MCHID: '1900000001',
  WECHATPAY_DIRECT_SERIAL_NO: '5157f09efdc096de15ebe81a47057a7232f1b8e1',
  WECHATPAY_DIRECT_PRIVATE_KEY: 'PRIVATE',
  WECHATPAY_DIRECT_API_V3_KEY: apiV3Key,
};
const parsers = {
  parsePrivateKey: (text: string) => ({ private: text }),
  parsePublicKey: (text: string) => ({ public: text }),
};

function problemsOf(env: Environment, build: (read: VariableReader) => unknown): string[] {
  const problems = refusalOf(() => readConfig(env, build))?.problems ?? [];
  for (const { message, messageZh } of problems) {
    expect(message).toMatch(/[a-z]/);
    expect(messageZh).toMatch(/\p{Script=Han}/u);
  }
  return problems.map(({ variable }) => variable);
}

/** Undefined when the configuration is good. */
function refusalOf(read: () => unknown): ConfigError | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
}

describe('a good configuration', () => {
  it('of a direct merchant with certificates', () => {
    const account = readConfig(good, (read) => readSigningAccount(read, 'direct', parsers));
    expect(account).toMatchObject({
      kind: 'direct',
      mchid: '1900000001',
      serialNo: '5157F09EFDC096DE15EBE81A47057A7232F1B8E1',
      privateKey: { private: 'PRIVATE' },
    });
    expect(account.apiV3Keys.map((key) => key.expose())).toEqual([apiV3Key]);
    expect(account).not.toHaveProperty('publicKey');
  });

  it('has the API v3 key and, while it is being changed, the other one', () => {
    const other = 'zyxwvutsrqponmlkjihgfedcba543210';
    const read = (env: typeof good & Record<string, string>) =>
      readConfig(env, (reader) => readReceivingAccount(reader, 'direct', parsers)).apiV3Keys.map((key) =>
        key.expose(),
      );
    expect(read({ ...good, WECHATPAY_DIRECT_API_V3_KEY_OTHER: other })).toEqual([apiV3Key, other]);
    expect(read({ ...good, WECHATPAY_DIRECT_API_V3_KEY_OTHER: '' })).toEqual([apiV3Key]);
    expect(() => read({ ...good, WECHATPAY_DIRECT_API_V3_KEY_OTHER: 'short' })).toThrow(ConfigError);
  });

  it('of a provider with a public key, read for callbacks without any private key', () => {
    const env = {
      WECHATPAY_PROVIDER_KIND: 'ecommerce',
      WECHATPAY_PROVIDER_MCHID: '1900000002',
      WECHATPAY_PROVIDER_API_V3_KEY: apiV3Key,
      WECHATPAY_PROVIDER_PUBLIC_KEY_ID: 'PUB_KEY_ID_0114232134912410000000000000',
      WECHATPAY_PROVIDER_PUBLIC_KEY: 'PUBLIC',
    };
    expect(readConfig(env, (read) => readReceivingAccount(read, 'ecommerce', parsers))).toMatchObject({
      kind: 'ecommerce',
      publicKey: { id: 'PUB_KEY_ID_0114232134912410000000000000', key: { public: 'PUBLIC' } },
    });
  });

  it.each([
    'serial=5157F09EFDC096DE15EBE81A47057A7232F1B8E1',
    'Serial = 5157f09efdc096de15ebe81a47057a7232f1b8e1',
  ])('has the serial number as openssl prints it: %s', (serial) => {
    const env = { ...good, WECHATPAY_DIRECT_SERIAL_NO: serial };
    const { serialNo } = readConfig(env, (read) => readSigningAccount(read, 'direct', parsers));
    expect(serialNo).toBe('5157F09EFDC096DE15EBE81A47057A7232F1B8E1');
  });

  it('has the official hosts, no operators and a notify URL without trailing slash', () => {
    const read = readConfig(good, (reader) => ({
      app: readApp(reader),
      notifyUrl: readNotifyUrl(reader),
      fulfilment: readFulfilmentFunction(reader),
      operators: readOperators(reader),
    }));
    expect(read).toEqual({
      app: {
        appid: 'wx0123456789abcdef',
        apiBases: ['https://api.mch.weixin.qq.com', 'https://api2.mch.weixin.qq.com'],
      },
      notifyUrl: 'https://shop.example.com/pay-notify',
      fulfilment: 'fulfilOrder',
      operators: [],
    });
  });

  it('may name the sandbox on a loopback address over http', () => {
    const env = {
      ...good,
      WECHATPAY_API_BASES: 'http://127.0.0.1:8420, http://localhost:1',
      WECHATPAY_NOTIFY_URL: 'http://[::1]:8420/pay-notify',
      OPERATOR_OPENIDS: 'oOperator1, oOperator2,',
    };
    expect(readConfig(env, readApp).apiBases).toEqual(['http://127.0.0.1:8420', 'http://localhost:1']);
    expect(readConfig(env, readNotifyUrl)).toBe('http://[::1]:8420/pay-notify');
    expect(readConfig(env, readOperators)).toEqual(['oOperator1', 'oOperator2']);
  });
});

describe('a bad configuration', () => {
  it.each([
    ['WECHATPAY_APPID', 'wx123'],
    ['WECHATPAY_APPID', 'gh_0123456789abcdef'],
    ['WECHATPAY_API_BASES', 'http://api.mch.weixin.qq.com'],
    ['WECHATPAY_API_BASES', 'https://api.mch.weixin.qq.com/v3'],
    ['WECHATPAY_API_BASES', 'http://127.0.0.1.evil.example'],
    ['WECHATPAY_NOTIFY_URL', 'http://shop.example.com/pay-notify'],
    ['WECHATPAY_NOTIFY_URL', 'https://shop.example.com/pay-notify?x=1'],
    ['WECHATPAY_NOTIFY_URL', 'https://shop.example.com/pay-notify?'],
    ['WECHATPAY_NOTIFY_URL', 'shop.example.com/pay-notify'],
    ['WECHATPAY_NOTIFY_URL', `https://shop.example.com/${'x'.repeat(240)}`],
    ['FULFILMENT_FUNCTION', 'ful fil'],
    ['OPERATOR_OPENIDS', 'oOperator1;oOperator2'],
    ['WECHATPAY_DIRECT_MCHID', '19000'],
    ['WECHATPAY_DIRECT_SERIAL_NO', 'PUB_KEY_ID_0114232134912410000000000000'],
    ['WECHATPAY_DIRECT_API_V3_KEY', `"${apiV3Key}"`],
    ['WECHATPAY_DIRECT_API_V3_KEY', apiV3Key.slice(1)],
    ['WECHATPAY_DIRECT_PUBLIC_KEY_ID', 'ABC'],
  ])('names %s alone when it is %j', (variable, value) => {
    const env = {
      ...good,
      WECHATPAY_DIRECT_PUBLIC_KEY: 'PUBLIC',
      WECHATPAY_DIRECT_PUBLIC_KEY_ID: 'PUB_KEY_ID_01142321',
      [variable]: value,
    };
    const problems = problemsOf(env, (read) => [
      readApp(read),
      readNotifyUrl(read),
      readFulfilmentFunction(read),
      readOperators(read),
      readSigningAccount(read, 'direct', parsers),
    ]);
    expect(problems).toEqual([variable]);
  });

  it('is reported whole, empty variables counting as unset', () => {
    const env = { WECHATPAY_APPID: '', WECHATPAY_PROVIDER_MCHID: 'x', WECHATPAY_PROVIDER_KIND: 'other' };
    const problems = problemsOf(env, (read) => [
      readApp(read),
      readSigningAccount(read, 'ecommerce', parsers),
    ]);
    expect(problems.sort()).toEqual([
      'WECHATPAY_APPID',
      'WECHATPAY_PROVIDER_API_V3_KEY',
      'WECHATPAY_PROVIDER_KIND',
      'WECHATPAY_PROVIDER_MCHID',
      'WECHATPAY_PROVIDER_PRIVATE_KEY',
      'WECHATPAY_PROVIDER_SERIAL_NO',
    ]);
  });

  it('reports a public key without its id, and an id without its key', () => {
    const env = { ...good, WECHATPAY_DIRECT_PUBLIC_KEY: 'PUBLIC' };
    expect(problemsOf(env, (read) => readReceivingAccount(read, 'direct', parsers))).toEqual([
      'WECHATPAY_DIRECT_PUBLIC_KEY_ID',
    ]);
  });

  it('keeps a message that names the first line of a PEM, when that line is all there is', () => {
    const firstLine = '-----BEGIN PRIVATE KEY-----';
    const parse = (): never => {
      throw new ValueError(
        `It begins with "${firstLine}", and was cut off there.`,
        `以 ${firstLine} 开头，之后被截断。`,
      );
    };
    const read = () => readConfig({ KEY: firstLine }, (reader) => reader.required('KEY', parse));
    expect(read).toThrow('以 -----BEGIN PRIVATE KEY----- 开头，之后被截断。 It begins with');
  });

  it('does not keep a message that quotes what is between the lines of a PEM', () => {
    const key = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASC';
    const pem = `-----BEGIN PRIVATE KEY-----\n${key}\n-----END PRIVATE KEY-----`;
    const parse = (): never => {
      throw new Error(`cannot read ${key}`);
    };
    const read = () => readConfig({ KEY: pem }, (reader) => reader.required('KEY', parse));
    expect(read).toThrow('It is malformed.');
    expect(read).not.toThrow(key);
  });

  it('never prints a value, not even when a parser quotes it', () => {
    const text = fc.string({ minLength: 12, maxLength: 60 }).filter((each) => each.trim().length >= 12);
    const variable = fc.constantFrom(...Object.keys(good));
    fc.assert(
      fc.property(variable, text, (name, value) => {
        const quoting = (input: string): never => {
          throw new Error(`cannot read ${input}`);
        };
        const refusal = refusalOf(() =>
          readConfig({ ...good, [name]: value }, (read) => [
            readApp(read),
            readNotifyUrl(read),
            readSigningAccount(read, 'direct', { parsePrivateKey: quoting, parsePublicKey: quoting }),
          ]),
        );
        expect(refusal?.problems.length).toBeGreaterThan(0);
        expect(String(refusal)).not.toContain(value.trim());
        expect(JSON.stringify(refusal)).not.toContain(JSON.stringify(value.trim()).slice(1, -1));
      }),
    );
  });
});

it('knows which accounts a function was given', () => {
  expect(hasAccount(good, 'direct')).toBe(true);
  expect(hasAccount(good, 'partner')).toBe(false);
  expect(hasAccount({ WECHATPAY_PROVIDER_MCHID: ' ' }, 'ecommerce')).toBe(false);
});
