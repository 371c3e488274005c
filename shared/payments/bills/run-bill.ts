/**
 * One bill from its download to the last comparison. The first run reads the whole file before it compares anything, so
 * a broken file changes nothing; then it compares until its time is up, and stores its progress after each step. The
 * next run verifies the hash of what it downloaded and goes on at the byte where the last one stopped: nothing is lost,
 * and what is repeated changes nothing.
 */
import type { Account } from '../../core/account.ts';
import { isRefusal } from '../../core/errors.ts';
import { exclusiveLeaseMs } from '../../core/lease.ts';
import type { HasTime } from '../../core/ports.ts';
import { changeVersioned } from '../../core/versioned.ts';
import { WechatpayError } from '../../wechatpay/errors.ts';
import type { OrderPorts } from '../orders/ports.ts';
import { dayMs } from './bill-date.ts';
import { BillError } from './bill-error.ts';
import { billTypes } from './bill-types.ts';
import { compareMovements, findNotBilled, keyOf } from './compare.ts';
import { isElsewhere, isLearned, learn, repair } from './complete.ts';
import { recordDifference, settleOthers } from './differences.ts';
import { type BillFile, linesOf, noStatementCodes, verifyFile } from './download.ts';
import { hashOf } from './key-set.ts';
import type { BilledMovement } from './movement.ts';
import { hashOfFiles, isUnique, type ReadBill, readBill } from './read-bill.ts';
import type { Scope } from './recorded.ts';
import {
  type BillPosition,
  type BillProgress,
  type BillRecord,
  billsCollection,
  type TableBill,
} from './records.ts';
import { compareWithdrawals } from './withdrawal-bill.ts';

/** Two instances would read the same bill twice, and each store how far it has come over the other's. */
const leaseMs = exclusiveLeaseMs;
/** Movements of a kind that are looked up together: the database takes a list of 100. */
const batchSize = 100;
/** Batches that are compared at the same time. */
const concurrency = 12;

const beginning: Omit<BillProgress, 'sha1' | 'repeated'> = {
  phase: 'rows',
  lines: 0,
  at: { file: 0, byte: 0, skip: 0 },
  kind: 0,
  after: '',
};

/** @returns the bill as it is afterwards @throws WechatpayError without a usable answer: try again later */
export async function runBill(
  ports: OrderPorts,
  account: Account,
  known: BillRecord,
  hasTime: HasTime,
): Promise<BillRecord> {
  const nowMs = ports.clock.nowMs();
  const claim = await changeBill(ports, known, ({ leaseUntilMs, progress, startedAtMs }) =>
    leaseUntilMs > nowMs
      ? undefined
      : { leaseUntilMs: nowMs + leaseMs, startedAtMs: progress ? startedAtMs : nowMs },
  );
  if (!claim.changed) return claim.doc;
  try {
    if (isTable(claim.doc)) {
      const files = await fetchFiles(account, claim.doc);
      return await new BillRun(ports, account, claim.doc, files, hasTime).run();
    }
    const end = await compareWithdrawals(ports, account, claim.doc, hasTime);
    return await release(ports, claim.doc, end);
  } catch (error) {
    const end = await outcomeOf(ports, claim.doc, error);
    const bill = await release(ports, claim.doc, end);
    if (!end) throw error;
    return bill;
  }
}

function isTable(bill: BillRecord): bill is TableBill {
  return bill.type !== 'withdrawals';
}

/** A day without a bill counts as an empty bill, and our records are still compared with it. */
async function fetchFiles(account: Account, bill: TableBill): Promise<readonly BillFile[]> {
  try {
    return await billTypes[bill.type].download(account, bill);
  } catch (error) {
    if (isRefusal(error, noStatementCodes)) return [];
    throw error;
  }
}

type Changes = Partial<Omit<BillRecord, '_id' | 'version' | 'type'>>;

function changeBill(
  { documents }: Pick<OrderPorts, 'documents'>,
  known: BillRecord,
  change: (bill: BillRecord) => Changes | undefined,
) {
  return changeVersioned(documents, billsCollection, known, change);
}

/** Ends a run, unless another one has taken the bill over meanwhile. @returns the bill as it is afterwards */
async function release(ports: OrderPorts, claimed: BillRecord, end: Changes = {}): Promise<BillRecord> {
  const { doc } = await changeBill(ports, claimed, ({ leaseUntilMs }) =>
    leaseUntilMs === claimed.leaseUntilMs ? { ...end, leaseUntilMs: 0 } : undefined,
  );
  return doc;
}

