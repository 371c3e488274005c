import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Account } from '../../core/account.ts';
import { memoryDocuments } from '../../core/testing/documents.ts';
import { WechatpayError } from '../../wechatpay/errors.ts';
import { recordMovement } from '../ledger/ledger.ts';
import { type DifferenceRecord, reconcileDay, reconcileYesterday } from './reconcile-day.ts';

const date = '2026-03-21';
const noonMs = Date.parse(`${date}T12:00:00+08:00`);
const mchid = '1900000001';
const owner = { account: 'direct', mchid, subMchid: null } as const;

/** A day of payments; `recorded` what we have of them, `billed` what the bill has. Absent: one side lacks it. */
interface Planted {
  readonly no: number;
  readonly recordedFen: number | null;
  readonly billedFen: number | null;
}

const yuan = (fen: number) => (fen / 100).toFixed(2);

function billOf(rows: readonly Planted[]): string {
  const billed = rows.filter(({ billedFen }) => billedFen !== null);
  const total = yuan(billed.reduce((sum, { billedFen }) => sum + billedFen!, 0));
  return [
    '微信订单号,商户订单号,特约商户号,交易状态,商品名称,手续费,订单金额',
    ...billed.map(
      ({ no, billedFen }) => `\`42${no},\`T${no},\`0,\`SUCCESS,\`龙井,\`0.00000,\`${yuan(billedFen!)}`,
    ),
    '总交易单数,订单总金额',
    `\`${billed.length},\`${total}`,
    '',
  ].join('\r\n');
}

function shopWith(file: string | WechatpayError, announce = (sha1: string) => sha1) {
  const documents = memoryDocuments();
  const logged: string[] = [];
  const log = (event: string, fields: unknown) => void logged.push(`${event} ${JSON.stringify(fields)}`);
  const request = async (route: string) => {
    if (typeof file !== 'string') throw file;
    const hash_value = announce(createHash('sha1').update(file).digest('hex'));
    if (route === 'GET /v3/billdownload/file') return gzipSync(file);
    return {
      hash_type: 'SHA1',
      hash_value,
      download_url: 'https://api.mch.weixin.qq.com/v3/billdownload/file?token=t',
    };
  };
  const account = { kind: 'direct', appid: 'wx1', mchid, client: { request } } as unknown as Account;
  const ports = { documents, clock: { nowMs: () => noonMs }, log: { info: log, warn: log, error: log } };
  return {
    documents,
    logged,
    run: () => reconcileDay(ports, account, date),
    runAt: (time: string) =>
      reconcileYesterday({ ...ports, clock: { nowMs: () => Date.parse(time) } }, account),
  };
}

async function plant(documents: ReturnType<typeof memoryDocuments>, rows: readonly Planted[]): Promise<void> {
  for (const { no, recordedFen } of rows) {
    if (recordedFen === null) continue;
    const movement = { kind: 'PAYMENT', amountFen: recordedFen, reference: `42${no}`, atMs: noonMs } as const;
    await recordMovement(documents, { outTradeNo: `T${no}`, ...owner }, movement);
  }
}

const found = (documents: ReturnType<typeof memoryDocuments>) =>
  documents.all<DifferenceRecord>('bill_differences').map(({ kind, reference }) => `${kind} ${reference}`);

describe('a day', () => {
  it('finds every planted difference and invents none', async () => {
    const fen = fc.integer({ min: 1, max: 1_000_000 });
    const row = fc.oneof(
      { weight: 6, arbitrary: fen.map((amount) => [amount, amount] as const) },
      { weight: 1, arbitrary: fen.map((amount) => [amount, null] as const) },
      { weight: 1, arbitrary: fen.map((amount) => [null, amount] as const) },
      { weight: 1, arbitrary: fc.tuple(fen, fen) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 60 }), async (pairs) => {
        const rows = pairs.map(([recordedFen, billedFen], no) => ({ no, recordedFen, billedFen }));
        const { documents, run } = shopWith(billOf(rows));
        await plant(documents, rows);
        const expected = rows.flatMap(({ no, recordedFen, billedFen }) => {
          if (recordedFen === billedFen) return [];
          const kind =
            recordedFen === null ? 'NOT_RECORDED' : billedFen === null ? 'NOT_BILLED' : 'OTHER_AMOUNT';
          return [`${kind} 42${no}`];
        });
        expect(await run()).toMatchObject({ state: 'DONE', differences: expected.length });
        expect(found(documents).sort()).toEqual(expected.sort());
      }),
      { numRuns: 200 },
    );
  });

  it('done again changes nothing', async () => {
    const rows = [{ no: 1, recordedFen: null, billedFen: 100 }];
    const { documents, run } = shopWith(billOf(rows));
    await run();
    const before = documents.all('bill_differences');
    await run();
    expect(documents.all('bill_differences')).toEqual(before);
    expect(documents.all('bill_days')).toHaveLength(1);
  });

  it('compares refunds by their number, whatever day the money went', async () => {
    const file = [
      '微信订单号,商户订单号,特约商户号,交易状态,商户退款单号,申请退款金额,商品名称,手续费,订单金额',
      ...['R1', 'R2', 'R3'].map((no) => `\`42,\`T1,\`0,\`REFUND,\`${no},\`1.00,\`龙井,\`0.00000,\`0.00`),
      '总交易单数,申请退款总金额',
      '`3,`3.00',
    ].join('\n');
    const { documents, run } = shopWith(file);
    documents.put(
      'refunds',
      { _id: 'R1', outTradeNo: 'T1', amountFen: 100 } as never,
      { _id: 'R2', outTradeNo: 'T1', amountFen: 99 } as never,
    );
    await run();
    expect(found(documents)).toEqual(['OTHER_AMOUNT R2', 'NOT_RECORDED R3']);
  });

  it('whose file is not the announced one compares nothing', async () => {
    const { documents, run } = shopWith(billOf([{ no: 1, recordedFen: null, billedFen: 100 }]), () =>
      'f'.repeat(40),
    );
    expect(await run()).toMatchObject({ state: 'FAILED', failure: { code: 'BILL_HASH' } });
    expect(found(documents)).toEqual([]);
  });

  const refused = (code: string) => new WechatpayError('refused', code, 'x');
  it.each([
    ['STATEMENT_CREATING', 'WAITING'],
    ['NO_STATEMENT_EXIST', 'EMPTY'],
  ])('with %s is %s', async (code, state) => {
    expect(await shopWith(refused(code)).run()).toMatchObject({ state, failure: null });
  });

  it('is reconciled once, the morning after, and asked for again while it is not ready', async () => {
    const { runAt } = shopWith(billOf([]));
    expect(await runAt('2026-03-22T09:00:00+08:00')).toBeUndefined();
    expect(await runAt('2026-03-22T10:05:00+08:00')).toMatchObject({ state: 'DONE', date });
    expect(await runAt('2026-03-22T10:30:00+08:00')).toBeUndefined();
    const waiting = shopWith(refused('STATEMENT_CREATING'));
    expect(await waiting.runAt('2026-03-22T10:05:00+08:00')).toMatchObject({ state: 'WAITING' });
    expect(await waiting.runAt('2026-03-22T10:19:00+08:00')).toBeUndefined();
    expect(await waiting.runAt('2026-03-22T10:20:00+08:00')).toMatchObject({ state: 'WAITING' });
  });

  it('that cannot be asked for fails the run, which tries again', async () => {
    await expect(shopWith(refused('NO_AUTH')).run()).rejects.toMatchObject({ code: 'NO_AUTH' });
  });
});
