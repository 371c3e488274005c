/** `npm start -- --inspect NAME`: a debugger stops at a breakpoint that is set in the sources. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { startTestCloud } from '../../sandbox/cloudbase/testing/cloud.ts';
import { freePort } from '../../sandbox/free-port.ts';
import { buildFunctions } from './functions.ts';

const root = join(fileURLToPath(import.meta.url), '../../..');
const source = join(root, 'shared/core/deadline.ts');

/**
 * As Chrome's DevTools do it: stops before a script with a source map runs, sets the breakpoint where the map says
 * that the line is, and maps the place where it then stops back to its source.
 */
const debuggerClient = `
  const { SourceMap } = require('node:module');
  const [port, source, line] = process.argv.slice(1);
  const socketUrl = async () =>
    (await (await fetch('http://127.0.0.1:' + port + '/json/list')).json())[0].webSocketDebuggerUrl;
  const connect = () => socketUrl().then(attach, () => setTimeout(connect, 50));
  function attach(url) {
    const socket = new WebSocket(url);
    let lastId = 0;
    const send = (method, params = {}) => socket.send(JSON.stringify({ id: ++lastId, method, params }));
    const maps = new Map();
    const originAt = ({ scriptId, lineNumber, columnNumber }) =>
      maps.get(scriptId)?.findEntry(lineNumber, columnNumber) ?? {};
    socket.onopen = () => {
      send('Debugger.enable');
      send('Debugger.setInstrumentationBreakpoint', { instrumentation: 'beforeScriptWithSourceMapExecution' });
      send('Runtime.runIfWaitingForDebugger');
    };
    socket.onmessage = ({ data }) => {
      const { method, params } = JSON.parse(data);
      if (method === 'Debugger.scriptParsed' && params.sourceMapURL.startsWith('data:')) {
        const json = Buffer.from(params.sourceMapURL.split(',')[1], 'base64');
        maps.set(params.scriptId, new SourceMap(JSON.parse(json)));
      }
      if (method !== 'Debugger.paused') return;
      if (params.reason === 'instrumentation') {
        const { scriptId } = params.data;
        const map = maps.get(scriptId);
        for (let lineNumber = 0; lineNumber < 100_000; lineNumber += 1) {
          const found = map.findEntry(lineNumber, 4);
          if (found.originalSource !== source || found.originalLine !== Number(line)) continue;
          if (found.generatedLine !== lineNumber) continue;
          send('Debugger.setBreakpoint', { location: { scriptId, lineNumber, columnNumber: found.generatedColumn } });
          break;
        }
        send('Debugger.resume');
        return;
      }
      const { originalSource, originalLine } = originAt(params.callFrames[0].location);
      console.log(JSON.stringify({ source: originalSource, line: originalLine }));
      send('Debugger.resume');
      socket.onmessage = () => process.exit(0);
    };
  }
  connect();`;

it('stops at a line of a shared source, and goes on', async () => {
  mkdirSync(join(root, 'dist'), { recursive: true });
  const work = mkdtempSync(join(root, 'dist', 'test-breakpoint-'));
  onTestFinished(() => rmSync(work, { recursive: true }));
  const [sourceFolder, outFolder] = [join(work, 'functions'), join(work, 'out')];
  mkdirSync(join(sourceFolder, 'stepped'), { recursive: true });
  writeFileSync(
    join(sourceFolder, 'stepped/index.ts'),
    `import { withinTime } from ${JSON.stringify(source)};
    export const main = () => withinTime(60_000, async () => 'done', () => 'late');`,
  );
  await buildFunctions({ root, sourceFolder, outFolder, forDevelopment: { debugged: ['stepped'] } });
  const port = await freePort();
  const inspectPorts = new Map([['stepped', port]]);
  const cloud = await startTestCloud({ stepped: { code: '' } }, { distFolder: outFolder, inspectPorts });
  onTestFinished(() => cloud.close());
  const line = readFileSync(source, 'utf8')
    .split('\n')
    .findIndex((text) => text.includes('return await Promise.race'));
  const args = ['--experimental-websocket', '-e', debuggerClient, String(port), source, String(line)];
  const [call, client] = await Promise.all([
    cloud.call('stepped'),
    promisify(execFile)(process.execPath, args),
  ]);
  expect(JSON.parse(client.stdout)).toEqual({ source, line });
  expect(call).toMatchObject({ result: 'done' });
});
