import { execFile } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { platformEnvironment, startCloud, type TestCloud } from '../../shared/cloudbase/testing/cloud.ts';
import { codeCacheNote } from './code-cache.ts';
import { type BuiltFunction, buildFunctions } from './functions.ts';
import { leftOut } from './left-out.ts';

const root = join(fileURLToPath(import.meta.url), '../../..');
const sources = {
  plain: `export async function main(event: unknown) { return { event, text: '付款成功' }; }`,
  regex: 'export const main = async (text: string) => [/^[付😀]$/u.test(text), String.raw`\\付`];',
  asks: `
    import { isSigned } from '${root}/shared/wechatpay/crypto/verifier.ts';
    import { createAxiosTransport } from '${root}/shared/wechatpay/http/axios-transport.ts';
    const limits = { connectTimeoutMs: 5000, responseTimeoutMs: 5000, maxResponseBytes: 1000 };
    export async function main({ url }: { url: string }) {
      const { status, headers } = await createAxiosTransport(Date.now)({ method: 'GET', url, headers: {}, ...limits });
      return { status, signed: isSigned(headers), modules: Reflect.get(process, "moduleLoadList") };
    }`,
  stores: `
    import { createDocuments } from '${root}/shared/cloudbase/documents.ts';
    import { createFiles } from '${root}/shared/cloudbase/files.ts';
    import { createFunctionCaller } from '${root}/shared/cloudbase/function-caller.ts';
    import { sdkLoader } from '${root}/shared/cloudbase/sdk.ts';
    const sdk = sdkLoader();
    export async function main({ use, fileID }: { use: string; fileID: string }) {
      if (use !== '') {
        const app: any = await sdk();
        const { default: axios } = await import('axios');
        return new Function('app', 'axios', 'return ' + use)(app, axios);
      }
      const documents = createDocuments(sdk, { error() {} });
      await documents.insertIfAbsent('things', { _id: 'a' });
      await documents.update('things', 'a', { atMs: null }, { nested: { state: 'A' }, atMs: 5 });
      const where = { atMs: { gt: 1, lte: 9 }, 'nested.state': { in: ['A'] } };
      const found = await documents.find('things', { where, orderBy: { field: 'atMs', direction: 'desc' }, limit: 5 });
      const duplicate = await documents.insertIfAbsent('things', { _id: 'a' });
      await documents.remove('things', 'a');
      const files = createFiles(sdk);
      const bytes = await files.download(fileID, 10);
      await files.remove(fileID);
      const called = await createFunctionCaller(sdk).call('other', { a: 1 });
      return { found, duplicate, gone: await documents.get('things', 'a') ?? null, bytes: bytes.toString(), called };
    }`,
};

let cloud: TestCloud;
let work: string;
const options = () => ({ root, sourceFolder: join(work, 'functions'), outFolder: join(work, 'out') });
const write = (name: string, source: string) => {
  mkdirSync(join(work, 'functions', name), { recursive: true });
  writeFileSync(join(work, 'functions', name, 'index.ts'), source);
};
const changesOf = (built: BuiltFunction[]) =>
  built.filter(({ unchanged }) => !unchanged).map(({ name }) => name);

beforeAll(async () => {
  cloud = await startCloud(async (name, data) => ({ name, data }));
  cloud.emulator.database.createCollection('things');
  mkdirSync(join(root, 'dist'), { recursive: true });
  work = mkdtempSync(join(root, 'dist', 'test-build-'));
  for (const [name, source] of Object.entries(sources)) write(name, source);
  await buildFunctions(options());
});
afterAll(async () => {
  rmSync(work, { recursive: true });
  await cloud.close();
});

interface Run {
  result?: unknown;
  error?: string;
  /** Script → whether V8 refused its cache. */
  rejected: Record<string, boolean | string>;
  /** Lines that the function logged. */
  logs: unknown[];
}