/** The bill's status after a refusal or a broken file; undefined for errors that say nothing about the bill. */
async function outcomeOf(ports: OrderPorts, bill: BillRecord, error: unknown): Promise<Changes | undefined> {
  if (error instanceof BillError) {
    await recordDifference(ports, bill, {
      kind: 'UNREADABLE',
      movement: null,
      reference: `${bill.type}${bill.subMchid === null ? '' : `-${bill.subMchid}`}`,
      outTradeNo: null,
      billedFen: null,
      recordedFen: null,
      detail: `${error.code}: ${error.message}`,
    });
    const failure = { code: error.code, message: error.message };
    return { state: 'FAILED', progress: null, failure };
  }
  if (!(error instanceof WechatpayError) || error.kind !== 'refused') return undefined;
  if (error.code === 'STATEMENT_CREATING') return { state: 'WAITING', progress: null, failure: null };
  const advice = error.code === 'NO_AUTH' ? notAllowed[bill.type] : undefined;
  if (advice === undefined) return undefined;
  return { state: 'NOT_ALLOWED', progress: null, failure: { code: error.code, message: advice } };
}

/** By bill that WeChat Pay gives only to some merchants. */
const notAllowed: Readonly<Partial<Record<BillRecord['type'], string>>> = {
  'fundflow-sub':
    '请在服务商平台的产品中心开通“下载二级商户资金账单”。Open 下载二级商户资金账单 in the product centre of the partner platform.',
  withdrawals:
    '微信支付没有向此商户号开放提现异常账单，提现结果以查询和回调为准。WeChat Pay does not give this merchant the bill of failed withdrawals; queries and callbacks report their results.',
};

class BillRun {
  readonly #ports: OrderPorts;
  readonly #account: Account;
  readonly #files: readonly BillFile[];
  readonly #hasTime: HasTime;
  readonly #scope: Scope;
  #billed: ReadBill['billed'] | undefined;
  #bill: TableBill;

  constructor(
    ports: OrderPorts,
    account: Account,
    bill: TableBill,
    files: readonly BillFile[],
    hasTime: HasTime,
  ) {
    this.#ports = ports;
    this.#account = account;
    this.#bill = bill;
    this.#files = files;
    this.#hasTime = hasTime;
    const fromMs = Date.parse(`${bill.date}T00:00:00+08:00`);
    const holder = billTypes[bill.type].holder(bill.subMchid);
    this.#scope = { mchid: bill.mchid, holder, fromMs, toMs: fromMs + dayMs };
  }

