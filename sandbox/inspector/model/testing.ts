/** Events as the sandbox tells them, shortened to what a test is about. */
import type {
  Attempt,
  DocumentEvent,
  Exchange,
  ExchangeEvent,
  Invocation,
  InvocationEvent,
  NotificationChange,
  NotificationEvent,
  OrderEvent,
  StoredDocument,
} from './events.ts';

/** Numbers events as they are made, like the sandbox's bus. */
export class Telling {
  #id = 0;

  exchange(
    atMs: number,
    changes: Partial<Exchange> & { target: string; method?: string; body?: string },
  ): ExchangeEvent {
    const { target, method = 'POST', body = '', ...rest } = changes;
    const id = ++this.#id;
    const data: Exchange = {
      id,
      atMs: atMs - 5,
      durationMs: 5,
      request: { method, target, headers: {}, body },
      answer: { status: 200, headers: {}, body: '{}' },
      verdict: 'passed',
      ...rest,
    };
    return {
      id,
      atMs,
      type: 'exchange',
      data,
      ...(data.outTradeNo !== undefined && { outTradeNo: data.outTradeNo }),
    };
  }

  order(atMs: number, paymentNo: string, change: string, state: string): OrderEvent {
    return { id: ++this.#id, atMs, type: 'order', outTradeNo: paymentNo, data: { change, paymentNo, state } };
  }

  document(
    atMs: number,
    collection: string,
    after: StoredDocument & { _id: string },
    before?: StoredDocument,
  ): DocumentEvent {
    const data = {
      collection,
      id: after._id,
      op: before ? 'update' : 'insert',
      after,
      ...(before && { before }),
    };
    return { id: ++this.#id, atMs, type: 'document', data };
  }

  /** Told when it ends. */
  invocation(
    startMs: number,
    endMs: number,
    functionName: string,
    changes: Partial<Invocation> & { outTradeNo?: string } = {},
  ): InvocationEvent {
    const { outTradeNo, ...rest } = changes;
    const id = ++this.#id;
    const data: Invocation = {
      invocationId: `i${id}`,
      functionName,
      door: 'user',
      event: {},
      result: { ok: true },
      cold: false,
      durationMs: endMs - startMs,
      logs: [],
      startedAtMs: startMs,
      ...rest,
    };
    return { id, atMs: endMs, type: 'invocation', data, ...(outTradeNo !== undefined && { outTradeNo }) };
  }

  notification(
    atMs: number,
    outTradeNo: string,
    changes: Partial<NotificationChange> & { attempt?: Attempt },
  ): NotificationEvent {
    const data: NotificationChange = {
      change: changes.attempt ? 'attempted' : 'created',
      id: 'N1',
      outTradeNo,
      eventType: 'TRANSACTION.SUCCESS',
      state: 'pending',
      ...changes,
    };
    return { id: ++this.#id, atMs, type: 'notification', outTradeNo, data };
  }

  attempt(atMs: number, outTradeNo: string, changes: Partial<Attempt> = {}): NotificationEvent {
    return this.notification(atMs + 10, outTradeNo, {
      attempt: { atMs, kind: 'scheduled', status: 204, ms: 10, ok: true, ...changes },
    });
  }

  /** What payNotify receives. */
  callback(startMs: number, endMs: number, id = 'N1', logs: string[] = []): InvocationEvent {
    return this.invocation(startMs, endMs, 'payNotify', {
      door: 'http',
      event: { body: `{"id":"${id}"}` },
      result: { statusCode: 204 },
      logs,
    });
  }
}
