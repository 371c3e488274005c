import { describe, expect, it } from 'vitest';
import type { Document } from '../../core/ports.ts';
import { memoryDocuments } from '../../core/testing/documents.ts';
import { recordMovement } from '../ledger/ledger.ts';
import type { SharingRecord } from '../sharing/records.ts';
import { expectSoundMoney, findUnsoundMoney, type SimulatorLedger } from './expect-sound-money.ts';
import { checkWatchedMoney, madeUpCallbacks, madeUpRecords, watchMoney } from './watched-money.ts';

const owner = { outTradeNo: null, account: 'direct', mchid: '19', subMchid: null } as const;
const sharing: Pick<SharingRecord, 'requests' | 'returns' | 'subsidy'> = {
  requests: [
    {
      outOrderNo: 'S1',
      kind: 'SHARE',
      by: 'RULE',
      operatorOpenid: null,
      state: 'FINISHED',
      orderId: null,
      receivers: [
        {
          type: 'MERCHANT_ID',
          account: '20',
          amountFen: 30,
          description: '',
          result: 'SUCCESS',
          failReason: null,
        },
        {
          type: 'MERCHANT_ID',
          account: '21',
          amountFen: 7,
          description: '',
          result: 'CLOSED',
          failReason: 'X',
        },
      ],
      createdAtMs: 0,
      failure: null,
    },
  ],
  returns: [
    {
      outReturnNo: 'B1',
      outOrderNo: 'S1',
      mchid: '20',
      amountFen: 10,
      outRefundNo: null,
      state: 'SUCCESS',
      failReason: null,
      notBeforeMs: 0,
    },
  ],
  subsidy: {
    outSubsidyNo: 'U1',
    amountFen: 5,
    state: 'SUCCESS',
    subsidyId: 'W1',
    notBeforeMs: 0,
    failure: null,
    returns: [
      {
        outReturnNo: 'V1',
        outRefundNo: 'R1',
        refundId: '5',
        amountFen: 2,
        state: 'SUCCESS',
        notBeforeMs: 0,
        failure: null,
      },
    ],
  },
};

/** One of each process that moves money, all recorded. */
const movements = [
  { kind: 'SHARE', reference: 'S1/20', amountFen: -30 },
  { kind: 'SHARE_RETURN', reference: 'B1', amountFen: 10 },
  { kind: 'SUBSIDY', reference: 'W1', amountFen: 5 },
  { kind: 'SUBSIDY_RETURN', reference: 'V1', amountFen: -2 },
  { kind: 'TRANSFER', reference: 'T1', amountFen: -100 },
  { kind: 'WITHDRAWAL', reference: 'D1', amountFen: -40 },
  { kind: 'WITHDRAWAL', reference: 'D2', amountFen: -60 },
  { kind: 'WITHDRAWAL_RETURN', reference: 'D2', amountFen: 60 },
] as const;

async function stored(leaveOut = -1, changes: { amountFen?: number } = {}) {
  const documents = memoryDocuments();
  documents.put('sharings', { _id: 'O1', ...sharing } as Document);
  documents.put('transfers', { _id: 'T1', state: 'SUCCESS', amountFen: 100 } as Document);
  documents.put(
    'withdrawals',
    { _id: 'D1', state: 'SUCCESS', amountFen: 40 } as Document,
    { _id: 'D2', state: 'REFUND', amountFen: 60 } as Document,
  );
  for (const [index, movement] of movements.entries()) {
    if (index === leaveOut && changes.amountFen === undefined) continue;
    const changed = index === leaveOut ? { ...movement, ...changes } : movement;
    await recordMovement(documents, owner, { ...changed, atMs: 1 });
  }
  return documents;
}

const simulator = (changes: Partial<SimulatorLedger> = {}): SimulatorLedger => ({
  sumFen: 0,
  entries: [
    { kind: 'share', ref: '', outNo: 'S1', to: 'merchant 20', amountFen: 30 },
    { kind: 'share-return', ref: '', outNo: 'B1', to: '', amountFen: 10 },
    { kind: 'subsidy', ref: 'W1', outNo: '', to: '', amountFen: 5 },
    { kind: 'transfer-paid', ref: '', outNo: 'T1', to: '', amountFen: 100 },
    { kind: 'withdrawal-paid', ref: '', outNo: 'D1', to: '', amountFen: 40 },
    { kind: 'withdrawal-paid', ref: '', outNo: 'D2', to: '', amountFen: 60 },
    { kind: 'withdrawal-returned', ref: '', outNo: 'D2', to: '', amountFen: 60 },
  ],
  ...changes,
});

describe('the check of the money', () => {
  it('accepts what happened and was recorded', async () => {
    expectSoundMoney(await stored(), simulator());
  });

  it.each(movements.map((movement, index) => [movement.kind, index] as const))(
    'names a %s that is not in the ledger, or with another amount (%i)',
    async (kind, index) => {
      const missing = findUnsoundMoney(await stored(index));
      expect(missing).toEqual([expect.stringContaining(`${kind} `)]);
      const wrong = findUnsoundMoney(await stored(index, { amountFen: 1 }));
      expect(wrong).toEqual([
        expect.stringMatching(/is not in the ledger$/),
        expect.stringMatching(/did not happen$/),
      ]);
    },
  );

  it('names what the simulator does not know, and a simulator that loses money', async () => {
    const [, ...others] = simulator().entries;
    expect(findUnsoundMoney(await stored(), simulator({ entries: others }))).toEqual([
      'SHARE S1/20 of 30 fen is in our ledger and did not happen at the simulator',
    ]);
    expect(findUnsoundMoney(await stored(), simulator({ sumFen: 3 }))).toEqual([
      "the simulator's ledger adds up to 3 fen",
    ]);
  });
});

describe('a watched shop', () => {
  const broken = () => {
    throw new Error('broken');
  };

  it('fails the test after which its money does not add up, until it is closed', async () => {
    const close = watchMoney(broken);
    await expect(checkWatchedMoney()).rejects.toThrow('broken');
    await expect(checkWatchedMoney()).rejects.toThrow('broken');
    await expect(close()).rejects.toThrow('broken');
    await checkWatchedMoney();
    await close();
  });

  it('is not compared with the simulator by one test that makes callbacks up', async () => {
    const compared: boolean[] = [];
    const close = watchMoney(({ withSimulator }) => void compared.push(withSimulator));
    madeUpCallbacks();
    await checkWatchedMoney();
    await checkWatchedMoney();
    await close();
    expect(compared).toEqual([false, true, true]);
  });

  it('is not checked by one test that makes records up', async () => {
    const close = watchMoney(broken);
    madeUpRecords();
    await checkWatchedMoney();
    await expect(checkWatchedMoney()).rejects.toThrow('broken');
    await expect(close()).rejects.toThrow('broken');
  });
});
