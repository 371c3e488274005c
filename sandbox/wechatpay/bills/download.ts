import { createCipheriv, createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { State } from '../state/state.ts';
import { billBytes } from './format.ts';
import { fundFlowBill } from './fund-flow.ts';
import { tradeBill } from './trade-bill.ts';
import type { Bill, BillDownload, BillSpec } from './types.ts';
import { withdrawalBill } from './withdrawal-bill.ts';

export const downloadsOf = (state: State) => state.slot<BillDownload>('bill_downloads');

/** The bytes of a bill, neither zipped nor encrypted; undefined when nothing happened on that day. */
export function contentOf(state: State, spec: BillSpec): Buffer | undefined {
  const bill = billOf(state, spec);
  return bill && billBytes(bill);
}

function billOf(state: State, spec: BillSpec): Bill | undefined {
  switch (spec.kind) {
    case 'trade':
      return tradeBill(state, spec);
    case 'fund-flow':
      return fundFlowBill(state, spec);
    case 'withdrawals':
      return withdrawalBill(state, spec);
  }
}

/** Hash of the uncompressed, unencrypted bytes. */
export function hashOf(content: Buffer, { fault }: BillSpec): string {
  const damaged = fault === 'bill-bad-hash' ? 'another file' : '';
  return createHash('sha1').update(content).update(damaged).digest('hex');
}

/** The downloaded bytes: compressed if requested, then encrypted if the bill is a sub-merchant's. */
export function fileOf(state: State, { spec, gzip, encryption }: BillDownload): Buffer {
  const content = contentOf(state, spec)!;
  const packed = gzip ? gzipSync(content) : content;
  if (!encryption) return packed;
  const cipher = createCipheriv('aes-256-gcm', Buffer.from(encryption.key), Buffer.from(encryption.nonce));
  return Buffer.concat([cipher.update(packed), cipher.final(), cipher.getAuthTag()]);
}
