/** What the sandbox tells, as far as the page shows it. */

export interface HttpSide {
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
  api?: string;
  mchid?: string;
  outTradeNo?: string;
  request: HttpSide & { method: string; target: string };
  answer?: HttpSide & { status: number };
  verdict: 'passed' | 'refused' | 'fault';
  code?: string;
  check?: string;
  explanation?: string;
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
}

export interface Notification {
  id: string;
  eventType: string;
  outTradeNo: string;
  mchid: string;
  url: string;
  createdAtMs: number;
  resource: Record<string, unknown>;
  body: string;
  state: 'pending' | 'held' | 'delivered' | 'exhausted' | 'undeliverable';
  reason?: string;
  scheduled: number;
  nextAtMs?: number;
  attempts: Attempt[];
}

export interface Invocation {
  invocationId: string;
  functionName: string;
  door: 'user' | 'timer' | 'http' | 'function' | 'server';
  openid?: string;
  event: unknown;
  result?: unknown;
  error?: { code: string; message: string };
  cold: boolean;
  durationMs: number;
  logs: string[];
  startedAtMs: number;
}

export interface DocumentChange {
  collection: string;
  id: string;
  op: string;
  before?: Record<string, unknown>;
  after?: Record<string, unknown>;
}

export interface NotificationChange {
  change: string;
  id: string;
  eventType: string;
  state: Notification['state'];
  nextAtMs?: number;
  attempt?: Attempt;
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
  media: { mediaId: string; filename: string; contentType: string }[];
  rejections: { field: string; fieldName: string; reason: string }[];
}