  async run(): Promise<BillRecord> {
    const { progress } = this.#bill;
    const sha1 = hashOfFiles(this.#files);
    if (progress?.sha1 !== sha1 || !progress.at) await this.#begin(sha1);
    else for (const file of this.#files) await verifyFile(file);
    if (this.#progress.phase === 'rows') await this.#compareRows();
    if (this.#progress.phase === 'records') await this.#compareRecords();
    if (this.#bill.progress) return this.#store({ leaseUntilMs: 0 });
    await settleOthers(this.#ports, this.#bill);
    return this.#store({ state: this.#files.length > 0 ? 'DONE' : 'EMPTY', leaseUntilMs: 0 });
  }

  /** There is some from the first line to the last comparison. */
  get #progress(): BillProgress {
    return this.#bill.progress!;
  }

  /** @throws BillError for a file that is not the announced one, or not built as documented */
  async #begin(sha1: string): Promise<void> {
    const { sums, subMchids, unknownTypes, billed, repeated } = await readBill(this.#bill.type, this.#files);
    this.#billed = billed;
    await this.#reportUnknownTypes(unknownTypes);
    await this.#store({
      state: 'RUNNING',
      sums: this.#files.length > 0 ? sums : null,
      failure: null,
      subMchids,
      progress: { ...beginning, sha1, repeated },
    });
  }

  async #compareRows(): Promise<void> {
    const { at, repeated } = this.#progress;
    const twice = new Set(repeated);
    let line = this.#progress.lines;
    let batches: BilledMovement[][] = [[]];
    const flush = async (position: BillPosition) => {
      await Promise.all(batches.map((batch) => this.#compareBatch(batch, twice)));
      batches = [[]];
      await this.#store({ progress: { ...this.#progress, lines: line, at: position } });
      this.#ports.log.info('bill.progress', {
        bill: this.#bill._id,
        lines: line,
        rows: this.#bill.sums?.rows ?? 0,
      });
    };
    for (let file = at.file; file < this.#files.length; file++) {
      const reader = billTypes[this.#bill.type].reader();
      const begins = file === at.file ? at : { byte: 0, skip: 0 };
      for await (const { lines, fromByte } of linesOf(this.#files[file]!, begins.byte)) {
        for (const [index, text] of lines.entries()) {
          const movements = reader.take(text);
          // The header is read again; lines that were compared before are not.
          if (fromByte < begins.byte || (fromByte === begins.byte && index < begins.skip)) continue;
          line++;
          const last = batches.at(-1)!;
          last.push(...movements);
          // A line has two movements at most, of two kinds.
          if (last.length < batchSize) continue;
          if (batches.length < concurrency) batches.push([]);
          else {
            await flush({ file, byte: fromByte, skip: index + 1 });
            if (!this.#hasTime()) return;
          }
        }
      }
    }
    await flush({ file: this.#files.length, byte: 0, skip: 0 });
    await this.#store({ progress: { ...this.#progress, phase: 'records' } });
  }

  async #compareBatch(batch: readonly BilledMovement[], twice: ReadonlySet<string>): Promise<void> {
    await this.#reportTwice(batch, twice);
    const found = await compareMovements(this.#ports.documents, batch);
    const others = found.filter((mismatch) => !isLearned(mismatch) && !isElsewhere(mismatch));
    const repaired =
      this.#bill.type === 'trade' ? await repair(this.#ports, this.#account, others) : new Set();
    await learn(this.#ports, found.filter(isLearned));
    for (const mismatch of others) {
      const state = repaired.has(mismatch) ? 'REPAIRED' : 'OPEN';
      await recordDifference(this.#ports, this.#bill, mismatch.difference, state);
    }
  }

  async #reportTwice(batch: readonly BilledMovement[], twice: ReadonlySet<string>): Promise<void> {
    if (twice.size === 0) return;
    for (const billed of batch) {
      if (!isUnique(billed) || !twice.has(String(hashOf(keyOf(billed))))) continue;
      const { kind: movement, reference, outTradeNo = null, amountFen: billedFen } = billed;
      await recordDifference(this.#ports, this.#bill, {
        kind: 'BILLED_TWICE',
        movement,
        reference,
        outTradeNo,
        billedFen,
        recordedFen: null,
      });
    }
  }

  async #reportUnknownTypes(unknownTypes: ReadBill['unknownTypes']): Promise<void> {
    for (const [type, { rows, fen }] of unknownTypes) {
      await recordDifference(this.#ports, this.#bill, {
        kind: 'UNKNOWN_TYPE',
        movement: null,
        reference: type.slice(0, 64),
        outTradeNo: null,
        billedFen: fen,
        recordedFen: null,
        detail: `${rows} 行 · lines`,
      });
    }
  }

  async #compareRecords(): Promise<void> {
    const { kinds } = billTypes[this.#bill.type];
    this.#billed ??= (await readBill(this.#bill.type, this.#files)).billed;
    for (;;) {
      const { kind, after } = this.#progress;
      const looked = kinds[kind];
      if (!looked) break;
      const page = await findNotBilled(this.#ports.documents, this.#scope, looked, after, this.#billed);
      for (const difference of page.differences) await recordDifference(this.#ports, this.#bill, difference);
      const next = page.next === undefined ? { kind: kind + 1, after: '' } : { kind, after: page.next };
      await this.#store({ progress: { ...this.#progress, ...next } });
      if (!this.#hasTime() && kinds[next.kind]) return;
    }
    await this.#store({ progress: null });
  }

  /** @throws when another run has taken over the bill */
  async #store(set: Changes): Promise<BillRecord> {
    const { doc, changed } = await changeVersioned(
      this.#ports.documents,
      billsCollection,
      this.#bill,
      ({ version }) => (version === this.#bill.version ? set : undefined),
    );
    if (!changed) throw new Error(`The bill ${this.#bill._id} is being processed by another run.`);
    this.#bill = doc;
    return doc;
  }
}
