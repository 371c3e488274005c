import { Agent, type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest, Agent as TlsAgent } from 'node:https';

export interface PostResult {
  readonly status?: number;
  readonly body?: string;
  readonly error?: string;
  readonly ms: number;
}

/** Sends one callback and returns what the receiver answered. Never rejects. */
export type PostCallback = (
  url: string,
  headers: Record<string, string>,
  body: string,
  timeoutMs: number,
) => Promise<PostResult>;

const bodyLimit = 4_096;

/** Posts callbacks to loopback addresses. Redirects are not followed, as WeChat Pay does not follow them. */
export class Poster {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 });
  readonly #tlsAgent = new TlsAgent({ keepAlive: true, maxSockets: 64 });

  async post(
    url: string,
    headers: Record<string, string>,
    body: string,
    timeoutMs: number,
  ): Promise<PostResult> {
    const startedMs = performance.now();
    const elapsed = () => Math.round(performance.now() - startedMs);
    const send = (isOnNew: boolean) => this.#send(url, headers, body, timeoutMs, isOnNew);
    try {
      // A kept-alive socket may have been closed by now, which says nothing about the receiver; so may all of them.
      const answer = await send(false).catch((error) => {
        if (error instanceof DeadSocket) return send(true);
        throw error;
      });
      return { ...answer, ms: elapsed() };
    } catch (error) {
      return { error: error instanceof Error ? error.message : String(error), ms: elapsed() };
    }
  }

  close(): void {
    this.#agent.destroy();
    this.#tlsAgent.destroy();
  }

  #send(
    url: string,
    headers: Record<string, string>,
    body: string,
    timeoutMs: number,
    isOnNew: boolean,
  ): Promise<{ status: number; body: string }> {
    const tls = url.startsWith('https:');
    const kept = tls ? this.#tlsAgent : this.#agent;
    const agent = isOnNew ? false : kept;
    const options = { method: 'POST', headers: { ...headers, 'Content-Length': Buffer.byteLength(body) } };
    return new Promise((resolve, reject) => {
      // Certificates on loopback are self-signed, and nothing in between can impersonate the receiver.
      const request: ClientRequest = tls
        ? httpsRequest(url, { ...options, agent, rejectUnauthorized: false })
        : httpRequest(url, { ...options, agent });
      const timer = setTimeout(
        () => request.destroy(new Error(`no answer within ${timeoutMs} ms`)),
        timeoutMs,
      );
      request.on('response', (response) => {
        read(response).then(
          (text) => {
            clearTimeout(timer);
            resolve({ status: response.statusCode ?? 0, body: text });
          },
          (error: unknown) => {
            clearTimeout(timer);
            reject(error);
          },
        );
      });
      request.on('error', (error: NodeJS.ErrnoException) => {
        clearTimeout(timer);
        reject(request.reusedSocket && error.code === 'ECONNRESET' ? new DeadSocket() : error);
      });
      request.end(body);
    });
  }
}

class DeadSocket extends Error {}

async function read(response: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) {
    if (text.length < bodyLimit) text += chunk;
  }
  return text.slice(0, bodyLimit);
}

/** Empty for what is no URL. */
export function hostnameOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname : '';
}

/** Only these hosts are contacted unless others are configured, so by default nothing is sent to the network. */
export function isLoopback(url: string): boolean {
  const host = hostnameOf(url);
  return host === 'localhost' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}
