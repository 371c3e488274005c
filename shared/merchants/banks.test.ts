import { describe, expect, it } from 'vitest';
import { lostAnswer } from '../wechatpay/testing/fake-transport.ts';
import { bankCacheCollection, listBanks, listBranches, listCities, listProvinces } from './banks.ts';
import { routes } from './testing/fake-applyments.ts';
import { Fixture } from './testing/fixture.ts';

const page = { offset: 0, limit: 200 };
const dayMs = 24 * 3_600_000;

describe('what a form may be filled with', () => {
  it('has names and numbers', async () => {
    const { ports } = new Fixture('ecommerce');
    expect(await listProvinces(ports)).toEqual({ provinces: [{ name: '北京市', code: 10 }] });
    expect(await listCities(ports, 10)).toEqual({ cities: [{ name: '北京市', code: 10 }] });
    const bank = { bankAlias: '工商银行', bankAliasCode: '1000009561', accountBank: '工商银行' };
    const banks = [{ ...bank, accountBankCode: 1001, needsBranch: false }];
    expect(await listBanks(ports, 'corporate', page)).toEqual({ total: 1, banks });
    const branches = [{ name: '上海市周浦支行', id: '102290072311' }];
    expect(await listBranches(ports, '1000009561', 10, page)).toEqual({ total: 1, branches });
  });

  it('may be nothing, which is not kept', async () => {
    const { ports, wechatPay, documents } = new Fixture('ecommerce');
    const { provinces, cities, personalBanks, branches } = routes;
    for (const route of [provinces, cities, personalBanks, branches])
      wechatPay.on(route, () => ({ total_count: 0, count: 0, offset: 0 }));
    expect(await listProvinces(ports)).toEqual({ provinces: [] });
    expect(await listCities(ports, 10)).toEqual({ cities: [] });
    expect(await listBanks(ports, 'personal', page)).toEqual({ total: 0, banks: [] });
    expect(await listBranches(ports, '1', 10, page)).toEqual({ total: 0, branches: [] });
    // Anybody may invent codes: each would be a document.
    expect(documents.all(bankCacheCollection)).toEqual([]);
  });

  it('is kept for a day by the page, of whole pages of a list that can be so long', async () => {
    const { ports, documents } = new Fixture('ecommerce');
    for (const offset of [0, 200, 201, 9_800, 10_000])
      await listBanks(ports, 'personal', { offset, limit: 200 });
    await listBanks(ports, 'personal', { offset: 200, limit: 199 });
    expect(documents.all(bankCacheCollection).map(({ _id }) => _id)).toEqual([
      'banks:personal:0:200',
      'banks:personal:200:200',
      'banks:personal:9800:200',
    ]);
  });
});

describe('what was asked for a day ago', () => {
  it('is asked for again, and kept for a day again', async () => {
    const fixture = new Fixture('ecommerce');
    await listProvinces(fixture.ports);
    fixture.nowMs += dayMs;
    fixture.wechatPay.on(routes.provinces, () => ({
      data: [{ province_name: '天津市', province_code: 11 }],
    }));
    const renewed = { provinces: [{ name: '天津市', code: 11 }] };
    expect(await listProvinces(fixture.ports)).toEqual(renewed);
    fixture.nowMs += dayMs - 1;
    expect(await listProvinces(fixture.ports)).toEqual(renewed);
    expect(fixture.wechatPay.calls).toHaveLength(2);
  });

  it('does not hide a fault of ours, nor a first failure', async () => {
    const fixture = new Fixture('ecommerce');
    fixture.wechatPay.failNext(routes.provinces, lostAnswer());
    await expect(listProvinces(fixture.ports)).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
    await listProvinces(fixture.ports);
    fixture.nowMs += dayMs;
    fixture.documents.interrupt = async (_, operation) => {
      if (operation.startsWith('update')) throw new Error('ours');
    };
    await expect(listProvinces(fixture.ports)).rejects.toThrow('ours');
  });
});
