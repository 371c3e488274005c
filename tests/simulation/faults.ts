/** Everything that can go wrong, by name. Which of it may happen in a story, and how often, the seed decides. */
import { type Random, Streams } from './random.ts';

const databaseReads = ['get', 'find'] as const;
const databaseWrites = ['insert', 'update', 'remove'] as const;
const frequent = [...databaseReads, ...databaseWrites, 'request to WeChat Pay', 'function call'] as const;
/** What an instance waits for: it may die before each of them is sent and before each of them is answered. */
const operations = [...frequent, 'file operation'] as const;
export type Operation = (typeof operations)[number];

export const isRead = (operation: Operation): boolean => databaseReads.some((each) => each === operation);

/** The chance of each fault at each place where it can happen, in a story in which it happens at all. */
const rates = {
  ...each([...databaseReads, ...databaseWrites], (operation) => `database error before ${operation}`, 0.02),
  ...each(databaseWrites, (operation) => `database error after ${operation}`, 0.03),
  ...each(['insert', 'update'], (operation) => `database conflict on ${operation}`, 0.03),
  ...each(frequent, (operation) => `instance killed before ${operation}`, 0.015),
  ...each(frequent, (operation) => `instance killed after ${operation}`, 0.02),
  ...each(['read', 'write'], (kind) => `slow database ${kind}`, 0.02),
  ...each(['read', 'write'], (kind) => `database ${kind} without an answer`, 0.01),
  // Only what is half a year old is removed: few of them in a story.
  'database error before remove': 0.4,
  'database error after remove': 0.4,
  'instance killed before remove': 0.3,
  'instance killed after remove': 0.3,
  'insert answered with its own document': 0.05,
  'instance killed at its time limit': 0.004,
  'idle instance recycled': 0.2,
  'no connection to WeChat Pay': 0.05,
  'dead connection to WeChat Pay': 0.05,
  'request to WeChat Pay lost before its effect': 0.05,
  'answer of WeChat Pay lost after its effect': 0.08,
  'WeChat Pay silent before the effect': 0.03,
  'WeChat Pay silent after the effect': 0.03,
  'slow answer of WeChat Pay': 0.1,
  'WeChat Pay answers 429': 0.06,
  'WeChat Pay answers 500 before the effect': 0.05,
  'WeChat Pay answers 500 after the effect': 0.05,
  'WeChat Pay answers 502 before the effect': 0.04,
  'WeChat Pay answers 503 after the effect': 0.04,
  'WeChat Pay answers unsigned': 0.04,
  'WeChat Pay answers with SIGNTEST': 0.04,
  'WeChat Pay answers with a stale timestamp': 0.04,
  'WeChat Pay answers under an unknown serial': 0.04,
  'callback lost for good': 0.25,
  'callback lost once': 0.2,
  'acknowledgement of a callback lost': 0.2,
  'callback delivered twice at once': 0.25,
  'callback arrives after WeChat Pay gave up waiting': 0.15,
  'SIGNTEST probe before a callback': 0.2,
  'callback tampered with on the way': 0.2,
  'callback on the path of another account': 0.2,
  'function call lost before its effect': 0.05,
  'answer of a function lost after its effect': 0.08,
  'slow function call': 0.1,
  'fulfilment hangs': 0.15,
  'fulfilment refuses': 0.2,
  'fulfilment throws': 0.2,
  'fulfilment delivers and says otherwise': 0.2,
  'timer late': 0.1,
  'timer twice': 0.1,
  'timer overlapping': 0.1,
  'client loses the answer and repeats': 0.2,
  'client taps twice': 0.2,
  'clock of an instance ahead': 0.15,
  'clock of an instance behind': 0.15,
  // The plan says when.
  'platform certificate announced': 0,
  'platform certificate switched in flight': 0,
  'platform certificate retired': 0,
  'request to the server API of WeChat lost before its effect': 0.1,
  'answer of the server API of WeChat lost after its effect': 0.15,
  'the server API of WeChat answers 500': 0.1,
  // The plan says when.
  'API v3 key changed': 0,
  'merchant certificate renewed': 0,
  'public key in place of certificates': 0,
  // Few files in a story.
  'instance killed before file operation': 0.1,
  'instance killed after file operation': 0.1,
  'file operation fails': 0.1,
  'answer of a file operation lost after its effect': 0.1,
} as const satisfies Record<string, number>;

export type FaultPoint = keyof typeof rates;
export const faultPoints = Object.keys(rates) as FaultPoint[];

function each<const T extends string, const N extends string>(
  names: readonly T[],
  nameOf: (name: T) => N,
  rate: number,
): Record<N, number> {
  return Object.fromEntries(names.map((name) => [nameOf(name), rate])) as Record<N, number>;
}

/** By when the instance dies. Named once: each thing that an instance waits for asks twice. */
export const killPoints = {
  before: nameEach((operation) => `instance killed before ${operation}` as const),
  after: nameEach((operation) => `instance killed after ${operation}` as const),
};

function nameEach(nameOf: (operation: Operation) => FaultPoint): Readonly<Record<Operation, FaultPoint>> {
  return Object.fromEntries(operations.map((each) => [each, nameOf(each)])) as Record<Operation, FaultPoint>;
}

/** A story has few kinds of fault, so that what one of them does is not hidden by the others. */
const enabledChance = 0.3;
/** Of the stories, how many have no faults at all, and in how many only callbacks go astray. */
const calmChance = 0.05;
const onlyCallbacksChance = 0.1;
const ofCallbacks = /callback/;

export class Faults {
  /** How often each fault has happened. */
  readonly hits = new Map<FaultPoint, number>();
  readonly enabled: ReadonlySet<FaultPoint>;
  /** Nothing else fails in this story. */
  readonly onlyCallbacks: boolean;
  #on = true;
  readonly #streams: Streams;
  readonly #happened: (name: FaultPoint) => void;

  /** @param without faults that are left out, to find out whether a story fails without them */
  constructor(seed: number, without: readonly FaultPoint[], happened: (name: FaultPoint) => void) {
    this.#streams = new Streams(seed);
    this.#happened = happened;
    const choose = this.#streams.of('which faults');
    const kind = choose();
    this.onlyCallbacks = kind < calmChance + onlyCallbacksChance;
    const chosen = faultPoints.filter(
      (name) => choose() < enabledChance && !(this.onlyCallbacks && !ofCallbacks.test(name)),
    );
    this.enabled = new Set(kind < calmChance ? [] : chosen.filter((name) => !without.includes(name)));
  }

  /** Whether it happens here and now. */
  strikes(name: FaultPoint): boolean {
    if (!this.#on || !this.enabled.has(name) || this.random(name)() >= rates[name]) return false;
    this.hit(name);
    return true;
  }

  hit(name: FaultPoint): void {
    this.hits.set(name, (this.hits.get(name) ?? 0) + 1);
    this.#happened(name);
  }

  random(name: FaultPoint): Random {
    return this.#streams.of(name);
  }

  /** No more faults from now on. */
  stop(): void {
    this.#on = false;
  }
}
