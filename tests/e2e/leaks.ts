/** Searches what the functions of a running system answered and logged. */
import type { Running } from './support.ts';

/**
 * Finds secrets, personal data and source locations in results and logs.
 * @throws Error when there are too few invocations for the search to mean anything.
 */
export async function leaksOf({ client, system }: Running, people: ReadonlySet<string>): Promise<string[]> {
  const { invocations } = await client.get<{
    invocations: { result?: unknown; logs: string[] }[];
  }>('/_cloud/logs?limit=1000');
  if (invocations.length < 50) throw new Error(`only ${invocations.length} invocations to look through`);
  const logs = JSON.stringify(invocations.map((invocation) => invocation.logs));
  const results = JSON.stringify(invocations.map(({ result }) => result));
  const { direct, ecommerce } = system.simulator.credentials();
  const secrets = [direct, ecommerce].flatMap(({ apiV3Key, privateKeyPem }) => [
    apiV3Key,
    privateKeyPem.split('\n')[5]!,
  ]);
  const places = results.match(/node_modules|\.ts:\d|at \w+ \(|ECONN|Cloud(Error|Base)/g) ?? [];
  return [
    ...secrets.filter((secret) => logs.includes(secret)).map(() => 'a secret in the log'),
    ...secrets.filter((secret) => results.includes(secret)).map(() => 'a secret in a result'),
    ...[...people].filter((openid) => logs.includes(openid)),
    ...places,
  ];
}