/** Runs main in a process of its own, as the platform would, and reports what the loader did with the caches. */
function run(name: string, event: unknown, nodeFlags: string[] = []): Promise<Run> {
  const script = `
    const vm = require('node:vm');
    const rejected = {};
    vm.Script = class extends vm.Script {
      constructor(code, options) {
        super(code, options);
        rejected[require('node:path').basename(options.filename)] = this.cachedDataRejected ?? 'no cache';
      }
    };
    require(${JSON.stringify(join(work, 'out', name))}).main(${JSON.stringify(event)}, {}).then(
      (result) => console.log(JSON.stringify({ result, rejected })),
      (error) => console.log(JSON.stringify({ error: error.message, rejected })),
    );`;
  const env = { PATH: process.env.PATH, ...platformEnvironment(cloud.url) };
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [...nodeFlags, '-e', script], { env }, (error, stdout, stderr) => {
      if (error || stderr) reject(error ?? new Error(stderr));
      else {
        const lines: unknown[] = stdout
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line));
        resolve({ ...(lines.at(-1) as Run), logs: lines.slice(0, -1) });
      }
    });
  });
}

describe('a built function', () => {
  it('holds a loader, its code, and a package without dependencies, and no dotfile', () => {
    const common = ['config.json', 'function.cache', 'function.js', 'index.js', 'package.json'];
    expect(readdirSync(join(work, 'out', 'plain')).sort()).toEqual(common);
    expect(readdirSync(join(work, 'out', 'stores')).sort()).toEqual(
      [...common, 'sdk.cache', 'sdk.js'].sort(),
    );
    const manifest = JSON.parse(readFileSync(join(work, 'out', 'plain', 'package.json'), 'utf8'));
    expect(manifest).toEqual({
      name: 'plain',
      version: '1.0.0',
      private: true,
      type: 'commonjs',
      main: 'index.js',
    });
  });

  it('runs from its code cache, text that is not ASCII included', async () => {
    expect(await run('plain', { a: '付' })).toEqual({
      result: { event: { a: '付' }, text: '付款成功' },
      rejected: { 'function.js': false },
      logs: [],
    });
  });

  it('keeps a regular expression and a raw template that are not ASCII', async () => {
    expect(await run('regex', '😀')).toEqual({
      result: [true, '\\付'],
      rejected: { 'function.js': false },
      logs: [],
    });
  });

  it('runs without the cache on a V8 that refuses it', async () => {
    expect(await run('plain', {}, ['--no-opt'])).toMatchObject({
      result: { text: '付款成功' },
      rejected: { 'function.js': true },
    });
  });

  it('does not use the cache for a source that was edited by hand, not even one of the same length', async () => {
    const file = join(work, 'out', 'plain', 'function.js');
    const source = readFileSync(file, 'utf8');
    writeFileSync(file, source.replace('text', 'TEXT'));
    const { result, rejected, logs } = await run('plain', {});
    writeFileSync(file, source);
    expect(result).toHaveProperty('TEXT');
    expect(rejected).toEqual({ 'function.js': 'no cache' });
    expect(logs).toMatchObject([
      { level: 'warn', event: 'code_cache.not_used', reason: expect.stringContaining('build again') },
    ]);
  });

  it('says once that V8 refused the caches, and nothing when it takes them', async () => {
    const use = 'app.config.envName || 1';
    expect((await run('stores', { use })).logs).toEqual([]);
    const { rejected, logs } = await run('stores', { use }, ['--no-opt']);
    expect(rejected).toEqual({ 'function.js': true, 'sdk.js': true });
    expect(logs).toMatchObject([{ event: 'code_cache.not_used', file: 'function.cache' }]);
  });

  it('says nothing of a cache that was left out', async () => {
    const file = join(work, 'out', 'plain', 'function.cache');
    const cache = readFileSync(file);
    rmSync(file);
    const { rejected, logs } = await run('plain', {});
    writeFileSync(file, cache);
    expect(rejected).toEqual({ 'function.js': 'no cache' });
    expect(logs).toEqual([]);
  });

  it('holds no path of the machine that built it, and shows none in a stack trace', async () => {
    const folder = join(work, 'out', 'stores');
    for (const file of readdirSync(folder)) {
      const bytes = readFileSync(join(folder, file));
      for (const encoding of ['latin1', 'utf16le'] as const) {
        expect(bytes.includes(Buffer.from(root, encoding)), `${file} ${encoding}`).toBe(false);
      }
    }
    const { result } = await run('stores', { use: 'new Error().stack' });
    expect(result).toContain('function.js:');
    expect(result).not.toContain(work);
  });

  it('does not load the SDK before it is used', async () => {
    expect(Object.keys((await run('plain', {})).rejected)).toEqual(['function.js']);
  });

  it('reaches the database, files and other functions with nothing of what was left out', async () => {
    const fileID = cloud.emulator.files.put('a/b.txt', Buffer.from('bytes'));
    expect(await run('stores', { use: '', fileID })).toEqual({
      logs: [],
      rejected: { 'function.js': false, 'sdk.js': false },
      result: {
        found: [{ _id: 'a', nested: { state: 'A' }, atMs: 5 }],
        duplicate: { _id: 'a', nested: { state: 'A' }, atMs: 5 },
        gone: null,
        bytes: 'bytes',
        called: { name: 'other', data: { a: 1 } },
      },
    });
    expect(cloud.emulator.files.list()).toEqual([]);
  });

  it('sends a request and reads its headers without loading the fetch of Node, which costs more than all of it', async () => {
    cloud.interceptors.push(async () => Response.json({}));
    const { result } = await run('asks', { url: `${cloud.url}/x` });
    expect(result).toMatchObject({ status: 200, signed: false });
    const { modules } = result as { modules: string[] };
    expect(modules.filter((module) => module.includes('undici'))).toEqual([]);
  });

  it('sends text and bytes with axios', async () => {
    cloud.interceptors.push(async (request) => Response.json({ got: await request.text() }));
    const use = `axios.post('${cloud.url}/x', Buffer.from('bytes')).then(({ data }) => data)`;
    expect(await run('stores', { use })).toMatchObject({ result: { got: 'bytes' } });
  });

  it('names what was left out when it is touched', async () => {
    const touches = [
      ['http2', 'axios.get("http://127.0.0.1:1", { httpVersion: 2 })'],
      ['./fetch.js', 'axios.get("http://127.0.0.1:1", { adapter: "fetch" })'],
      ['https-proxy-agent', 'axios.get("https://127.0.0.1:1", { proxy: { host: "127.0.0.1", port: 1 } })'],
      ['form-data', 'axios.postForm("http://127.0.0.1:1", { a: 1 })'],
      ['@cloudbase/ai', 'app.ai()'],
      ['@cloudbase/wx-cloud-client-sdk', 'app.models.orders'],
      ['@cloudbase/wx-cloud-client-sdk', 'app.mysql()'],
      ['axios', 'app.requestClient.get("http://127.0.0.1:1")'],
      ['form-data', 'app.callCompatibleWxOpenApi({ apiName: "x", requestData: Buffer.from("") })'],
      ['xml2js', 'app.uploadFile({ cloudPath: "a", fileContent: Buffer.from("") })'],
    ] as const;
    const known = Object.values(leftOut).flatMap((packages) => Object.keys(packages));
    expect(known).toEqual(expect.arrayContaining(touches.map(([name]) => name)));
    // All in one process: each loads what it needs of the SDK by itself.
    const tried = touches.map(([, use]) => `async () => ${use}`);
    const messages = `Promise.all([${tried}].map((touch) => touch().then(() => "nothing", ({ message }) => message)))`;
    const { result } = await run('stores', { use: messages });
    expect(result).toEqual(
      touches.map(([name]) => expect.stringMatching(`^${name} is left out of this bundle`)),
    );
  });
});

