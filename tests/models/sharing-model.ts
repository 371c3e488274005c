/** What must be true of the money of one shared order, whatever happens: pure, from what is seen of both sides. */

type Request = {
  readonly by: 'RULE' | 'OPERATOR' | 'REFUND';
  readonly state: 'RESERVED' | 'PROCESSING' | 'FINISHED' | 'REFUSED';
  readonly receivers: readonly {
    readonly account: string;
    readonly amountFen: number;
    readonly result: 'PENDING' | 'SUCCESS' | 'CLOSED';
  }[];
};

type Return = {
  readonly outOrderNo: string;
  readonly mchid: string;
  readonly amountFen: number;
  readonly state: 'RESERVED' | 'PROCESSING' | 'SUCCESS' | 'FAILED';
  /** The refund that it is for. */
  readonly outRefundNo: string | null;
};

export interface SharingSeen {
  /** Ours, by number. */
  readonly requests: ReadonlyMap<string, Request>;
  readonly returns: ReadonlyMap<string, Return>;
  /** Fen that moved at WeChat Pay: by number and receiver, and by number. */
  readonly shared: ReadonlyMap<string, number>;
  readonly returned: ReadonlyMap<string, number>;
  /** The same in our ledger. */
  readonly bookedShares: ReadonlyMap<string, number>;
  readonly bookedReturns: ReadonlyMap<string, number>;
  /** Refunds that WeChat Pay has accepted and not closed. */
  readonly refunds: ReadonlySet<string>;
  /** Where the money of the order is, and where it came from: fen. */
  readonly partsFen: number;
  readonly sourcesFen: number;
}

export interface SharingModel {
  /** What may be shared of it at most. */
  readonly mostFen: number;
  /** What the rule gives a receiver of what is not refunded before. */
  ruleFen: ReadonlyMap<string, number>;
  /** Shares that an operator was given an answer about, by number: they may not be lost, nor be others. */
  readonly answered: Map<string, { readonly account: string; readonly amountFen: number }>;
  seen: SharingSeen | undefined;
}

const nextRequest: Readonly<Record<Request['state'], readonly Request['state'][]>> = {
  RESERVED: ['PROCESSING', 'FINISHED', 'REFUSED'],
  PROCESSING: ['FINISHED'],
  FINISHED: [],
  REFUSED: [],
};
const nextReturn: Readonly<Record<Return['state'], readonly Return['state'][]>> = {
  RESERVED: ['PROCESSING', 'SUCCESS', 'FAILED'],
  PROCESSING: ['SUCCESS', 'FAILED'],
  SUCCESS: [],
  FAILED: [],
};

const sumOf = (amounts: Iterable<number>) => [...amounts].reduce((sum, fen) => sum + fen, 0);

/** Takes in what is seen now. @returns what must not be, each as a line */
export function observe(model: SharingModel, seen: SharingSeen): string[] {
  const problems = [
    ...changed(model.seen?.requests, seen.requests, nextRequest),
    ...changed(model.seen?.returns, seen.returns, nextReturn),
    ...requestProblems(seen),
    ...returnProblems(seen),
    ...tooEarly(seen),
    ...askedTwice(seen),
    ...ledgerProblems(seen),
    ...ruleProblems(model, seen),
  ];
  if (sumOf(seen.shared.values()) > model.mostFen) problems.push('more is shared than may be');
  if (seen.partsFen !== seen.sourcesFen)
    problems.push(`${seen.partsFen} of ${seen.sourcesFen} fen are there`);
  for (const [no, { account, amountFen }] of model.answered) {
    const shares = seen.requests.get(no)?.receivers ?? [];
    if (!shares.some((share) => share.account === account && share.amountFen === amountFen))
      problems.push(`${no} was answered about, and is not stored so`);
  }
  model.seen = seen;
  return problems;
}

function changed<State extends string>(
  before: ReadonlyMap<string, { readonly state: State }> | undefined,
  now: ReadonlyMap<string, { readonly state: State }>,
  next: Readonly<Record<State, readonly State[]>>,
): string[] {
  return [...(before ?? [])].flatMap(([no, { state }]) => {
    const to = now.get(no)?.state;
    return to && (to === state || next[state].includes(to)) ? [] : [`${no} from ${state} to ${to}`];
  });
}

/** What receivers have got is what is written down, and nothing else. */
function requestProblems({ requests, shared }: SharingSeen): string[] {
  const problems: string[] = [];
  const ours = new Map<string, number>();
  for (const [no, { state, receivers }] of requests) {
    for (const { account, amountFen, result } of receivers) {
      const movedFen = shared.get(`${no}/${account}`);
      if (result === 'SUCCESS' && movedFen !== amountFen) problems.push(`${no}: ${account} has ${movedFen}`);
      if ((state === 'REFUSED' || result === 'CLOSED') && movedFen)
        problems.push(`${no}: ${account} was paid`);
      ours.set(`${no}/${account}`, amountFen);
    }
  }
  for (const [key, fen] of shared)
    if (ours.get(key) !== fen) problems.push(`${key}: ${fen} fen, and we know nothing of it`);
  return problems;
}

