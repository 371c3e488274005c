import { expect, it } from 'vitest';
import { CloudError } from '../cloudbase/cloud-error.ts';
import type { Files } from '../cloudbase/files.ts';
import { memoryDocuments } from '../core/testing/documents.ts';
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
