import fc from 'fast-check';
import { expect, it } from 'vitest';
import { CloudError } from '../cloudbase/cloud-error.ts';
import type { Files } from '../cloudbase/files.ts';
import { memoryDocuments } from '../core/testing/documents.ts';
import { takeFile } from '../merchants/media.ts';
import { rsaPair } from '../wechatpay/testing/material.ts';
import { createApp } from './container.ts';
import { buildFiles, cloudFiles, mediaPorts } from './media.ts';
import { wechatpayClient } from './wechatpay-accounts.ts';

const mine = 'cloud://shop-1.7368-shop-1/applyments/oAlice/a.jpg';

function filesThatThrow(error?: unknown): Files {
  return {
    download: async () => {
      if (error) throw error;
      return Buffer.from('bytes');
    },
    remove: async () => undefined,
  };
}

it('knows a file of this environment by its path', () => {
  expect(cloudFiles(filesThatThrow(), 'shop-1').pathOf(mine)).toBe('applyments/oAlice/a.jpg');
});

it.each([
  ['another environment’s', 'cloud://shop-2.7368-shop-2/applyments/oAlice/a.jpg', 'shop-1'],
  ['any, when this environment has no name', mine, ''],
  ['one with a path in two readings', 'cloud://shop-1.7368-shop-1/applyments/oAlice/../oBob/a.jpg', 'shop-1'],
  ['what is no fileID', 'https://example.com/a.jpg', 'shop-1'],
])('does not know %s file', (_, fileID, envId) => {
  expect(cloudFiles(filesThatThrow(), envId).pathOf(fileID)).toBeUndefined();
});

/** Whether a file is taken for one of oAlice, as uploadMedia takes it; a file that is refused is not touched. */
async function isTaken(fileID: string): Promise<boolean> {
  const touched: string[] = [];
  const files: Files = {
    download: async () => Buffer.alloc(touched.push('download') - 1),
    remove: async () => void touched.push('remove'),
  };
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const ports = { files: cloudFiles(files, 'shop-1'), log, randomHex: () => 'a'.repeat(32) };
  const taken = takeFile(ports, 'applyments/oAlice/', fileID, ['image'], async () => 'used');
  const code = await taken.catch((error) => error.code);
  expect([code, touched]).toEqual(
    touched.length === 0 ? ['FILE_NOT_YOURS', []] : ['FILE_EMPTY', ['download', 'remove']],
  );
  return touched.length > 0;
}

it.each([
  'cloud://shop-1.b/applyments/oBob/a.jpg',
  'cloud://shop-2.b/applyments/oAlice/a.jpg',
  'cloud://shop-1.b/applyments/oAlice',
  'cloud://shop-1.b/applyments/oAlice/',
  'cloud://shop-1.b/applyments/oAlice2/a.jpg',
  'cloud://shop-1.b/applyments/oAlice/../oBob/a.jpg',
  'cloud://shop-1.b/applyments/oAlice/%2e%2e/oBob/a.jpg',
  'cloud://shop-1.b/applyments/oAlice//a.jpg',
  'cloud://shop-1.b/x\\applyments/oAlice/a.jpg',
  'cloud://shop-1.b/applyments/oAlice/a.jpg?x=/../../oBob',
  'cloud://shop-1.b/applyments/oAlice/a\n.jpg',
  'cloud://shop-1.b/applyments/oAlice/.htaccess',
])('does not take %j for a file of hers', async (fileID) => {
  expect(await isTaken(mine)).toBe(true);
  expect(await isTaken(fileID)).toBe(false);
});

it('never takes a path that leaves the folder for one inside', async () => {
  const segment = fc.constantFrom('..', '.', '', 'oAlice', 'oBob', 'applyments', 'a.jpg', '%2e%2e', '\\');
  // Most of them begin in the folder, or only a trick of the first segments would be tried.
  const start = fc.constantFrom('applyments/oAlice/', 'applyments/oAlice/', 'applyments/', '');
  const property = fc.asyncProperty(
    start,
    fc.array(segment, { minLength: 1, maxLength: 6 }),
    async (begin, path) => {
      const file = `${begin}${path.join('/')}`;
      const isInside = /^\/applyments\/oAlice\/[^/]+$/.test(new URL(`https://x/${file}`).pathname);
      expect((await isTaken(`cloud://shop-1.b/${file}`)) && !isInside).toBe(false);
    },
  );
  await fc.assert(property, { numRuns: 2000 });
});

it('tells a missing and a too large file apart, and lets any other error through', async () => {
  const download = (error?: unknown) => cloudFiles(filesThatThrow(error), 'shop-1').download(mine, 10);
  expect(await download()).toEqual(Buffer.from('bytes'));
  expect(await download(new CloudError('NOT_FOUND', 'gone'))).toBe('not-found');
  expect(await download(new CloudError('TOO_LARGE', 'large'))).toBe('too-large');
  await expect(download(new CloudError('UNAVAILABLE', 'later'))).rejects.toThrow('later');
});

it('deletes the file that it is told', async () => {
  const removed: string[] = [];
  const files = { ...filesThatThrow(), remove: async (fileID: string) => void removed.push(fileID) };
  await cloudFiles(files, 'shop-1').remove(mine);
  expect(removed).toEqual([mine]);
});

it.each([
  [{ TCB_ENV: 'shop-1' }, 'applyments/oAlice/a.jpg'],
  [{ TCB_ENV: 'shop-1', SCF_NAMESPACE: 'shop-2' }, 'applyments/oAlice/a.jpg'],
  [{ SCF_NAMESPACE: 'shop-1' }, 'applyments/oAlice/a.jpg'],
  [{ TCB_ENV: 'shop-2', SCF_NAMESPACE: 'shop-1' }, undefined],
  [{}, undefined],
])('takes the name of its environment from the platform: %j', (env, path) => {
  expect(buildFiles(createApp(env)).pathOf(mine)).toBe(path);
});

it('uploads with the account of the provider, which is configured when it is asked for', () => {
  const ignore = () => {};
  const parts = { documents: memoryDocuments(), log: { info: ignore, warn: ignore, error: ignore } };
  const app = createApp(
    {
      TCB_ENV: 'shop-1',
      WECHATPAY_APPID: 'wx0123456789abcdef',
      WECHATPAY_PROVIDER_KIND: 'ecommerce',
      WECHATPAY_PROVIDER_MCHID: '1900000002',
      WECHATPAY_PROVIDER_SERIAL_NO: '5157F09EFDC096DE15EBE81A47057A7232F1B8E1',
      WECHATPAY_PROVIDER_PRIVATE_KEY: rsaPair('merchant').privatePem,
      WECHATPAY_PROVIDER_API_V3_KEY: 'abcdefghijklmnopqrstuvwxyz012345',
    },
    parts,
  );
  const ports = mediaPorts(app);
  expect(ports).toMatchObject({ clock: app.clock, ...parts });
  expect(ports.files.pathOf(mine)).toBe('applyments/oAlice/a.jpg');
  expect(mediaPorts(app).files).toBe(ports.files);
  expect(ports.client()).toBe(wechatpayClient(app, 'ecommerce'));
  expect(ports.randomHex()).toMatch(/^[0-9a-f]{32}$/);
  expect(() => mediaPorts(createApp({}, parts)).client()).toThrow('WECHATPAY_PROVIDER');
});
