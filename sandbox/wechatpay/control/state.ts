import type { SandboxEvent } from '../../bus.ts';
import { JsonReader } from '../../json-reader.ts';
import type { Credentials } from '../account-credentials.ts';
import { type ControlContext, ControlProblem, type ControlRoute, type SimulatorContext } from '../context.ts';
import type { ExchangeLog } from '../http/exchanges.ts';
import type { FaultSet } from '../http/faults.ts';
import type { RateLimits } from '../http/rate-limits.ts';
import type { RotationStep } from '../keys/platform.ts';
import type { Notifier } from '../notifications/notifier.ts';
import { rfc3339 } from '../state/time.ts';
import type { KeyMode } from '../types.ts';
import { pageOf } from './page.ts';
import { jsonInPieces } from './pieces.ts';
import { badRequest, flag, integer, notFound, objectBody, oneOf } from './read.ts';

export interface StateControls {
  readonly credentials: () => Credentials;
  readonly exchanges: ExchangeLog;
  readonly faults: () => FaultSet;
  readonly rateLimits: RateLimits;
  readonly notifier: Notifier;
  readonly reset: () => void;
  /** Texts that are together the whole state. */
  readonly snapshot: () => Iterable<string>;
  /** Answers what had happened. */
  readonly restore: (document: JsonReader) => Promise<readonly SandboxEvent[]>;
}

/** Keys, clock, faults, exchanges, ledger, snapshots. */
export function stateRoutes(controls: StateControls): ControlRoute[] {
  const route = (
    method: ControlRoute['method'],
    path: string,
    handle: ControlRoute['handle'],
  ): ControlRoute => ({ method, path: `/_sandbox/${path}`, handle });
  return [
    route('GET', 'credentials', () => controls.credentials()),
    route('GET', 'ca.pem', (context) => new Response(`${context.state.authority.certificatePem}\n`)),
    route('GET', 'keys', (context) => keysView(context)),
    route('POST', 'keys', (context) => changeKeys(context)),
    route('GET', 'sub-merchants', (context) => ({
      subMerchants: [...context.state.subMerchants.values()],
    })),
    route('POST', 'sub-merchants/{sub_mchid}', (context) => changeSubMerchant(context)),
    route('GET', 'clock', (context) => clockView(context)),
    route('POST', 'clock', (context) => moveClock(context, controls.notifier)),
    route('GET', 'faults', () => ({ faults: controls.faults().list() })),
    route('PUT', 'faults', (context) => {
      controls.faults().set(context.body);
      const faults = controls.faults().list();
      context.bus.publish('faults', { faults });
      return { faults };
    }),
    route('GET', 'rate-limits', () => controls.rateLimits.view()),
    route('PUT', 'rate-limits', (context) => {
      controls.rateLimits.set(objectBody(context));
      const view = controls.rateLimits.view();
      context.bus.publish('faults', { rateLimits: view.on });
      return view;
    }),
    route('GET', 'exchanges', ({ query }) => {
      const limit = integer(query.get('limit'), 'limit', 1, 2000, 100);
      const exchanges = controls.exchanges.latest(limit, query.get('outTradeNo') ?? undefined);
      return { exchanges: exchanges.reverse() };
    }),
    route('GET', 'ledger', ({ state: { ledger }, query }) => {
      const sumFen = ledger.sumFen();
      const page = pageOf(ledger.entries, query);
      return { sumFen, balanced: sumFen === 0, accounts: ledger.balances(), ...page };
    }),
    route('POST', 'reset', async (context) => {
      await context.clock.restartAt(0);
      controls.reset();
      context.bus.startOver('reset');
      return { ok: true };
    }),
    route('POST', 'snapshot', () => jsonInPieces(controls.snapshot())),
    route('POST', 'restore', async (context) => {
      const events = await controls.restore(new JsonReader(context.bytes));
      await context.bus.startOverInPieces('restore', events);
      return { ok: true };
    }),
  ];
}

function keysView({ state: { platform } }: SimulatorContext) {
  return {
    mode: platform.mode,
    certificates: platform.certificates().map((key) => ({
      serialNo: key.id,
      certificatePem: key.pem,
      effectiveMs: key.effectiveMs,
      expireMs: key.expireMs,
      signsFromMs: key.signsFromMs,
      signs: platform.signers().includes(key),
    })),
    publicKeyId: platform.publicKey().id,
    publicKeyPem: platform.publicKey().pem,
  };
}

