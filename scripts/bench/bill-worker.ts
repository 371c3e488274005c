/**
 * One long trade bill in a process of its own: compared with the ledger as reconcile does it, or only unpacked and read by
 * csv-parse, which is the floor. Our records are computed, not stored, so that only the work on the bill is measured.
 */
import { createReadStream, readFileSync } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { parse } from 'csv-parse';
import type { Account } from '../../shared/core/account.ts';
import { defaultPolicy } from '../../shared/core/policy.ts';
import type { Documents } from '../../shared/core/ports.ts';
import { reconcileDay } from '../../shared/payments/bills/reconcile-day.ts';
import { WechatpayError } from '../../shared/wechatpay/errors.ts';
import { type BillFacts, billFacts } from './bill-file.ts';
import { peakMb } from './peak-memory.ts';

const [, , way, file = '', facts = '{}'] = process.argv;

async function compareBill({ lines, sha1 }: BillFacts): Promise<number> {
  const packed = readFileSync(file);
  const request = async (route: string) => {
    if (route === 'GET /v3/billdownload/file') return packed;
    if (route !== 'GET /v3/bill/tradebill') throw new WechatpayError('refused', 'NO_STATEMENT_EXIST', 'x');
    return { hash_value: sha1, download_url: 'https://api.mch.weixin.qq.com/v3/billdownload/file?token=t' };
  };
  const nothing = () => {};
  const account = { kind: 'direct', mchid: billFacts.mchid, client: { request } } as unknown as Account;
  const ports = {
    documents: computedDocuments(lines),
    clock: { nowMs: () => billFacts.atMs + 24 * 3600_000 },
    log: { info: nothing, warn: nothing, error: nothing },
    policy: defaultPolicy,
    accounts: { find: () => account },
  };
  const day = await reconcileDay(ports, account, billFacts.date, () => true);
  if (day.state !== 'DONE' || day.differences !== 0) throw new Error(JSON.stringify(day));
  return day.sums?.rows ?? 0;
}

/** A ledger that has every payment of the bill, and the days and bills that are written. */
function computedDocuments(lines: number): Documents {
  const written = new Map<string, object>();
  const entry = (kind: string, no: number) => ({
    _id: `${kind}:${billFacts.transactionId(no)}`,
    kind,
    reference: billFacts.transactionId(no),
    outTradeNo: billFacts.outTradeNo(no),
    amountFen: kind === 'FEE' ? -billFacts.feeFen : billFacts.fen(no),
    billedKey: billFacts.transactionId(no),
  });
  const find = async (collection: string, { where, limit }: { where: object; limit: number }) => {
    if (collection !== 'ledger') return [];
    const { _id, kind, billedKey } = where as {
      _id?: { in: string[] };
      kind?: string;
      billedKey?: { gt?: string };
    };
    if (_id) {
      return _id.in.map((id) => entry(id.slice(0, id.indexOf(':')), Number(id.slice(id.indexOf(':') + 3))));
    }
    // Only the trade bill is also compared in the other direction; the fund flow bill is not measured.
    if (kind !== 'PAYMENT' || 'subMchid' in where) return [];
    const from = billedKey?.gt ? Number(billedKey.gt.slice(2)) + 1 : 0;
    return Array.from({ length: Math.min(limit, lines - from) }, (_, index) =>
      entry('PAYMENT', from + index),
    );
  };
  return {
    find: find as unknown as Documents['find'],
    get: async (collection, id) => written.get(`${collection} ${id}`) as never,
    insertIfAbsent: async (collection, doc) => {
      const key = `${collection} ${doc._id}`;
      const known = written.get(key);
      if (!known) written.set(key, { ...doc });
      return known as never;
    },
    update: async (collection, id, _where, set) => {
      const key = `${collection} ${id}`;
      written.set(key, { ...written.get(key), ...set });
      return true;
    },
    remove: async () => false,
  };
}

async function onlyRead(): Promise<number> {
  let rows = 0;
  const options = { delimiter: ',`', quote: null, relax_column_count: true } as const;
  for await (const _ of createReadStream(file).pipe(createGunzip()).pipe(parse(options))) rows++;
  return rows - 3;
}

const startedAtMs = performance.now();
const rows = way === 'floor' ? await onlyRead() : await compareBill(JSON.parse(facts) as BillFacts);
const { user, system } = process.cpuUsage();
const figures = {
  rows,
  ms: performance.now() - startedAtMs,
  cpuMs: (user + system) / 1000,
  mb: peakMb((path) => readFileSync(path, 'utf8')),
};
process.stdout.write(JSON.stringify(figures));
