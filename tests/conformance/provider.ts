/** A provider account of the simulator, reached through the very client that the functions use. */
import { createHash } from 'node:crypto';
import type { Sandbox } from '../../sandbox/wechatpay/testing/sandbox.ts';
import { type MemoryDocuments, memoryDocuments } from '../../shared/core/testing/documents.ts';
import type { OnboardingPorts } from '../../shared/merchants/ports.ts';
import { parseApiV3Key, parsePrivateKey, parsePublicKey } from '../../shared/wechatpay/crypto/keys.ts';
import { createClient } from '../../shared/wechatpay/http/client.ts';
import type { Transport, WechatpayClient } from '../../shared/wechatpay/http/client-types.ts';

export type Kind = OnboardingPorts['account']['kind'];

export interface Provider {
  readonly client: WechatpayClient;
  readonly ports: OnboardingPorts & { readonly documents: MemoryDocuments };
  readonly logged: string[];
}

/** @param through what requests pass on their way */
export function providerOf(
  sandbox: Sandbox,
  kind: Kind,
  through: (transport: Transport) => Transport = (transport) => transport,
): Provider {
  const account = sandbox.credentials[kind];
  const nowMs = () => sandbox.clock.now();
  const client = createClient({
    account: {
      mchid: account.mchid,
      serialNo: account.serialNo,
      privateKey: parsePrivateKey(account.privateKeyPem),
      apiV3Key: parseApiV3Key(account.apiV3Key),
    },
    publicKey: { id: account.publicKeyId, key: parsePublicKey(account.publicKeyPem) },
    bases: ['http://127.0.0.1:8700'],
    nowMs,
    // No waiting between attempts.
    random: () => 0,
    transport: through(transportTo((request) => sandbox.fetch(request))),
  });
  const logged: string[] = [];
  const log = (event: string, fields: unknown) => void logged.push(`${event} ${JSON.stringify(fields)}`);
  return {
    client,
    logged,
    ports: {
      clock: { nowMs },
      documents: memoryDocuments(),
      account: { kind, client },
      log: { info: log, warn: log, error: log },
      sha256Hex: (text) => createHash('sha256').update(text).digest('hex'),
    },
  };
}

function transportTo(fetch: (request: Request) => Promise<Response>): Transport {
  return async ({ url, method, headers, body }) => {
    const sent = new Request(url, { method, headers: { ...headers }, ...(body !== undefined && { body }) });
    const answer = await fetch(sent);
    return {
      status: answer.status,
      headers: Object.fromEntries(answer.headers),
      body: new Uint8Array(await answer.arrayBuffer()),
    };
  };
}
