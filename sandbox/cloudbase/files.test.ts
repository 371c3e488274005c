import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createCloudEmulator } from './index.ts';
import { runSdk, sdkRunner, startTestCloud, type TestCloud } from './testing/cloud.ts';

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await startTestCloud(sdkRunner);
});
afterAll(() => cloud.close());
beforeEach(() => cloud.emulator.files.clear());

const userUpload = (openid: string | undefined, cloudPath: string, body: string): Promise<Response> =>
  fetch(`${cloud.baseUrl}/_cloud/files?cloudPath=${encodeURIComponent(cloudPath)}`, {
    method: 'POST',
    body,
    headers: openid === undefined ? {} : { 'x-sandbox-openid': openid },
  });

describe('files through the SDKs', () => {
  it.each(['node', 'wx'] as const)('go up, come down byte for byte and are deleted (%s)', async (which) => {
    const api = which === 'node' ? 'app' : 'sdk';
    const result = await runSdk(
      cloud,
      which,
      `
      const bytes = Buffer.from([0, 255, 128, 10, 13, 0xe4]);
      const { fileID } = await ${api}.uploadFile({ cloudPath: '证件/id 1.png', fileContent: bytes });
      const { fileContent } = await ${api}.downloadFile({ fileID });
      const urls = await ${api}.getTempFileURL({ fileList: [fileID] });
      const gone = await ${api}.deleteFile({ fileList: [fileID] });
      const after = await ${api}.getTempFileURL({ fileList: [fileID] });
      return { fileID, same: bytes.equals(fileContent), url: urls.fileList[0].tempFileURL, gone: gone.fileList[0], after: after.fileList[0].tempFileURL };`,
    );
    expect(result).toMatchObject({
      fileID: 'cloud://sandbox.7361-sandbox-1300000000/证件/id 1.png',
      same: true,
      url: expect.stringContaining(cloud.baseUrl),
      after: '',
    });
    expect(cloud.emulator.files.list()).toEqual([]);
  });

  it('are refused under a path that the cloud refuses', async () => {
    const result = await runSdk(
      cloud,
      'node',
      `return app.uploadFile({ cloudPath: '/a.png', fileContent: Buffer.from('x') }).catch((e) => e.code)`,
    );
    expect(result).toBe('INVALID_PARAM');
  });

  it('are announced on the timeline', async () => {
    cloud.emulator.files.put('a.txt', Buffer.from('x'), { ownerOpenid: 'o1' });
    expect(cloud.bus.since(0).at(-1)).toMatchObject({
      type: 'file',
      data: { op: 'put', cloudPath: 'a.txt', sizeBytes: 1, ownerOpenid: 'o1' },
    });
  });
});

describe('files of a user', () => {
  it('belong to the uploader: others read, only the uploader writes and deletes', async () => {
    const { fileID } = (await (await userUpload('oA', 'media/a.jpg', 'A')).json()) as { fileID: string };
    expect(cloud.emulator.files.read(fileID)?.file.ownerOpenid).toBe('oA');
    expect((await userUpload('oB', 'media/a.jpg', 'B')).status).toBe(403);
    const remove = (openid: string): Promise<Response> =>
      fetch(`${cloud.baseUrl}/_cloud/files?fileID=${encodeURIComponent(fileID)}`, {
        method: 'DELETE',
        headers: { 'x-sandbox-openid': openid },
      });
    expect((await remove('oB')).status).toBe(403);
    expect(Buffer.from(cloud.emulator.files.read(fileID)?.bytes ?? []).toString()).toBe('A');
    expect((await remove('oA')).status).toBe(200);
    expect(cloud.emulator.files.read(fileID)).toBeUndefined();
  });

  it('cannot overwrite what a function stored', async () => {
    cloud.emulator.files.put('system.txt', Buffer.from('s'));
    expect((await userUpload('oA', 'system.txt', 'mine')).status).toBe(403);
  });

  it('need a user', async () => {
    expect((await userUpload(undefined, 'x.jpg', 'A')).status).toBe(403);
  });
});

