import { expect, it } from 'vitest';
import type { LedgerEntry } from '../ledger/ledger.ts';
import type { SharingRecord } from '../sharing/records.ts';
import type { TransferRecord } from '../transfers/records.ts';
import type { WithdrawalRecord } from '../withdrawals/records.ts';
import { findUnmatchedMovements } from './unmatched-movements.ts';

const entry = (kind: LedgerEntry['kind'], reference: string, amountFen: number) =>
  ({ kind, reference, amountFen }) as LedgerEntry;

const receivers = [
  { account: 'A', amountFen: 10, result: 'SUCCESS' },
  { account: 'B', amountFen: 20, result: 'CLOSED' },
];
const sharing = {
  requests: [
    { outOrderNo: 'S1', state: 'FINISHED', receivers },
    { outOrderNo: 'S2', state: 'PROCESSING', receivers },
  ],
  returns: [
    { outReturnNo: 'X1', amountFen: 4, state: 'SUCCESS' },
    { outReturnNo: 'X2', amountFen: 4, state: 'PROCESSING' },
  ],
} as unknown as SharingRecord;
const subsidy = (state: string, subsidyId: string | null = '7') =>
  ({
    ...{ state, subsidyId, amountFen: 50 },
    returns: [
      { outReturnNo: 'Z1', amountFen: 5, state: 'SUCCESS' },
      { outReturnNo: 'Z2', amountFen: 5, state: 'FAIL' },
    ],
  }) as unknown as NonNullable<SharingRecord['subsidy']>;
const transfer = (state: string) => ({ _id: 'F1', state, amountFen: 8 }) as TransferRecord;
const withdrawal = (state: string) => ({ _id: 'W1', state, amountFen: 9 }) as WithdrawalRecord;

const shared = [entry('SHARE', 'S1/A', -10), entry('SHARE_RETURN', 'X1', 4)];
const subsidised = [entry('SUBSIDY', '7', 50), entry('SUBSIDY_RETURN', 'Z1', -5)];
const none = { sharings: [], transfers: [], withdrawals: [] };

it.each([
  ['nothing', none, []],
  [
    'an order’s own movements',
    none,
    [entry('PAYMENT', '1', 5), entry('FEE', '1', -1), entry('REFUND', 'R', -5)],
  ],
  ['what was shared and returned', { ...none, sharings: [sharing] }, shared],
  [
    'a subsidy',
    { ...none, sharings: [{ ...sharing, subsidy: subsidy('SUCCESS') }] },
    [...shared, ...subsidised],
  ],
  [
    'a subsidy that is not yet',
    { ...none, sharings: [{ ...sharing, subsidy: subsidy('PROCESSING') }] },
    shared,
  ],
  ['a transfer', { ...none, transfers: [transfer('SUCCESS')] }, [entry('TRANSFER', 'F1', -8)]],
  ['a transfer that failed', { ...none, transfers: [transfer('FAIL')] }, []],
  ['a withdrawal', { ...none, withdrawals: [withdrawal('SUCCESS')] }, [entry('WITHDRAWAL', 'W1', -9)]],
  ['a withdrawal on its way', { ...none, withdrawals: [withdrawal('INIT')] }, []],
  [
    'a withdrawal that the bank sent back',
    { ...none, withdrawals: [withdrawal('REFUND')] },
    [entry('WITHDRAWAL', 'W1', -9), entry('WITHDRAWAL_RETURN', 'W1', 9)],
  ],
])('the ledger agrees about %s', (_, processes, entries) => {
  expect(findUnmatchedMovements(processes, entries)).toEqual([]);
});

it.each([
  ['SHARE', 'S1/A', -10, 'SHARE S1/A of -10 fen'],
  ['SHARE_RETURN', 'X1', 4, 'SHARE_RETURN X1 of 4 fen'],
  ['SUBSIDY', '7', 50, 'SUBSIDY 7 of 50 fen'],
  ['SUBSIDY_RETURN', 'Z1', -5, 'SUBSIDY_RETURN Z1 of -5 fen'],
  ['TRANSFER', 'F1', -8, 'TRANSFER F1 of -8 fen'],
  ['WITHDRAWAL', 'W1', -9, 'WITHDRAWAL W1 of -9 fen'],
  ['WITHDRAWAL_RETURN', 'W1', 9, 'WITHDRAWAL_RETURN W1 of 9 fen'],
] as const)(
  'a %s is named when the ledger lacks it, has it twice, or has it alone',
  (kind, reference, fen, name) => {
    const processes = {
      sharings: [{ ...sharing, subsidy: subsidy('SUCCESS') }],
      transfers: [transfer('SUCCESS')],
      withdrawals: [withdrawal('REFUND')],
    };
    const all = [
      ...[...shared, ...subsidised, entry('TRANSFER', 'F1', -8)],
      ...[entry('WITHDRAWAL', 'W1', -9), entry('WITHDRAWAL_RETURN', 'W1', 9)],
    ];
    expect(findUnmatchedMovements(processes, all)).toEqual([]);
    const without = all.filter((each) => each.kind !== kind);
    expect(findUnmatchedMovements(processes, without)).toEqual([`${name} happened and is not in the ledger`]);
    const own = entry(kind, reference, fen);
    const alone = [`${name} is in the ledger and did not happen`];
    expect(findUnmatchedMovements(processes, [...all, own])).toEqual(alone);
    expect(findUnmatchedMovements(none, [own])).toEqual(alone);
  },
);

it('a subsidy without WeChat Pay’s number agrees with no entry', () => {
  const processes = { ...none, sharings: [{ ...sharing, subsidy: subsidy('SUCCESS', null) }] };
  expect(findUnmatchedMovements(processes, [...shared, ...subsidised])).toEqual([
    'SUBSIDY  of 50 fen happened and is not in the ledger',
    'SUBSIDY 7 of 50 fen is in the ledger and did not happen',
  ]);
});
