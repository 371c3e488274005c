/**
 * `npm run demo`: the whole flow on the deployed bundles, in the terminal. Exit code 0 only if every step held.
 * `--only direct|partner|refunds|sharing` plays one act.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, styleText } from 'node:util';
import { operatorOpenid } from '../sandbox/system/environment.ts';
import { users } from '../sandbox/system/shop.ts';
import { startSystem } from '../sandbox/system/system.ts';
import { buildFunctions } from './build/functions.ts';
import { DemoClient } from './demo/client.ts';
import { directAct } from './demo/direct.ts';
import { partnerAct } from './demo/partner.ts';
import { refundsAct } from './demo/refunds.ts';
import { sharingAct } from './demo/sharing.ts';
import { type Act, play } from './demo/stage.ts';

const root = join(fileURLToPath(import.meta.url), '../..');

async function main(): Promise<void> {
  const startedAt = performance.now();
  const only = chosenAct();
  console.log('构建云函数并启动沙箱 …  Building the functions and starting the sandbox …');
  await buildFunctions({ root });
  const system = await startSystem({ root, port: 0 });
  try {
    const client = new DemoClient(system.url);
    const acts: Act[] = [];
    const plays = (act: ActName) => only === undefined || only === act;
    if (plays('direct')) acts.push(directAct(client, users[0]!.openid));
    if (plays('partner')) {
      acts.push(
        partnerAct(client, {
          applicant: users[1]!.openid,
          payer: users[0]!.openid,
          kind: 'ecommerce',
          photo: readFileSync(join(root, 'miniprogram/assets/products/tea.png')),
          stock: (product) => system.emulator.database.put('products', product),
        }),
      );
    }
    if (plays('refunds'))
      acts.push(refundsAct(client, { payer: users[0]!.openid, operator: operatorOpenid }));
    if (plays('sharing'))
      acts.push(sharingAct(client, { payer: users[0]!.openid, operator: operatorOpenid }));
    const { held, broken } = await play(acts);
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    const color = broken === 0 ? 'green' : 'red';
    console.log(
      styleText(
        color,
        `\n${held} 步成立，${broken} 步不成立 · ${held} held, ${broken} broken · ${seconds} s`,
      ),
    );
    if (broken > 0) process.exitCode = 1;
  } finally {
    await system.close();
  }
}

const actNames = ['direct', 'partner', 'refunds', 'sharing'] as const;
type ActName = (typeof actNames)[number];

function chosenAct(): ActName | undefined {
  try {
    const { only } = parseArgs({ options: { only: { type: 'string' } } }).values;
    const known = actNames.find((name) => name === only);
    if (only === undefined || known) return known;
    throw new Error(`--only ${only}`);
  } catch (error) {
    console.error(
      `${(error as Error).message}\n用法 · Usage: npm run demo -- [--only ${actNames.join('|')}]`,
    );
    process.exit(2);
  }
}

await main();