const modes: readonly KeyMode[] = ['certificate', 'public-key', 'switching'];

async function changeKeys(context: ControlContext) {
  const { mode, rotate } = objectBody(context);
  const wanted = mode === undefined ? undefined : oneOf(mode, 'mode', modes);
  const step = readRotation(rotate);
  const { platform, authority, seed } = context.state;
  const publicKeyOnly = (wanted ?? platform.mode) === 'public-key';
  if (publicKeyOnly && step !== undefined && step !== 'finish')
    throw badRequest(
      'A public key has no phases: "rotate" may only be true in public-key mode.',
      '公钥没有过渡阶段：public-key 模式下 "rotate" 只能是 true。',
    );
  if (wanted) platform.mode = wanted;
  if (step && publicKeyOnly) await platform.replacePublicKey(seed);
  else if (step) await platform.rotate(step, authority, seed);
  const view = keysView(context);
  context.bus.publish('keys', view);
  return view;
}

function readRotation(rotate: unknown): RotationStep | undefined {
  if (rotate === undefined || rotate === false) return undefined;
  if (rotate === true) return 'finish';
  if (rotate === 'announce' || rotate === 'switch') return rotate;
  throw badRequest(
    '"rotate" must be true, "announce" or "switch".',
    '"rotate" 只能是 true、"announce" 或 "switch"。',
  );
}

/** Freezes or unfreezes a sub-merchant, as WeChat Pay's risk control does; there is no official API for it. */
function changeSubMerchant(context: ControlContext) {
  const subMerchant = context.state.subMerchants.get(context.params.sub_mchid!);
  if (!subMerchant) {
    throw notFound(`sub-merchant ${context.params.sub_mchid}`, `子商户 ${context.params.sub_mchid}`);
  }
  subMerchant.frozen = flag(objectBody(context).frozen, 'frozen');
  return { subMerchant };
}

function clockView({ clock }: SimulatorContext) {
  const nowMs = clock.now();
  return { nowMs, now: new Date(nowMs).toISOString(), offsetMs: clock.offsetMs, pending: clock.pending() };
}

const longestMs = 10 * 365 * 86_400_000;

async function moveClock(context: ControlContext, notifier: Notifier) {
  const { clock } = context;
  const { advanceMs, now } = objectBody(context);
  if (now === 'present') return returnToPresent(context);
  if ((advanceMs === undefined) === (now === undefined))
    throw badRequest(
      'Give either "advanceMs" or "now" (a time, or "present").',
      '"advanceMs" 与 "now"（时间或 "present"）须提供其中一个。',
    );
  // Deliveries in flight must finish first, so that their retries are scheduled before the clock advances.
  await notifier.settled();
  if (now === undefined) {
    await clock.advance(integer(advanceMs, 'advanceMs', 0, longestMs, 0));
  } else {
    const target = typeof now === 'number' ? now : Date.parse(String(now));
    if (!Number.isFinite(target)) {
      throw badRequest('"now" must be epoch ms or an ISO time.', '"now" 须为毫秒时间戳或 ISO 时间。');
    }
    if (target < clock.now()) throw badRequest('The clock only moves forward.', '时钟只能向前拨。');
    await clock.advanceTo(target);
  }
  return publishedClock(context);
}

/** Returns the clock to the present; refused when orders or callbacks have already happened at later times. */
async function returnToPresent(context: SimulatorContext) {
  const { clock, bus } = context;
  const presentMs = clock.now() - clock.offsetMs;
  const ahead = bus.history().filter(({ type, atMs }) => movesMoney.has(type) && atMs > presentMs);
  const last = ahead.at(-1);
  if (last) {
    const at = rfc3339(last.atMs);
    throw new ControlProblem(
      409,
      'FUTURE_HAS_HAPPENED',
      `Orders or callbacks have happened ahead of the present, the last at ${at}: reset, or restore a snapshot.`,
      `已经在未来发生了 ${ahead.length} 件事（最后一件在 ${at}），不能回到现在；请重置或恢复快照。`,
    );
  }
  await clock.restartAt(presentMs);
  return publishedClock(context);
}

const movesMoney: ReadonlySet<SandboxEvent['type']> = new Set([
  'order',
  'notification',
  'application',
  'balance',
]);

function publishedClock(context: SimulatorContext) {
  const view = clockView(context);
  context.bus.publish('clock', view);
  return view;
}
