import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requestToken } from '../../scripts/demo/client.ts';
import { partnerAct } from '../../scripts/demo/partner.ts';
import { payer, type Running, run, stranger } from './support.ts';

const photo = readFileSync(
  join(fileURLToPath(import.meta.url), '../../../miniprogram/assets/products/tea.png'),
);

describe.each([
  { providerKind: 'ecommerce', kind: 'ecommerce' },
  { providerKind: 'partner', kind: 'applyment4sub' },
] as const)('a provider of kind $providerKind', ({ providerKind, kind }) => {
  let running: Running;
  beforeAll(async () => {
    running = await run({ providerKind });
  });
  afterAll(() => running?.system.close());

  it('onboards a seller from an empty form through rejection to paid orders', async () => {
    const { client, system } = running;
    const stock = (product: { _id: string }) => system.emulator.database.put('products', product);
    const act = partnerAct(client, { applicant: stranger, payer, kind, photo, stock });
    for (const step of act.steps) expect(await step.run(), step.en).not.toBe('');
    expect(system.emulator.files.list()).toEqual([]);
  });

  it('refuses an order for a seller that is frozen', async () => {
    const { client, system } = running;
    const seller = system.emulator.database.list('sellers').documents[0]!;
    system.emulator.database.put('sellers', { ...seller, state: 'FROZEN' });
    const product = system.emulator.database
      .list('products')
      .documents.find((document) => document.sellerId === seller._id)!;
    const result = await client.call(
      'createPartnerOrder',
      { requestToken: requestToken(), items: [{ productId: product._id, quantity: 1 }] },
      payer,
    );
    expect(result).toMatchObject({ ok: false, error: { code: 'SELLER_FROZEN' } });
  });

  it('refuses a cart of own goods and a seller’s goods', async () => {
    const { client } = running;
    const items = [
      { productId: 'sticker', quantity: 1 },
      { productId: 'honey-lychee', quantity: 1 },
    ];
    const result = await client.call('createPartnerOrder', { requestToken: requestToken(), items }, payer);
    expect(result).toMatchObject({ ok: false, error: { code: 'CART_MIXED' } });
  });
});
