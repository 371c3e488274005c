/** The acceptance suite of the sandbox, played against this system as a team in another language would. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { checks } from '../../sandbox/accept/run.ts';
import { operatorOpenid } from '../../sandbox/system/environment.ts';
import { payer, type Running, root, run } from './support.ts';

let running: Running;
beforeAll(async () => {
  running = await run({ providerKind: 'ecommerce' });
});
afterAll(() => running?.system.close());

interface Report {
  passed: boolean;
  checks: { id: string; outcome: string; detail: string }[];
}

const body = (json: string) => `-d "${json.replaceAll('"', '\\"')}"`;

it('holds every check', async () => {
  const { url } = running.system;
  const call = (name: string, openid: string, json: string) =>
    `curl -sS -H 'content-type: application/json' -H 'x-sandbox-openid: ${openid}' ${url}/_cloud/functions/${name} ${body(json)}`;
  const query = call('queryOrder', payer, '{"outTradeNo":"$OUT_TRADE_NO"}');
  const commands = {
    place: `${call('createOrder', payer, '{"requestToken":"$REQUEST_TOKEN","items":[{"productId":"sticker","quantity":1}]}')} | grep '"ok":true'`,
    paid: `${query} | grep '"state":"SUCCESS"'`,
    // Viewing the order delivers what is due; otherwise the timer does, within a minute.
    effects: `${query} >/dev/null; curl -sS ${url}/_cloud/database/deliveries | grep -o '"_id":"'$OUT_TRADE_NO'"' | wc -l`,
    refund: `${call('refundOrder', operatorOpenid, '{"action":"refund","outTradeNo":"$OUT_TRADE_NO","requestToken":"0123456789abcdef0123456789abcdef","amountFen":$AMOUNT_FEN}')} | grep '"ok":true'`,
  };
  const options = Object.entries(commands).flatMap(([name, command]) => [`--${name}`, command]);
  const args = ['--import', 'tsx', 'scripts/sandbox.ts', 'accept', '--sandbox', url, '--json', ...options];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root }).catch(
    (failed: { stdout: string; stderr: string }) => {
      expect(failed.stderr).toBe('');
      return failed;
    },
  );
  const report = JSON.parse(stdout) as Report;
  expect(report.checks.filter(({ outcome }) => outcome !== 'held')).toEqual([]);
  expect(report.checks.map(({ id }) => id)).toEqual(checks.map(({ id }) => id));
});
