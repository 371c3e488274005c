/** The bills of a day, and what each of them is compared with. */
import type { Account } from '../../core/account.ts';
import {
  type BillFile,
  downloadEcommerceFundFlow,
  downloadFundFlow,
  downloadSubFundFlow,
  downloadTradeBill,
} from './download.ts';
import { flowKinds, type MovementKind } from './flow-kinds.ts';
import { fundFlowReader } from './fund-flow-bill.ts';
import type { BillReader } from './movement.ts';
import type { Scope } from './recorded.ts';
import type { BillRecord, TableBillType } from './records.ts';
import { tradeBillReader } from './trade-bill.ts';

interface BillTypeFacts {
  download(account: Account, bill: Pick<BillRecord, 'date' | 'subMchid'>): Promise<readonly BillFile[]>;
  reader(): BillReader;
  holder(subMchid: string | null): Scope['holder'];
  /** Which of our records it must contain. */
  readonly kinds: readonly MovementKind[];
}

/** Those that bills list. */
const billedKinds = (Object.keys(flowKinds) as MovementKind[]).filter(
  (kind) => flowKinds[kind].types.length > 0,
);
const flow = { reader: fundFlowReader, kinds: billedKinds };

export const billTypes: Readonly<Record<TableBillType, BillTypeFacts>> = {
  trade: {
    download: async (account, { date }) => [await downloadTradeBill(account, date)],
    reader: tradeBillReader,
    holder: () => 'all',
    kinds: ['PAYMENT', 'REFUND'],
  },
  fundflow: {
    ...flow,
    download: (account, { date }) => downloadFundFlow(account, date),
    holder: () => 'own',
  },
  'fundflow-subs': {
    ...flow,
    download: async (account, { date }) => [await downloadEcommerceFundFlow(account, date)],
    holder: () => 'subs',
  },
  'fundflow-sub': {
    ...flow,
    download: (account, { date, subMchid }) => downloadSubFundFlow(account, date, subMchid ?? ''),
    holder: (subMchid) => ({ subMchid: subMchid ?? '' }),
  },
};
