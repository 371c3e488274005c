import { describe, expect, it } from 'vitest';
import type { AccountKind } from '../../core/account.ts';
import { refusal, scriptedShop } from '../testing/scripted-shop.ts';
import { keepAddresses } from './addresses.ts';

const here = 'https://shop.example/notify';
const elsewhere = 'https://elsewhere.example/notify';
const complaintsRoute = '/v3/merchant-service/complaint-notifications';
const violationsRoute = '/v3/merchant-risk-manage/violation-notifications';

/** WeChat Pay's addresses, by route; what is not there is answered with this refusal. */
function addresses(kind: AccountKind, known: Record<string, string> = {}, code = 'RESOURCE_NOT_EXISTS') {
  const shop = scriptedShop(kind);
  shop.answer = (route) => {
    const [method, path] = route.split(' ') as [string, string];
    if (method !== 'GET') return {};
    if (known[path] === undefined) throw refusal(code);
    return { url: known[path], notify_url: known[path] };
  };
  return {
    shop,
    keep: (takeOver?: boolean) =>
      keepAddresses({ ...shop.ports, refunds: shop.ports }, shop.account, takeOver),
    changes: () => shop.calls.filter(({ route }) => !route.startsWith('GET')),
  };
}

const ofComplaints = { what: 'complaints', wanted: here } as const;
const ofViolations = { what: 'violations', wanted: here } as const;

describe('an address', () => {
  it.each(['RESOURCE_NOT_EXISTS', 'NOT_FOUND', 'NOT_EXISTS'])('is created after %s', async (code) => {
    const { keep, changes, shop } = addresses('partner', {}, code);
    expect(await keep()).toEqual([
      { ...ofComplaints, account: 'partner', url: here },
      { ...ofViolations, account: 'partner', url: here },
    ]);
    expect(changes()).toEqual([
      { route: `POST ${complaintsRoute}`, parameters: { url: here } },
      { route: `POST ${violationsRoute}`, parameters: { notify_url: here } },
    ]);
    expect(shop.logged).toEqual([]);
  });

  it('is created where WeChat Pay knows an empty one, and only for complaints with a direct account', async () => {
    const { keep, changes } = addresses('direct', { [complaintsRoute]: '' });
    expect(await keep()).toEqual([{ ...ofComplaints, account: 'direct', url: here }]);
    expect(changes()).toEqual([{ route: `POST ${complaintsRoute}`, parameters: { url: here } }]);
  });

  it.each([undefined, true])('of ours stays as it is (take over: %s)', async (takeOver) => {
    const { keep, changes, shop } = addresses('direct', { [complaintsRoute]: here });
    expect(await keep(takeOver)).toEqual([{ ...ofComplaints, account: 'direct', url: here }]);
    expect([changes(), shop.logged]).toEqual([[], []]);
  });

  it('of another system stays, and is reported', async () => {
    const { keep, changes, shop } = addresses('ecommerce', {
      [complaintsRoute]: here,
      [violationsRoute]: elsewhere,
    });
    expect(await keep()).toMatchObject([
      { ...ofComplaints, url: here },
      { ...ofViolations, url: elsewhere },
    ]);
    expect(changes()).toEqual([]);
    expect(shop.logged).toEqual([
      {
        ...{ level: 'warn', event: 'complaint.address_elsewhere' },
        fields: { what: 'violations', account: 'ecommerce', url: elsewhere, wanted: here },
      },
    ]);
  });

  it('of another system is replaced when an operator says so', async () => {
    const known = { [complaintsRoute]: elsewhere, [violationsRoute]: elsewhere };
    const { keep, changes, shop } = addresses('ecommerce', known);
    expect(await keep(true)).toMatchObject([{ url: here }, { url: here }]);
    expect(changes()).toEqual([
      { route: `PUT ${complaintsRoute}`, parameters: { url: here } },
      { route: `PUT ${violationsRoute}`, parameters: { notify_url: here } },
    ]);
    expect(shop.logged).toEqual([]);
  });

  it('is not asked about without one of ours, and not created after another refusal', async () => {
    const { shop } = addresses('direct');
    const ports = { ...shop.ports, refunds: { ...shop.ports, notifyUrlOf: () => undefined } };
    expect(await keepAddresses(ports, shop.account)).toEqual([]);
    expect(shop.calls).toEqual([]);
    const refused = addresses('direct', {}, 'NO_AUTH');
    await expect(refused.keep()).rejects.toMatchObject({ code: 'NO_AUTH' });
    expect(refused.changes()).toEqual([]);
  });
});
