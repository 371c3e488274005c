/** What the functions of a running system have said to clients and to the log. */
import type { Running } from './support.ts';

/**
 * Secrets, persons and places in the code, wherever they were told.
 * @throws Error when hardly anything was said, so that nothing could be found.
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
