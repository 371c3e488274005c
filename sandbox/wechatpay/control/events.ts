import type { SandboxBus, SandboxEvent } from '../../bus.ts';
import { onceGone, streamed } from '../../server.ts';
import type { ControlRoute } from '../context.ts';

const heartbeatMs = 15_000;
/** A reader that falls this far behind is disconnected; it can resume with Last-Event-ID. */
const maxWaiting = 10_000;

/**
 * GET /_sandbox/events: what happens, as server-sent events, starting after Last-Event-ID; `?types=a,b` limits the
 * stream to those types.
 */
export function eventRoute(bus: SandboxBus): ControlRoute {
  return {
    method: 'GET',
    path: '/_sandbox/events',
    handle: (context) => {
      const { request } = context as typeof context & { request: Request };
      const last = request.headers.get('last-event-id') ?? context.query.get('lastEventId');
      // Without one, the stream starts with the next event.
      const types = context.query.get('types')?.split(',');
      const wanted = ({ type }: SandboxEvent) => types === undefined || types.includes(type);
      return eventStream(bus, { after: last === null ? undefined : lastSeen(bus, last), wanted }, request);
    },
  };
}

/**
 * A number, or `run-number` as in the event frames; an id from an earlier run counts as having seen no event of this
 * one.
 */
function lastSeen(bus: SandboxBus, text: string): number {
  const [runId, number] = text.includes('-') ? text.split('-') : [bus.runId, text];
  return runId === bus.runId ? Number(number) || 0 : 0;
}

interface Wish {
  /** The last event that the reader has seen; undefined for a reader that starts with the next event. */
  readonly after: number | undefined;
  readonly wanted: (event: SandboxEvent) => boolean;
}

function eventStream(bus: SandboxBus, { after, wanted }: Wish, request: Request): Response {
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
        const unsubscribe = bus.subscribe((event) => {
          if (wanted(event)) send(frame(bus, event));
        });
        const heartbeat = setInterval(() => send(': alive\n\n'), heartbeatMs);
        heartbeat.unref();
        release = () => {
          unsubscribe();
          clearInterval(heartbeat);
        };
        onceGone(request, end);
        send('retry: 1000\n\n');
        if (after === undefined) return;
        for (const event of bus.since(after)) if (wanted(event)) send(frame(bus, event));
      },
      cancel: end,
    },
    { highWaterMark: 100 },
  );
  const headers = { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store' };
  return streamed(new Response(stream, { headers }));
}

function frame(bus: SandboxBus, event: SandboxEvent): string {
  return `id: ${bus.runId}-${event.id}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}
