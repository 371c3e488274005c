/** Compares what WeChat Pay holds with what the shop has recorded, both ways, and with what the bills said. */
import type { SavedState } from '../../../sandbox/wechatpay/state/saved-state.ts';
import type { Document } from '../../../shared/core/ports.ts';
import type { MemoryDocuments } from '../../../shared/core/testing/documents.ts';
import type { BillDay } from '../../../shared/payments/bills/records.ts';
import type { OrderRecord } from '../../../shared/payments/orders/records.ts';
import type { RefundRecord } from '../../../shared/payments/refunds/records.ts';
import {
  findUnsoundMoney,
  readSimulatorLedger,
  type SimulatorLedger,
} from '../../../shared/payments/testing/expect-sound-money.ts';
import { kinds } from '../../simulation/people/kinds.ts';
import { readTheirs } from '../../simulation/theirs.ts';
import type { Site } from './site.ts';

export interface Books {
  /** How many there are of each kind that the operations were to make. */
  readonly counts: Readonly<Record<string, number>>;
  /** What is not as it must be once everything has settled. */
  readonly differences: readonly string[];
}

export async function compareBooks({ cloud, wechatpay, nowMs }: Site): Promise<Books> {
  const { collections } = await cloud.post<{ collections: { name: string; documents: Document[] }[] }>(
    '/_cloud/snapshot',
    {},
  );
  const memory = storedIn(collections);
  const ledger = await readSimulatorLedger((query) =>
    wechatpay.get<SimulatorLedger>(`/_sandbox/ledger${query}`),
  );
  const theirs = readTheirs(await wechatpay.post<SavedState>('/_sandbox/snapshot', {}));
  const books = { memory, nowMs };
  return {
    counts: countsOf(memory),
    differences: [
      ...findUnsoundMoney(memory, ledger),
      ...kinds.flatMap((kind) => kind.check?.(books, theirs) ?? []),
      ...unfinished(memory),
    ],
  };
}

type Stored = Pick<MemoryDocuments, 'all' | 'peek'>;

function storedIn(collections: readonly { name: string; documents: Document[] }[]): Stored {
  const byId = new Map(
    collections.map(({ name, documents }) => [name, new Map(documents.map((each) => [each._id, each]))]),
  );
  return {
    all: <T extends Document>(name: string) => [...(byId.get(name)?.values() ?? [])] as T[],
    peek: <T extends Document>(name: string, id: string) => byId.get(name)?.get(id) as T | undefined,
  };
}

const counted = [
  ...['orders', 'combined_payments', 'refunds', 'sharings', 'transfers', 'withdrawals', 'complaints'],
  ...['ledger', 'bill_days', 'anomalies'],
];

function countsOf(memory: Stored): Record<string, number> {
  return Object.fromEntries(counted.map((name) => [name, memory.all(name).length]));
}

function unfinished(memory: Stored): string[] {
  return [
    ...memory
      .all<OrderRecord>('orders')
      .filter(
        ({ _id, state, fulfilment }) =>
          state === 'SUCCESS' && fulfilment !== 'HELD' && memory.peek('deliveries', _id) === undefined,
      )
      .map(({ _id, fulfilment }) => `order ${_id} was paid and not delivered (${fulfilment})`),
    ...memory
      .all<RefundRecord>('refunds')
      .filter(({ state }) => !['SUCCESS', 'CLOSED', 'REFUSED'].includes(state))
      .map(({ _id, state }) => `refund ${_id} is still ${state}`),
    ...(memory.all<BillDay>('bill_days').some(({ state }) => state === 'DONE')
      ? []
      : ['no bill was compared']),
  ];
}
