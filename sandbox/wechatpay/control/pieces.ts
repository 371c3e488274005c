import { streamed } from '../../server.ts';

/** A long JSON document, sent as it is made: other requests are answered between two of its texts. */
export function jsonInPieces(texts: Iterable<string>): Response {
  const iterator = texts[Symbol.iterator]();
  const encoder = new TextEncoder();
  const stream = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        await new Promise((resolve) => setImmediate(resolve));
        const { done, value } = iterator.next();
        if (done) controller.close();
        else controller.enqueue(encoder.encode(value));
      },
      cancel: () => void iterator.return?.(),
    },
    { highWaterMark: 1 },
  );
  return streamed(new Response(stream, { headers: { 'content-type': 'application/json' } }));
}
