/** `/_system/*`: what concerns the simulator and the cloud together. */
import type { CloudEmulator, FunctionHost } from '../cloudbase/index.ts';
import { refuseCrossSite } from '../cloudbase/loopback.ts';
import type { Simulator } from '../wechatpay/index.ts';

interface Parts {
  simulator: Simulator;
  emulator: CloudEmulator;
  host: FunctionHost;
  /** Puts the shop's products and sellers back. */
  seed(): void;
  /** As the timer does before anybody buys. */
  fetchCertificates(): Promise<void>;
}

/** One snapshot at a time, in memory: enough to try something and go back. */
export function systemControl(parts: Parts) {
  let saved: { simulator: unknown; cloud: unknown } | undefined;
  const actions: Record<string, () => Promise<Response>> = {
    '/_system/snapshot': async () => {
      saved = { simulator: parts.simulator.snapshot(), cloud: parts.emulator.snapshot() };
      return Response.json({});
    },
    '/_system/restore': async () => {
      if (!saved) return refuse(409, 'There is no snapshot yet. 还没有快照，请先保存。');
      await parts.simulator.restore(saved.simulator);
      parts.emulator.restore(saved.cloud);
      await parts.host.stopInstances();
      return Response.json({});
    },
    '/_system/reset': async () => {
      await parts.simulator.fetch(
        new Request('http://127.0.0.1/_sandbox/reset', {
          method: 'POST',
          headers: { host: '127.0.0.1', 'content-type': 'application/json' },
          body: '{}',
        }),
      );
      parts.emulator.reset();
      parts.seed();
      await parts.host.stopInstances();
      await parts.fetchCertificates();
      return Response.json({});
    },
  };
  return async (request: Request): Promise<Response> => {
    const refusal = refuseCrossSite(request);
    if (refusal) return refusal;
    const { pathname } = new URL(request.url);
    const action = actions[pathname];
    if (!action || request.method !== 'POST') return refuse(404, `No such control call: ${pathname}`);
    return action();
  };
}

function refuse(status: number, message: string): Response {
  return Response.json({ message }, { status });
}
