/** Whether the ledger agrees with what was shared, subsidised, transferred and withdrawn. */
import type { LedgerEntry, LedgerKind } from '../ledger/ledger.ts';
import type { SharingRecord } from '../sharing/records.ts';
import type { TransferRecord } from '../transfers/records.ts';
import type { WithdrawalRecord } from '../withdrawals/records.ts';

export interface MoneyProcesses {
  readonly sharings: readonly SharingRecord[];
  readonly transfers: readonly TransferRecord[];
  readonly withdrawals: readonly WithdrawalRecord[];
}

type Expected = Pick<LedgerEntry, 'kind' | 'reference' | 'amountFen'>;

/** Kinds that these processes write; payments, refunds and fees belong to the order's own check. */
const covered: ReadonlySet<LedgerKind> = new Set([
  'SHARE',
  'SHARE_RETURN',
  'SUBSIDY',
  'SUBSIDY_RETURN',
  'TRANSFER',
  'WITHDRAWAL',
  'WITHDRAWAL_RETURN',
]);

/**
 * Movements that should be in the ledger and are not, or the other way round; nothing when all agrees. While a process
 * is between two of its steps the ledger may be one step ahead.
 * @param entries the ledger of the same orders and merchants
 */
export function findUnmatchedMovements(
  { sharings, transfers, withdrawals }: MoneyProcesses,
  entries: readonly LedgerEntry[],
): string[] {
  const wanted = [
    ...sharings.flatMap(movementsOfSharing),
    ...transfers.flatMap(movementsOfTransfer),
    ...withdrawals.flatMap(movementsOfWithdrawal),
  ].map(describe);
  const actual = entries.filter(({ kind }) => covered.has(kind)).map(describe);
  return [
    ...missingFrom(actual, wanted).map((each) => `${each} happened and is not in the ledger`),
    ...missingFrom(wanted, actual).map((each) => `${each} is in the ledger and did not happen`),
  ];
}

function movementsOfSharing({ requests, returns, subsidy }: SharingRecord): Expected[] {
  const shares = requests
    .filter(({ state }) => state === 'FINISHED')
    .flatMap(({ outOrderNo, receivers }) =>
      receivers
        .filter(({ result }) => result === 'SUCCESS')
        .map(({ account, amountFen }) => ({
          kind: 'SHARE' as const,
          reference: `${outOrderNo}/${account}`,
          amountFen: -amountFen,
        })),
    );
  const returned = returns
    .filter(({ state }) => state === 'SUCCESS')
    .map(({ outReturnNo: reference, amountFen }) => ({
      kind: 'SHARE_RETURN' as const,
      reference,
      amountFen,
    }));
  return [...shares, ...returned, ...(subsidy ? movementsOfSubsidy(subsidy) : [])];
}

function movementsOfSubsidy({
  state,
  subsidyId,
  amountFen,
  returns,
}: NonNullable<SharingRecord['subsidy']>): Expected[] {
  if (state !== 'SUCCESS') return [];
  const back = returns.filter((each) => each.state === 'SUCCESS');
  return [
    { kind: 'SUBSIDY', reference: subsidyId ?? '', amountFen },
    ...back.map(({ outReturnNo: reference, amountFen: fen }) => ({
      kind: 'SUBSIDY_RETURN' as const,
      reference,
      amountFen: -fen,
    })),
  ];
}

function movementsOfTransfer({ _id: reference, state, amountFen }: TransferRecord): Expected[] {
  return state === 'SUCCESS' ? [{ kind: 'TRANSFER', reference, amountFen: -amountFen }] : [];
}

function movementsOfWithdrawal({ _id: reference, state, amountFen }: WithdrawalRecord): Expected[] {
  if (state !== 'SUCCESS' && state !== 'REFUND') return [];
  const gone = { kind: 'WITHDRAWAL', reference, amountFen: -amountFen } as const;
  return state === 'SUCCESS' ? [gone] : [gone, { kind: 'WITHDRAWAL_RETURN', reference, amountFen }];
}

function describe({ kind, reference, amountFen }: Expected): string {
  return `${kind} ${reference} of ${amountFen} fen`;
}

/** What `from` has fewer times than `all`. */
function missingFrom(from: readonly string[], all: readonly string[]): string[] {
  const left = [...from];
  return all.filter((each) => {
    const index = left.indexOf(each);
    if (index >= 0) left.splice(index, 1);
    return index < 0;
  });
}
