/** Events as the sandbox publishes them, shortened to what a test is about. */
import type {
  Attempt,
  ComplaintEvent,
  DocumentEvent,
  Exchange,
  ExchangeEvent,
  Invocation,
  InvocationEvent,
  NotificationChange,
  NotificationEvent,
  OrderEvent,
  StoredDocument,
  TransferChange,
  TransferEvent,
} from './events.ts';

/** Numbers events as they are made, like the sandbox's bus. */
export class SampleEvents {
  #id = 0;
  #invocations = 0;

  /** An id for an invocation whose effects come before it. */
  invocationId(): string {
    return `i${++this.#invocations}`;
  }

  exchange(
    atMs: number,
    changes: Partial<Exchange> & { target: string; method?: string; body?: string },
    by?: string,
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
      ...(by !== undefined && { invocationId: by }),
    };
  }

  complaint(atMs: number, outTradeNo: string, change: string, by?: string): ComplaintEvent {
    return {
      id: ++this.#id,
      atMs,
      type: 'complaint',
      outTradeNo,
      data: { complaintId: '2001', outTradeNo, state: 'PENDING', change },
      ...(by !== undefined && { invocationId: by }),
    };
  }

  transfer(
    atMs: number,
    outBillNo: string,
    change: TransferChange['change'],
    state: string,
    by?: string,
  ): TransferEvent {
    return {
      id: ++this.#id,
      atMs,
      type: 'transfer',
      data: { change, outBillNo, transferBillNo: '1330', state, amountFen: 500 },
      ...(by !== undefined && { invocationId: by }),
    };
  }

  order(atMs: number, paymentNo: string, change: string, state: string, by?: string): OrderEvent {
    return {
      id: ++this.#id,
      atMs,
      type: 'order',
      outTradeNo: paymentNo,
      data: { change, paymentNo, state },
      ...(by !== undefined && { invocationId: by }),
    };
  }

  document(
    atMs: number,
    collection: string,
    after: StoredDocument & { _id: string },
    before?: StoredDocument,
    by?: string,
  ): DocumentEvent {
    const data = {
      collection,
      id: after._id,
      op: before ? 'update' : 'insert',
      after,
      ...(before && { before }),
    };
    return {
      id: ++this.#id,
      atMs,
      type: 'document',
      data,
      ...(by !== undefined && { invocationId: by }),
    };
  }

  /** Published when it ends. @param changes.calledBy the invocation that called it */
  invocation(
    startMs: number,
    endMs: number,
    functionName: string,
    changes: Partial<Invocation> & { outTradeNo?: string; calledBy?: string } = {},
  ): InvocationEvent {
    const { outTradeNo, calledBy, ...rest } = changes;
    const id = ++this.#id;
    const data: Invocation = {
      invocationId: `own${id}`,
      functionName,
      source: 'user',
      event: {},
      result: { ok: true },
      cold: false,
      durationMs: endMs - startMs,
      logs: [],
      startedAtMs: startMs,
      ...rest,
    };
    return {
      id,
      atMs: endMs,
      type: 'invocation',
      data,
      ...(outTradeNo !== undefined && { outTradeNo }),
      ...(calledBy !== undefined && { invocationId: calledBy }),
    };
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
      attempt: { atMs, kind: 'scheduled', status: 204, ms: 10, ok: true, requestId: 'R1', ...changes },
    });
  }

  /** What payNotify receives in the delivery with this Request-ID. */
  callback(
    startMs: number,
    endMs: number,
    changes: Partial<Invocation> & { id?: string; requestId?: string } = {},
  ): InvocationEvent {
    const { id = 'N1', requestId = 'R1', ...rest } = changes;
    return this.invocation(startMs, endMs, 'payNotify', {
      source: 'http',
      event: { body: `{"id":"${id}"}`, headers: { 'request-id': requestId } },
      result: { statusCode: 204 },
      ...rest,
    });
  }
}