describe('temporary links', () => {
  it('work without a header, and end on the sandbox clock', async () => {
    const fileID = cloud.emulator.files.put('a.png', Buffer.from('png'));
    const link = async (): Promise<string> => {
      const answer = await fetch(`${cloud.baseUrl}/_cloud/files/url?fileID=${encodeURIComponent(fileID)}`);
      return (
        ((await answer.json()) as { fileList: { tempFileURL: string }[] }).fileList[0]?.tempFileURL ?? ''
      );
    };
    const url = await link();
    const response = await fetch(url);
    expect(await response.text()).toBe('png');
    expect(response.headers.get('content-type')).toBe('image/png');
    await cloud.clock.advance(7_201_000);
    expect((await fetch(url)).status).toBe(403);
    expect((await fetch(await link())).status).toBe(200);
  });

  it('cannot be forged for another file', async () => {
    const secret = cloud.emulator.files.put('secret.png', Buffer.from('s'));
    cloud.emulator.files.put('a.png', Buffer.from('a'));
    const id = Buffer.from(secret).toString('base64url');
    const url = `${cloud.baseUrl}/_cloud/files/download?id=${id}&t=9999999999&sign=${'0'.repeat(32)}`;
    expect((await fetch(url)).status).toBe(403);
  });

  it('can be uploaded to once only', async () => {
    const answer = await fetch(`${cloud.baseUrl}/admin?env=sandbox`, {
      method: 'POST',
      body: JSON.stringify({ action: 'storage.getUploadMetadata', path: 'once.txt' }),
    });
    const { url } = ((await answer.json()) as { data: { url: string } }).data;
    expect((await fetch(url, { method: 'PUT', body: 'first' })).status).toBe(200);
    expect((await fetch(url, { method: 'PUT', body: 'second' })).status).toBe(403);
  });
});

describe('openapi through wx-server-sdk', () => {
  it('answers a complete call and records it', async () => {
    const result = await runSdk(
      cloud,
      'wx',
      `return sdk.openapi.subscribeMessage.send({ touser: 'oA', templateId: '模板', data: { thing1: { value: '付款成功' } } })`,
    );
    expect(result).toMatchObject({ errCode: 0, errMsg: 'openapi.subscribeMessage.send:ok' });
    expect(cloud.emulator.openApiCalls().at(-1)).toMatchObject({
      api: 'subscribeMessage.send',
      parameters: { touser: 'oA', template_id: '模板', data: { thing1: { value: '付款成功' } } },
      answer: { body: { errcode: 0 } },
    });
  });

  it('passes on refusals of the interface and of the gateway', async () => {
    const result = await runSdk(
      cloud,
      'wx',
      `const codes = [];
       await sdk.openapi.subscribeMessage.send({ touser: 'oA' }).catch((e) => codes.push(e.errCode));
       await sdk.openapi.nothing.here({}).catch((e) => codes.push(e.errCode));
       await sdk.openapi.wxa.sec.order.getOrder({}).catch((e) => codes.push(e.errCode));
       return codes;`,
    );
    expect(result).toEqual([47001, -604100, -604101]);
  });
});

