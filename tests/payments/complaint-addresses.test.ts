/** The callback URL of complaints: created once, kept, and replaced only when an operator confirms. */
import { afterEach, describe, expect, it } from 'vitest';
import type { HandleComplaintsAnswers } from '../../shared/contract/index.ts';
import { type ComplaintShop, complaintShop } from './complaint-shop.ts';

const elsewhere = 'https://elsewhere.example/complaints';
const here = 'http://127.0.0.1:9/notify';

let shop: ComplaintShop;
afterEach(() => shop.close());

const addresses = async (account: 'direct' | 'provider', takeOver = false) =>
  ((await shop.ask({ action: 'addresses', account, takeOver })) as HandleComplaintsAnswers['addresses'])
    .addresses;

describe('the addresses', () => {
  it('of a direct merchant are created by the timer, once', async () => {
    shop = await complaintShop('direct');
    await shop.check();
    await shop.sandbox.clock.advance(25 * 3600_000);
    await shop.check();
    const created = shop.sent.filter(({ method, url }) => method === 'POST' && url.includes('notifications'));
    expect(created).toHaveLength(1);
    expect(await addresses('direct')).toEqual([
      { what: 'complaints', account: 'direct', wanted: here, url: here },
    ]);
  });

  it.each(['partner', 'ecommerce'] as const)('of a provider (%s) are of violations too', async (kind) => {
    shop = await complaintShop(kind);
    await shop.check();
    expect(await addresses('provider')).toMatchObject([
      { what: 'complaints', url: here },
      { what: 'violations', url: here },
    ]);
  });

  it('that another system has is left to it, with a warning, until an operator takes it over', async () => {
    shop = await complaintShop('direct');
    await shop.sandbox.direct.post('/v3/merchant-service/complaint-notifications', { url: elsewhere });
    await shop.check();
    expect(await addresses('direct')).toMatchObject([{ url: elsewhere, wanted: here }]);
    expect(shop.logged.join('\n')).toContain('complaint.address_elsewhere');
    expect(await addresses('direct', true)).toMatchObject([{ url: here }]);
  });
});