describe('a code cache of another Node', () => {
  const { version, platform, arch } = process;
  const made = (...by: string[]) => Buffer.from([...by, 'ascii'].join(' ').padEnd(64), 'latin1');

  it.each([
    ['another patch version', made('v20.19.0', platform, arch)],
    ['another platform', made(version, 'sunos', arch)],
    ['another architecture', made(version, platform, 'mips')],
  ])('of %s is not used, since V8 may take it and run wrong', async (_, header) => {
    const file = join(work, 'out', 'plain', 'function.cache');
    const cache = readFileSync(file);
    writeFileSync(file, Buffer.concat([header, cache.subarray(64)]));
    const { result, rejected, logs } = await run('plain', {});
    writeFileSync(file, cache);
    expect(result).toMatchObject({ text: '付款成功' });
    expect(rejected).toEqual({ 'function.js': 'no cache' });
    expect(logs).toMatchObject([{ event: 'code_cache.not_used', node: `${version} ${platform} ${arch}` }]);
  });

  it('is announced by the build, with the command that makes one for the cloud', () => {
    const node = { version: 'v20.19.4', platform: 'linux', arch: 'x64' } as const;
    expect(codeCacheNote('Nodejs20.19', node)).toBeUndefined();
    for (const other of [
      { version: 'v20.20.2' },
      { version: 'v24.1.0' },
      { platform: 'darwin' },
      { arch: 'arm64' },
    ] as const) {
      const note = codeCacheNote('Nodejs20.19', { ...node, ...other });
      expect(note).toMatch(/云端 Nodejs20\.19 不会使用[\s\S]*will not use it[\s\S]*npx -y -p node@20\.19 /);
    }
  });
});

