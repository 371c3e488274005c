/**
 * One payment, or one transfer to a person, and everything that happened to it: its events, and the few facts that a
 * list shows. A call that
 * failed before it did anything for an order is a story of its own.
 */
import type {
  DocumentEvent,
  Exchange,
  Invocation,
  NotificationEvent,
  SandboxEvent,
  StoredDocument,
  TransferEvent,
} from './events.ts';
import { isTransferRequest } from './numbers.ts';

/** An order of the payment: the payment itself, or one of a combined payment's. */
export interface SubOrder {
  outTradeNo: string;
  title: string | undefined;
  /** Where the shop gave its goods English names. */
  titleEn: string | undefined;
  seller: string | undefined;
  amountFen: number | undefined;
  /** As stored in the database. */
  state: string | undefined;
  fulfilment: string | undefined;
}

/** A refund as stored in the database. */
export interface RefundOfStory {
  outRefundNo: string;
  amountFen: number;
  state: string;
}

/** A transfer to a person (商家转账). Its number is the story's. */
export interface TransferOfStory {
  amountFen: number | undefined;
  /** As stored in the database. */
  state: string | undefined;
  remark: string | undefined;
  /** WeChat Pay's fail_reason. */
  failReason: string | undefined;
}

export interface Milestones {
  placedAtMs?: number;
  paidAtMs?: number;
  /** When the database learned of it, by a callback or by a query. */
  recordedAtMs?: number;
  fulfilledAtMs?: number;
  closedAtMs?: number;
}

/** What the request that creates an order says about it. */
interface Asked {
  amountFen?: number;
  title?: string;
  openid?: string;
}

export class Story {
  readonly paymentNo: string;
  readonly createdAtMs: number;
  readonly events: SandboxEvent[] = [];
  /** Ids of the invocations that did something for it. */
  readonly traceIds = new Set<string>();
  /** The failed call, when this is no payment. */
  call: Invocation | undefined;
  /** Grows with each change. */
  revision = 0;
  readonly orders = new Map<string, SubOrder>();
  readonly refunds = new Map<string, RefundOfStory>();
  /** Present when the story is that of a transfer. */
  transfer: TransferOfStory | undefined;
  readonly milestones: Milestones = {};
  combined = false;
  /** Something about it was recorded as an anomaly. */
  hasAnomaly = false;
  /** Ids of its callbacks that are held back now. */
  readonly heldCallbacks = new Set<string>();
  /** Codes and explanations of what went wrong, to be searched for. */
  readonly problems = new Set<string>();
  openid: string | undefined;
  /** The state at WeChat Pay. */
  wechatState: string | undefined;
  /** The body of the order's request, for orders that no function of ours placed. */
  #request: string | undefined;
  #answered: Asked | undefined;

  constructor(paymentNo: string, createdAtMs: number) {
    this.paymentNo = paymentNo;
    this.createdAtMs = createdAtMs;
  }

  add(event: SandboxEvent): void {
    this.events.push(event);
    this.revision += 1;
    if (event.type === 'document') this.#document(event);
    if (event.type === 'transfer') this.#transferred(event);
    if (event.type === 'notification') this.#notification(event);
    if (event.type === 'exchange') this.#problemsOf(event.data);
    if (event.type === 'exchange' && isTransferRequest(event.data)) this.#requestedTransfer(event.data);
    if (event.type === 'exchange' && event.data.request.body !== '')
      this.#request ??= event.data.request.body;
    if (event.type === 'order') {
      const { change, state } = event.data;
      this.wechatState = state;
      if (change === 'placed') this.milestones.placedAtMs ??= event.atMs;
      if (change === 'paid') this.milestones.paidAtMs ??= event.atMs;
      if (state === 'CLOSED') this.milestones.closedAtMs ??= event.atMs;
    }
  }

  /** Whether this search text matches it: a number, a title, a payer, or what went wrong. */
  matches(wanted: string): boolean {
    const orders = [...this.orders.values()].flatMap(({ outTradeNo, seller }) => [outTradeNo, seller]);
    const texts = [
      this.paymentNo,
      this.title,
      this.titleEn,
      this.transfer?.remark,
      this.payer,
      this.call?.functionName,
      ...orders,
      ...this.problems,
    ];
    return texts.some((text) => text?.toLowerCase().includes(wanted));
  }

  addTrace(id: string): void {
    this.traceIds.add(id);
    this.revision += 1;
  }

  /** The state in the database, or at WeChat Pay where the functions store no document. */
  get state(): string {
    if (this.call) return 'FAILED';
    if (this.transfer) return this.transfer.state ?? this.wechatState ?? 'REFUSED';
    const states = [...this.orders.values()]
      .map((order) => order.state)
      .filter((state) => state !== undefined);
    return states.find((state) => state !== states[0]) ?? states[0] ?? this.wechatState ?? 'REFUSED';
  }

  /** Whether it is at WeChat Pay and the money has neither arrived nor been asked back. */
  get transferMayFail(): boolean {
    return this.wechatState === 'WAIT_USER_CONFIRM' || this.wechatState === 'ACCEPTED';
  }

