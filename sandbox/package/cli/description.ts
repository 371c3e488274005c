/** What is said of a sandbox that was started. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServedSandbox } from '../serve.ts';

/** In a file, since programs take the path of a certificate authority. */
export function writeCa(sandbox: ServedSandbox): { file: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'wechatpay-sandbox-'));
  const file = join(folder, 'ca.pem');
  writeFileSync(file, `${sandbox.simulator.caPem()}\n`);
  return { file, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Where a program that starts the sandbox itself finds everything. */
export function descriptionOf(sandbox: ServedSandbox, caFile: string, version: string): object {
  const { url, tlsUrl, proxyUrl } = sandbox;
  return {
    url,
    version,
    pid: process.pid,
    inspectorUrl: `${url}/`,
    controlUrl: `${url}/_sandbox`,
    credentialsUrl: `${url}/_sandbox/credentials`,
    ...(tlsUrl !== undefined && { tlsUrl }),
    ...(proxyUrl !== undefined && { proxyUrl }),
    caFile,
  };
}
