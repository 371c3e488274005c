/**
 * An HTTP CONNECT proxy for SDKs whose host is fixed: it answers for WeChat Pay's hosts with the sandbox's own
 * certificate, and refuses every other host, so that nothing under test reaches the network.
 */
import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** 主域名 and 备域名, as each API's page names them, e.g. doc/v3/merchant/4013070356. */
export const wechatpayHosts: readonly string[] = ['api.mch.weixin.qq.com', 'api2.mch.weixin.qq.com'];

export interface RunningProxy {
  readonly port: number;
  /** Stops listening and breaks the tunnels. */
  close(): Promise<void>;
}

export interface ProxyOptions {
  /** 0 = any free port. */
  readonly port: number;
  readonly host: string;
  /** Where the sandbox answers https. */
  readonly tlsPort: number;
}

/** @throws Error with code EADDRINUSE when the port is taken. */
export async function startProxy({ port, host, tlsPort }: ProxyOptions): Promise<RunningProxy> {
  const sockets = new Set<Duplex>();
  const server = createServer((request, response) => {
    const sentence = refusal(request.url ?? '');
    response.writeHead(403, { 'content-type': 'text/plain; charset=utf-8' }).end(`${sentence}\n`);
  });
  server.on('connection', (socket: Socket) => keep(sockets, socket));
  server.on('connect', (request: IncomingMessage, client: Duplex, head: Buffer) => {
    client.on('error', () => client.destroy());
    const target = request.url ?? '';
    if (!isWechatpay(target)) {
      const sentence = refusal(target);
      client.end(
        `HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(sentence)}\r\nConnection: close\r\n\r\n${sentence}`,
      );
      return;
    }
    tunnel(client, head, tlsPort, sockets);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function isWechatpay(target: string): boolean {
  const [, name, port] = /^([^:]+):(\d+)$/.exec(target.toLowerCase()) ?? [];
  return port === '443' && name !== undefined && wechatpayHosts.includes(name);
}

function tunnel(client: Duplex, head: Buffer, tlsPort: number, sockets: Set<Duplex>): void {
  const upstream = connect(tlsPort, '127.0.0.1', () => {
    client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    upstream.write(head);
    upstream.pipe(client).pipe(upstream);
  });
  keep(sockets, upstream);
  upstream.on('error', () => client.destroy());
  upstream.on('close', () => client.destroy());
  client.on('close', () => upstream.destroy());
}

function keep(sockets: Set<Duplex>, socket: Duplex): void {
  sockets.add(socket);
  socket.on('close', () => sockets.delete(socket));
}

function refusal(target: string): string {
  return `The WeChat Pay sandbox's proxy only tunnels to ${wechatpayHosts.join(' and ')} on port 443, not to ${JSON.stringify(target)}. 沙箱代理只转发微信支付的域名。`;
}