  get amountFen(): number | undefined {
    if (this.transfer) return this.transfer.amountFen;
    const amounts = [...this.orders.values()].map((order) => order.amountFen);
    if (amounts.length === 0) return this.#asked.amountFen;
    return amounts.reduce<number>((sum, fen) => sum + (fen ?? 0), 0);
  }

  get title(): string | undefined {
    const titles = [...this.orders.values()].flatMap((order) => order.title ?? []);
    return titles.length > 0 ? titles.join('、') : this.#asked.title;
  }

  get titleEn(): string | undefined {
    const titles = [...this.orders.values()].flatMap(({ title, titleEn }) => titleEn ?? title ?? []);
    return titles.length > 0 ? titles.join(', ') : undefined;
  }

  get payer(): string | undefined {
    return this.openid ?? this.call?.openid ?? this.#asked.openid;
  }

  /** The first of its orders' states that is not DONE, since a payment is fulfilled when all orders are. */
  get fulfilment(): string | undefined {
    const all = [...this.orders.values()].flatMap((order) => order.fulfilment ?? []);
    return all.find((one) => one !== 'DONE') ?? all[0];
  }

  #notification({ data: { id, state, attempt } }: NotificationEvent): void {
    if (state === 'held') this.heldCallbacks.add(id);
    else this.heldCallbacks.delete(id);
    if (attempt?.error) this.problems.add(attempt.error);
  }

  #problemsOf({ code, fault, explanation, explanationZh, signature }: Exchange): void {
    for (const text of [code, fault, explanation, explanationZh, signature?.cause])
      if (text) this.problems.add(text);
  }

  #document({ atMs, data }: DocumentEvent): void {
    const { collection, id, after } = data;
    if (collection === 'anomalies' && after) {
      this.hasAnomaly = true;
      this.problems.add(String(after.kind ?? ''));
    }
    if (collection === 'refunds' && after) {
      const amountFen = Number(after.amountFen ?? 0);
      this.refunds.set(id, { outRefundNo: id, amountFen, state: text(after.state) ?? '' });
    }
    if (collection === 'transfers' && after) this.#storedTransfer(after);
    if (collection !== 'orders' || !after) return;
    this.combined ||= after.combined === true;
    this.openid ??= text(after.openid);
    const fulfilment = text(after.fulfilment);
    this.orders.set(id, {
      outTradeNo: id,
      title: text(after.description),
      titleEn: englishTitle(after.items),
      seller: text(after.sellerName),
      amountFen: typeof after.amountFen === 'number' ? after.amountFen : undefined,
      state: text(after.state),
      fulfilment,
    });
    if (this.state === 'SUCCESS') this.milestones.recordedAtMs ??= atMs;
    if (this.fulfilment === 'DONE') this.milestones.fulfilledAtMs ??= atMs;
  }

  #transferred({ data: { state, amountFen } }: TransferEvent): void {
    this.wechatState = state;
    const stored = this.transfer ?? { state: undefined, remark: undefined, failReason: undefined };
    this.transfer = { ...stored, amountFen };
  }

  /** Also one that was refused, and one by a program that stores no document here. */
  #requestedTransfer({ request }: Exchange): void {
    const { transfer_amount: amountFen, transfer_remark: remark, openid } = parsed(request.body);
    this.openid ??= text(openid);
    this.transfer = {
      amountFen: this.transfer?.amountFen ?? (typeof amountFen === 'number' ? amountFen : undefined),
      state: this.transfer?.state,
      remark: this.transfer?.remark ?? text(remark),
      failReason: this.transfer?.failReason,
    };
  }

  #storedTransfer({ amountFen, state, remark, failReason, openid }: StoredDocument): void {
    this.openid ??= text(openid);
    this.transfer = {
      amountFen: typeof amountFen === 'number' ? amountFen : undefined,
      state: text(state),
      remark: text(remark),
      failReason: text(failReason),
    };
    if (this.transfer.failReason !== undefined) this.problems.add(this.transfer.failReason);
  }

  /** Parsed on first use: most requests are never shown. */
  get #asked(): Asked {
    if (!this.#answered && this.#request !== undefined) this.#answered = readRequest(this.#request);
    return this.#answered ?? {};
  }
}

function readRequest(request: string): Asked {
  const body = parsed(request);
  const amount = body.amount as { total?: unknown } | undefined;
  const payer = (body.payer ?? body.combine_payer_info) as Record<string, unknown> | undefined;
  const openid = text(payer?.openid ?? payer?.sp_openid ?? payer?.sub_openid);
  return {
    ...(typeof amount?.total === 'number' && { amountFen: amount.total }),
    ...(typeof body.description === 'string' && { title: body.description }),
    ...(openid !== undefined && { openid }),
  };
}

function englishTitle(items: unknown): string | undefined {
  const [first, ...more] = Array.isArray(items) ? (items as { titleEn?: unknown }[]) : [];
  const title = text(first?.titleEn);
  return title !== undefined && more.length > 0 ? `${title} and ${more.length} more` : title;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function parsed(body: string): Record<string, unknown> {
  try {
    const value = JSON.parse(body) as unknown;
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
