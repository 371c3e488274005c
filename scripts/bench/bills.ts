/** A trade bill of a million lines: lines a second and peak memory, against csv-parse that only reads it. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { writeBill } from './bill-file.ts';

export interface BillFigures {
  readonly lines: number;
  readonly linesPerSecond: number;
  /** Peak memory of the whole process, with node itself. */
  readonly mb: number;
  /** CPU of a line against gunzip and csv-parse alone. */
  readonly cpuOfFloor: number;
}

interface Run {
  readonly rows: number;
  readonly ms: number;
  readonly cpuMs: number;
  readonly mb: number;
}

/** @param floorLines what the slower floor reads; its cost counts by the line */
export async function benchBills(
  root: string,
  lines = 1_000_000,
  floorLines = 100_000,
): Promise<BillFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'bill-bench-'));
  try {
    const worker = join(folder, 'worker.mjs');
    await build({
      entryPoints: [join(root, 'scripts/bench/bill-worker.ts')],
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      outfile: worker,
      banner: {
        js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
      },
      logLevel: 'error',
    });
    const [long, short] = [join(folder, 'long.gz'), join(folder, 'short.gz')];
    const facts = await writeBill(long, lines);
    await writeBill(short, floorLines);
    const ours = await run([worker, 'compare', long, JSON.stringify(facts)]);
    const floor = await run([worker, 'floor', short]);
    return {
      lines: ours.rows,
      linesPerSecond: ours.rows / (ours.ms / 1000),
      mb: ours.mb,
      cpuOfFloor: ours.cpuMs / ours.rows / (floor.cpuMs / floor.rows),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function run(args: readonly string[]): Promise<Run> {
  const child = spawn(process.execPath, [...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (chunk) => {
    printed += chunk;
  });
  return new Promise((resolve, reject) =>
    child.on('close', (code) =>
      code === 0 ? resolve(JSON.parse(printed) as Run) : reject(new Error(`exit code ${code}`)),
    ),
  );
}