describe('snapshots', () => {
  it('bring back documents, indexes and files, and refuse what is not one', () => {
    const { database, files } = cloud.emulator;
    database.createIndex('receipts', { fields: ['number'], unique: true });
    database.put('receipts', { _id: 'r1', number: 1, at: new Date(5) });
    const fileID = files.put('a.bin', Uint8Array.of(0, 200), { ownerOpenid: 'oA' });
    const snapshot: unknown = JSON.parse(JSON.stringify(cloud.emulator.snapshot()));
    cloud.emulator.reset();
    expect(database.list('receipts').total).toBe(0);
    cloud.emulator.restore(snapshot);
    expect(database.get('receipts', 'r1')).toEqual({ _id: 'r1', number: 1, at: new Date(5) });
    expect(() => database.put('receipts', { _id: 'r2', number: 1 })).toThrow(/E11000/);
    expect([...(files.read(fileID)?.bytes ?? [])]).toEqual([0, 200]);
    expect(files.read(fileID)?.file.ownerOpenid).toBe('oA');
    expect(() => cloud.emulator.restore({ some: 'thing' })).toThrow(/not a snapshot/);
  });

  it('in texts are as it was when they were asked for, in pieces of 200 documents', () => {
    const { database, files } = cloud.emulator;
    for (let number = 0; number < 450; number++)
      database.put('pieces', { _id: `p${number}`, number, at: new Date(number) });
    database.put('empty', { _id: 'x' });
    files.put('a.bin', Uint8Array.of(1, 2), { ownerOpenid: 'oA' });
    files.put('b.bin', Uint8Array.of(3));
    const before: unknown = JSON.parse(JSON.stringify(cloud.emulator.snapshot()));
    const texts = cloud.emulator.exported();
    database.put('pieces', { _id: 'p1', number: -1 });
    database.put('pieces', { _id: 'later' });
    files.put('a.bin', Uint8Array.of(9));
    const taken = [...texts];
    expect(JSON.parse(taken.join(''))).toEqual(before);
    const mentioned = taken.map((text) => text.match(/"_id":"p\d+"/g)?.length ?? 0);
    expect(mentioned.filter((count) => count > 0)).toEqual([200, 200, 50]);
    cloud.emulator.restore(JSON.parse(taken.join('')));
    expect(cloud.emulator.snapshot()).toEqual(before);
  });

  it('in a state file carry an emulator over a restart', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'state-'));
    const options = {
      clock: cloud.clock,
      bus: cloud.bus,
      baseUrl: () => '',
      stateFile: join(folder, 'state.json'),
    };
    const first = createCloudEmulator(options);
    first.database.put('orders', { _id: 'A', ms: 1_700_000_000_000 });
    await first.save();
    first.database.put('orders', { _id: 'B' });
    await first.save();
    expect(createCloudEmulator(options).database.get('orders', 'A')).toEqual({
      _id: 'A',
      ms: 1_700_000_000_000,
    });
    rmSync(folder, { recursive: true });
  });

  it('has every change that was answered in its file, and writes what changed only', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'emulator-'));
    const stateFile = join(folder, 'state.json');
    const options = { clock: cloud.clock, bus: cloud.bus, baseUrl: () => '', stateFile };
    const killed = createCloudEmulator(options);
    const answered = () => killed.fetch(new Request('http://127.0.0.1/_cloud/files'));
    for (let at = 0; at < 1_000; at++)
      killed.database.put('orders', { _id: `O${at}`, text: 'x'.repeat(100) });
    killed.database.createIndex('orders', { fields: ['text'] });
    await answered();
    const before = statSync(stateFile).size;

    killed.database.put('orders', { _id: 'O1', text: 'changed' });
    killed.database.remove('orders', 'O2');
    killed.database.put('refunds', { _id: 'R1', at: new Date(5) });
    const fileID = killed.files.put('a.txt', Buffer.from('a'));
    killed.files.remove(killed.files.put('b.txt', Buffer.from('b')));
    await answered();
    expect(statSync(stateFile).size - before).toBeLessThan(2_000);

    const restarted = createCloudEmulator(options);
    expect(restarted.snapshot()).toEqual(killed.snapshot());
    expect(restarted.database.get('orders', 'O1')).toEqual({ _id: 'O1', text: 'changed' });
    expect(restarted.database.get('orders', 'O2')).toBeUndefined();
    expect(restarted.database.get('refunds', 'R1')).toEqual({ _id: 'R1', at: new Date(5) });
    expect(restarted.files.list().map((file) => file.fileID)).toEqual([fileID]);
    rmSync(folder, { recursive: true });
  });
});