function returnProblems({ returns, returned, shared }: SharingSeen): string[] {
  const problems: string[] = [];
  const backFen = new Map<string, number>();
  for (const [no, { state, amountFen, outOrderNo, mchid }] of returns) {
    const movedFen = returned.get(no);
    if (state === 'SUCCESS' && movedFen !== amountFen) problems.push(`${no}: ${movedFen} came back`);
    if (state === 'FAILED' && movedFen) problems.push(`${no} failed, and ${movedFen} came back`);
    const key = `${outOrderNo}/${mchid}`;
    backFen.set(key, (backFen.get(key) ?? 0) + (movedFen ?? 0));
  }
  for (const no of returned.keys()) if (!returns.has(no)) problems.push(`${no} came back, and is not ours`);
  for (const [key, fen] of backFen)
    if (fen > (shared.get(key) ?? 0)) problems.push(`${key}: ${fen} fen came back of ${shared.get(key)}`);
  return problems;
}

/** An entry is written before the state that it belongs to, and only for what has moved. */
function ledgerProblems({ requests, returns, ...seen }: SharingSeen): string[] {
  const made = [...requests].flatMap(([no, { receivers }]) =>
    receivers.filter(({ result }) => result === 'SUCCESS').map(({ account }) => `${no}/${account}`),
  );
  const back = [...returns].filter(([, { state }]) => state === 'SUCCESS').map(([no]) => no);
  return [
    ...unequal('share', seen.bookedShares, seen.shared, made),
    ...unequal('return', seen.bookedReturns, seen.returned, back),
  ];
}

function unequal(
  what: string,
  booked: ReadonlyMap<string, number>,
  moved: ReadonlyMap<string, number>,
  done: readonly string[],
): string[] {
  return [
    ...[...booked]
      .filter(([key, fen]) => moved.get(key) !== fen)
      .map(([key, fen]) => `${what} ${key}: ${fen} booked`),
    ...done.filter((key) => !booked.has(key)).map((key) => `${what} ${key} is done, and not booked`),
  ];
}

/** Fen that the rule gave to each receiver. */
export function givenByRule({ requests }: SharingSeen): ReadonlyMap<string, number> {
  const given = new Map<string, number>();
  for (const { by, receivers } of requests.values()) {
    if (by !== 'RULE') continue;
    for (const { account, amountFen, result } of receivers)
      if (result === 'SUCCESS') given.set(account, (given.get(account) ?? 0) + amountFen);
  }
  return given;
}

/** However often it is tried, and whatever failed before. */
function ruleProblems({ ruleFen }: SharingModel, seen: SharingSeen): string[] {
  return [...givenByRule(seen)]
    .filter(([account, fen]) => fen > (ruleFen.get(account) ?? 0))
    .map(([account, fen]) => `the rule gave ${fen} fen to ${account}, instead of ${ruleFen.get(account)}`);
}

/** A refund goes out only after everything that receivers return for it has come back: the last attempt counts. */
function tooEarly({ returns, refunds }: SharingSeen): string[] {
  const last = new Map<string, Return['state']>();
  for (const { outRefundNo, outOrderNo, mchid, state } of returns.values()) {
    if (outRefundNo && refunds.has(outRefundNo)) last.set(`${outRefundNo}: ${outOrderNo}/${mchid}`, state);
  }
  return [...last].flatMap(([key, state]) =>
    state === 'SUCCESS' ? [] : [`refunded before ${key} came back`],
  );
}

/** For one refund each share comes back once: a new attempt, under a new number, is made only after one that failed. */
function askedTwice({ returns }: SharingSeen): string[] {
  const open = new Map<string, string>();
  return [...returns].flatMap(([no, { outRefundNo, outOrderNo, mchid, state }]) => {
    if (outRefundNo === null || state === 'FAILED') return [];
    const key = `${outRefundNo}: ${outOrderNo}/${mchid}`;
    const other = open.get(key);
    open.set(key, no);
    return other === undefined ? [] : [`${key} is asked for as ${other} and as ${no}`];
  });
}

/** After everything that could happen has happened. @returns what must not be */
export function unfinished({ seen }: SharingModel): string[] {
  const requests = [...(seen?.requests ?? [])].filter(
    ([, { state }]) => state === 'RESERVED' || state === 'PROCESSING',
  );
  const returns = [...(seen?.returns ?? [])].filter(
    ([, { state }]) => state === 'RESERVED' || state === 'PROCESSING',
  );
  return [...requests, ...returns].map(([no, { state }]) => `${no} ends as ${state}`);
}
