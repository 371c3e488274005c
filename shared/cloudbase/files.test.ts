import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { CloudError } from './cloud-error.ts';
import { parseFileId } from './file-id.ts';
import { createFiles, type Files } from './files.ts';
import { createFunctionCaller } from './function-caller.ts';
import { startCloud, type TestCloud } from './testing/cloud.ts';

let cloud: TestCloud;
let files: Files;
const called: unknown[] = [];

beforeAll(async () => {
  cloud = await startCloud(async (name, data) => {
    called.push([name, data]);
    return { name, data };
  });
  files = createFiles(cloud.sdk);
});
afterAll(() => cloud.close());
beforeEach(() => {
  cloud.emulator.reset();
  cloud.interceptors.length = 0;
  cloud.asked.length = 0;
});

const codeOf = (run: Promise<unknown>) =>
  run.then(
    () => 'none',
    (error: unknown) => (error instanceof CloudError ? error.code : error),
  );

it('downloads the bytes as they were uploaded, with a name that is not ASCII', async () => {
  const bytes = Buffer.from([0, 255, 10, 13, 128]);
  const fileID = cloud.emulator.files.put('onboarding/o1/身份证 1.jpg', bytes);
  expect(await files.download(fileID, 5)).toEqual(bytes);
});

it('refuses one byte too many, announced or not', async () => {
  const fileID = cloud.emulator.files.put('a/b.bin', Buffer.alloc(1001));
  expect(await codeOf(files.download(fileID, 1000))).toBe('TOO_LARGE');
  const endless = new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(64 * 1024)) });
  cloud.interceptors.push(
    (request) => cloud.emulator.fetch(request),
    () => new Response(endless),
  );
  expect(await codeOf(files.download(fileID, 200_000))).toBe('TOO_LARGE');
});

it('gives NOT_FOUND for a missing file, and INVALID for a malformed fileID', async () => {
  const fileID = cloud.emulator.files.put('a/b', Buffer.from('x'));
  cloud.emulator.files.remove(fileID);
  expect(await codeOf(files.download(fileID, 10))).toBe('NOT_FOUND');
  expect(await codeOf(files.download('https://example.com/x', 10))).toBe('INVALID');
});

it('repeats a download that broke', async () => {
  const fileID = cloud.emulator.files.put('a/b', Buffer.from('x'));
  cloud.interceptors.push(
    (request) => cloud.emulator.fetch(request),
    () => new Response('', { status: 503 }),
  );
  expect((await files.download(fileID, 10)).toString()).toBe('x');
});

it('deletes a file, also when it is already gone', async () => {
  const fileID = cloud.emulator.files.put('a/b', Buffer.from('x'));
  await files.remove(fileID);
  await files.remove(fileID);
  expect(cloud.emulator.files.list()).toEqual([]);
});

it('reads environment, bucket and path from a fileID', () => {
  expect(parseFileId('cloud://env-1.656e-env-1-130/onboarding/o1/a.jpg')).toEqual({
    envId: 'env-1',
    bucket: '656e-env-1-130',
    path: 'onboarding/o1/a.jpg',
  });
});

it('calls another function and hands over what it returned', async () => {
  const functions = createFunctionCaller(cloud.sdk);
  expect(await functions.call('partnerOrders', { a: [1] })).toEqual({
    name: 'partnerOrders',
    data: { a: [1] },
  });
  expect(called.at(-1)).toEqual(['partnerOrders', { a: [1] }]);
});

it('reports a function that threw, and refuses a malformed name', async () => {
  const functions = createFunctionCaller(cloud.sdk);
  for (const [code, expected] of [
    ['FUNCTION_INVOCATION_FAILED', 'FAILED'],
    ['FUNCTION_TIME_LIMIT_EXCEEDED', 'UNAVAILABLE'],
    ['FUNCTION_NOT_FOUND', 'NOT_FOUND'],
  ]) {
    cloud.interceptors.push(() => Response.json({ code, message: 'private words' }));
    expect(await codeOf(functions.call('partnerOrders', {}))).toBe(expected);
  }
  expect(await codeOf(functions.call('../x', {}))).toBe('INVALID');
});

it('does not call a function twice when the answer got lost', async () => {
  cloud.interceptors.push(() => new Response('', { status: 504 }));
  expect(await codeOf(createFunctionCaller(cloud.sdk).call('partnerOrders', {}))).toBe('UNAVAILABLE');
  expect(cloud.asked).toEqual(['functions.invokeFunction']);
});
