import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Answer, startSandbox, type TestSandbox } from '../testing/client.ts';

let sandbox: TestSandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.simulator.close());

const get = (path: string, headers?: Record<string, string>): Promise<Answer> =>
  sandbox.partner.get(`/v3/capital/capitallhh/${path}`, headers);
const rows = (answer: Answer) => answer.body.data as Record<string, unknown>[];

test('lists the 31 provinces with the codes of WeChat Pay, and the cities of each', async () => {
  const provinces = await get('areas/provinces');
  expect(provinces.body.total_count).toBe(31);
  expect(rows(provinces)).toContainEqual({ province_name: '广东省', province_code: 20 });
  for (const { province_code } of rows(provinces)) {
    const cities = await get(`areas/provinces/${String(province_code)}/cities`);
    expect(rows(cities).length, `${province_code}`).toBeGreaterThan(0);
  }
  expect(rows(await get('areas/provinces/1/cities'))).toEqual([{ city_name: '北京市', city_code: 10 }]);
  expect((await get('areas/provinces/99/cities')).status).toBe(404);
  expect((await get('areas/provinces/x/cities')).status).toBe(400);
});

test('walks the banks page by page along its links and meets each once', async () => {
  const seen: unknown[] = [];
  let path: string | undefined = '/v3/capital/capitallhh/banks/corporate-banking?offset=0&limit=7';
  while (path) {
    const answer: Answer = await sandbox.partner.get(path);
    expect(answer.body.count).toBe(rows(answer).length);
    seen.push(...rows(answer).map((bank) => bank.bank_alias_code));
    path = (answer.body.links as { next?: string }).next;
  }
  const whole = await get('banks/corporate-banking?limit=200');
  expect(seen).toEqual(rows(whole).map((bank) => bank.bank_alias_code));
  expect(new Set(seen).size).toBe(whole.body.total_count);
  expect(whole.body.links).toEqual({
    self: '/v3/capital/capitallhh/banks/corporate-banking?offset=0&limit=200',
  });
});

test.each(['', '?limit=0', '?limit=201', '?limit=a', '?limit=10&offset=-1', '?limit=10&page=2'])(
  'refuses to list banks with %o',
  async (query) => {
    expect(await get(`banks/personal-banking${query}`)).toMatchObject({
      status: 400,
      body: { code: 'PARAM_ERROR' },
    });
  },
);

test('personal and corporate lists differ where a bank serves only one side', async () => {
  const names = async (kind: string) =>
    rows(await get(`banks/${kind}-banking?limit=200`)).map((it) => it.bank_alias);
  expect(await names('personal')).toContain('深圳前海微众银行');
  expect(await names('corporate')).not.toContain('深圳前海微众银行');
});

test('lists branches only of banks that need one', async () => {
  const answer = await get('banks/1000009501/branches?city_code=571&limit=200');
  expect(answer.body).toMatchObject({
    account_bank: '其他银行',
    account_bank_code: 1099,
    bank_alias: '浙江网商银行',
  });
  expect(rows(answer).length).toBeGreaterThan(0);
  for (const branch of rows(answer)) expect(branch.bank_branch_id).toMatch(/^\d{12}$/);
  expect((await get('banks/1000009561/branches?city_code=571&limit=10')).status).toBe(400);
  expect((await get('banks/1/branches?city_code=571&limit=10')).status).toBe(404);
  expect((await get('banks/1000009501/branches?limit=10')).status).toBe(400);
});

test('finds the bank of an encrypted card number', async () => {
  const cipher = (clear: string) => encodeURIComponent(sandbox.partner.encrypt(clear));
  const serial = { 'wechatpay-serial': sandbox.partner.account.publicKeyId };
  const search = (value: string, headers: Record<string, string> = serial) =>
    get(`banks/search-banks-by-bank-account?account_number=${value}`, headers);
  expect(rows(await search(cipher('6225880000000001')))).toMatchObject([{ account_bank: '招商银行' }]);
  expect((await search(cipher('9999990000000001'))).body).toEqual({ total_count: 0 });
  expect((await search('6225880000000001')).status).toBe(400);
  expect((await search(cipher('abc'))).status).toBe(400);
  expect((await search(cipher('6225880000000001'), {})).status).toBe(400);
});
