/** The sandbox's events, as far as the page shows them. Times are epoch ms on the sandbox's clock. */

interface EventBase<Type extends string, Data> {
  id: number;
  atMs: number;
  type: Type;
  outTradeNo?: string;
  /** The invocation that caused it; for an invocation, the one that called it. */
  invocationId?: string;
  data: Data;
}

export type ExchangeEvent = EventBase<'exchange', Exchange>;
export type NotificationEvent = EventBase<'notification', NotificationChange>;
export type OrderEvent = EventBase<'order', OrderChange>;
export type TransferEvent = EventBase<'transfer', TransferChange>;
export type ComplaintEvent = EventBase<'complaint', ComplaintChange>;
export type InvocationEvent = EventBase<'invocation', Invocation>;
/** A line that an invocation wrote after its answer. */
export type LogEvent = EventBase<'log', { invocationId: string; line: string }>;
export type DocumentEvent = EventBase<'document', DocumentChange>;
type ResetEvent = EventBase<'reset', Beginning>;
type BuildEvent = EventBase<'build', Rebuild>;
type OtherEvent = EventBase<'application' | 'file' | 'keys' | 'clock' | 'faults', unknown>;

export type SandboxEvent =
  | ExchangeEvent
  | NotificationEvent
  | OrderEvent
  | ComplaintEvent
  | TransferEvent
  | InvocationEvent
  | LogEvent
  | DocumentEvent
  | ResetEvent
  | BuildEvent
  | OtherEvent;

export const eventTypes: readonly SandboxEvent['type'][] = [
  'exchange',
  'notification',
  'order',
  'complaint',
  'transfer',
  'application',
  'invocation',
  'log',
  'document',
  'file',
  'keys',
  'clock',
  'faults',
  'build',
  'reset',
];

/** A rebuild after a change of the sources. */
export interface Rebuild {
  part: 'functions' | 'miniprogram';
  /** Functions that the next call starts with the new code. */
  rebuilt: string[];
  /** Each with file and line. While there are any, the previous build stays in use. */
  problems: string[];
  tookMs: number;
}

/** A start, reset or restore: earlier events no longer apply. */
export interface Beginning {
  reason: 'start' | 'reset' | 'restore';
  /** Another one in each process. */
  runId: string;
  snapshot?: string;
}

interface HttpSide {
  headers: Record<string, string>;
  body: string;
}

export interface SignatureExplanation {
  cause: string;
  hint: string;
  hintZh: string;
  expectedMessage?: string;
  receivedMessage?: string;
  firstDifference?: { byte: number; expected: string; received: string };
  signedWith?: string;
}

/** A request to the WeChat Pay simulator and its answer. */
export interface Exchange {
  id: number;
  atMs: number;
  durationMs: number;
  /** The API's official name. */
  api?: string;
  /** Whether the answer is simulated or an example. */
  fidelity?: 'behaviour' | 'shape';
  /** What looks wrong and was not refused. */
  warnings?: string[];
  mchid?: string;
  outTradeNo?: string;
  request: HttpSide & { method: string; target: string };
  /** Absent when the connection was reset. */
  answer?: HttpSide & { status: number };
  verdict: 'passed' | 'refused' | 'fault';
  code?: string;
  check?: string;
  explanation?: string;
  /** The same in Chinese: there whenever the English is. */
  explanationZh?: string;
  /** Of a refused request: the official page of the rule that it broke. */
  page?: string;
  /** The setting of the sandbox that would have let a refused request pass. */
  setting?: 'micro-permission';
  signature?: SignatureExplanation;
  fault?: string;
}

export interface Attempt {
  atMs: number;
  kind: 'scheduled' | 'duplicate' | 'probe' | 'replay';
  tamper?: string;
  status?: number;
  body?: string;
  error?: string;
  ms: number;
  ok: boolean;
  serial?: string;
  /** Request-ID of the delivery, which the receiving function sees in its headers. */
  requestId?: string;
}

export type NotificationState = 'pending' | 'held' | 'delivered' | 'exhausted' | 'undeliverable';

export interface NotificationChange {
  change: 'created' | 'attempted' | 'scheduled' | 'delivered' | 'exhausted';
  id: string;
  outTradeNo: string;
  eventType: string;
  state: NotificationState;
  nextAtMs?: number;
  attempt?: Attempt;
}

/** As `GET /_sandbox/notifications` gives it. */
export interface Notification {
  id: string;
  url: string;
  mchid: string;
  resource: Record<string, unknown>;
  body: string;
  reason?: string;
}

export interface OrderChange {
  change: string;
  paymentNo: string;
  state: string;
}

/** What the payer, the merchant or WeChat Pay did in a complaint about an order. */
export interface ComplaintChange {
  complaintId: string;
  outTradeNo: string;
  state: string;
  /** The type of the entry in the negotiation history. */
  change: string;
}

/** What happened to a transfer to a person (商家转账) at WeChat Pay. */
export interface TransferChange {
  change: 'accepted' | 'canceling' | 'success' | 'fail' | 'cancelled';
  outBillNo: string;
  transferBillNo: string;
  state: string;
  amountFen: number;
}

export interface Invocation {
  invocationId: string;
  functionName: string;
  source: 'user' | 'timer' | 'http' | 'function' | 'server';
  openid?: string;
  event: unknown;
  result?: unknown;
  error?: { code: string; message: string; stack?: string };
  cold: boolean;
  durationMs: number;
  logs: string[];
  /** What `wx.cloud.callFunction` rejected with on the phone. */
  clientError?: { errCode: number; errMsg: string };
  startedAtMs: number;
}

export type StoredDocument = Record<string, unknown>;

export interface DocumentChange {
  collection: string;
  id: string;
  op: string;
  before?: StoredDocument;
  after?: StoredDocument;
}

export interface ApplicationSummary {
  applymentId: string;
  kind: 'ecommerce' | 'applyment4sub';
  outNo: string;
  state: string;
  stateName: string;
  subjectType: string;
  merchantShortname: string;
  subMchid?: string;
  acts: string[];
  createdAtMs: number;
  updatedAtMs: number;
}

export interface ApplicationDetails extends ApplicationSummary {
  form: Record<string, unknown>;
  media: { mediaId: string; filename: string; contentType: string; sizeBytes: number }[];
  rejections: { field: string; fieldName: string; reason: string }[];
  history: { atMs: number; state: string; why: string }[];
  validation?: { payAmountFen: number; remark: string; deadlineMs: number };
}
