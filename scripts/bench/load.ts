/** What a cold start costs: the whole process that loads a function's bundle, against bare `node -e 0`. */
import { spawn } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { peakMb } from './peak-memory.ts';
import { median } from './statistics.ts';

export interface LoadFigure {
  name: string;
  ms: number;
  /** Peak memory of the process, MB. */
  mb: number;
  /** Bytes that are deployed: bundle, code cache, manifest. */
  bytes: number;
  /** Against bare node in the same run. */
  msRatio: number;
}

interface Run {
  ms: number;
  mb: number;
}

/** Rounds are interleaved, so that a drift of the machine's speed meets all of them. */
export async function benchLoad(
  functionsDir: string,
  rounds: number,
): Promise<{ bare: Run; bundles: LoadFigure[] }> {
  const names = readdirSync(functionsDir).sort();
  const scripts = new Map([
    ['', '0'],
    ...names.map((name) => [name, `require(${JSON.stringify(join(functionsDir, name))})`] as const),
  ]);
  const runs = new Map([...scripts.keys()].map((name) => [name, [] as Run[]]));
  for (let round = -1; round < rounds; round++) {
    for (const [name, script] of scripts) {
      const run = await loadOnce(script);
      if (round >= 0) runs.get(name)!.push(run);
    }
  }
  const middle = (name: string): Run => ({
    ms: median(runs.get(name)!.map((run) => run.ms)),
    mb: median(runs.get(name)!.map((run) => run.mb)),
  });
  const bare = middle('');
  const bundles = names.map((name) => {
    const { ms, mb } = middle(name);
    return { name, ms, mb, bytes: bytesOf(join(functionsDir, name)), msRatio: ms / bare.ms };
  });
  return { bare, bundles };
}

const measure = `(${peakMb})((path) => require('node:fs').readFileSync(path, 'utf8'))`;

async function loadOnce(script: string): Promise<Run> {
  const startedAt = performance.now();
  const child = spawn(
    process.execPath,
    ['-e', `${script};process.stdout.write(String(${measure}))`],
    // With an empty environment: an inherited NODE_EXTRA_CA_CERTS alone adds 40 ms to a bare node.
    { env: {}, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (chunk) => {
    printed += chunk;
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  if (code !== 0) throw new Error(`loading failed with exit code ${code}: ${script}`);
  return { ms: performance.now() - startedAt, mb: Number(printed) };
}

function bytesOf(folder: string): number {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => statSync(join(folder, name)))
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + entry.size, 0);
}