describe('building again', () => {
  it('does nothing when nothing changed', async () => {
    expect(changesOf(await buildFunctions(options()))).toEqual([]);
  });

  it('builds what changed, and only that', async () => {
    write('plain', sources.plain.replace('成功', '失败'));
    expect(changesOf(await buildFunctions(options()))).toEqual(['plain']);
    expect(await run('plain', {})).toMatchObject({
      result: { text: '付款失败' },
      rejected: { 'function.js': false },
    });
  });

  it('builds again when a module further down changed', async () => {
    write('uses', `import { value } from './value.ts'; export const main = async () => value;`);
    writeFileSync(join(work, 'functions', 'uses', 'value.ts'), 'export const value = 1;');
    expect(changesOf(await buildFunctions(options()))).toEqual(['uses']);
    writeFileSync(join(work, 'functions', 'uses', 'value.ts'), 'export const value = 2;');
    utimesSync(join(work, 'functions', 'uses', 'value.ts'), new Date(), new Date(Date.now() + 2000));
    expect(changesOf(await buildFunctions(options()))).toEqual(['uses']);
    expect((await run('uses', {})).result).toBe(2);
  });

  it('removes a function that is gone from the sources', async () => {
    rmSync(join(work, 'functions', 'uses'), { recursive: true });
    await buildFunctions(options());
    expect(readdirSync(join(work, 'out')).sort()).toEqual(Object.keys(sources).sort());
  });

  it('restores an output that was damaged or deleted', async () => {
    rmSync(join(work, 'out', 'plain', 'index.js'));
    expect(changesOf(await buildFunctions(options()))).toEqual(['plain']);
    expect(statSync(join(work, 'out', 'plain', 'index.js')).size).toBeGreaterThan(100);
  });
});

describe('a function that cannot be built', () => {
  it('is reported with file and line', async () => {
    write('wrong', 'export const main = async () => {\n  return nothing(;\n};');
    await expect(buildFunctions(options())).rejects.toThrow(/wrong\/index\.ts:2/);
    rmSync(join(work, 'functions', 'wrong'), { recursive: true });
  });

  it('is reported when it throws while loading', async () => {
    write('throws', `throw new Error('at load'); export const main = async () => 1;`);
    await expect(buildFunctions(options())).rejects.toThrow(/at load/);
    rmSync(join(work, 'functions', 'throws'), { recursive: true });
  });
});
