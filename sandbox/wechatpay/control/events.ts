import type { SandboxBus, SandboxEvent } from '../../bus.ts';
import { onceGone } from '../../server.ts';
import type { ControlRoute } from '../context.ts';

const heartbeatMs = 15_000;
/** A reader that is so far behind is let go; it resumes with Last-Event-ID. */
const maxWaiting = 10_000;

/** GET /_sandbox/events: what happens, as server-sent events, from Last-Event-ID on. */
export function eventRoute(bus: SandboxBus): ControlRoute {
  return {
    method: 'GET',
    path: '/_sandbox/events',
    handle: (context) => {
      const { request } = context as typeof context & { request: Request };
      const last = request.headers.get('last-event-id') ?? context.query.get('lastEventId');
      // Without one, a reader begins with what comes next.
      const after = last === null ? undefined : Number(last) || 0;
      return eventStream(bus, after, request);
    },
  };
}

function eventStream(bus: SandboxBus, after: number | undefined, request: Request): Response {
  const encoder = new TextEncoder();
  let ended = false;
  let release = () => {};
  const end = () => {
    ended = true;
    release();
  };
  const stream = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const send = (text: string) => {
          if (ended) return;
          controller.enqueue(encoder.encode(text));
          if ((controller.desiredSize ?? 0) > -maxWaiting) return;
          end();
          controller.close();
        };
        const unsubscribe = bus.subscribe((event) => send(frame(event)));
        const heartbeat = setInterval(() => send(': alive\n\n'), heartbeatMs);
        heartbeat.unref();
        release = () => {
          unsubscribe();
          clearInterval(heartbeat);
        };
        onceGone(request, end);
        send('retry: 1000\n\n');
        if (after !== undefined) for (const event of bus.since(after)) send(frame(event));
      },
      cancel: end,
    },
    { highWaterMark: 100 },
  );
  return new Response(stream, {
    headers: { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store' },
  });
}

function frame(event: SandboxEvent): string {
  return `id: ${event.id}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}
