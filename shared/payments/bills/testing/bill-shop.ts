/** A shop whose account answers with bills written by a test, with documents in memory and a fixed clock. */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { Account } from '../../../core/account.ts';
import { defaultPolicy } from '../../../core/policy.ts';
import { type MemoryDocuments, memoryDocuments } from '../../../core/testing/documents.ts';
import { WechatpayError } from '../../../wechatpay/errors.ts';
import type { OrderPorts } from '../../orders/ports.ts';
import type { BillDay, BillRecord, DifferenceRecord } from '../records.ts';

export const billDate = '2026-03-21';
export const noonMs = Date.parse(`${billDate}T12:00:00+08:00`);
export const billMchid = '1900000001';
export const owner = { account: 'direct', mchid: billMchid, subMchid: null } as const;

/** A file, or the code that WeChat Pay refuses with. */
export type BillAnswer = string | { readonly refused: string };

export interface BillShop {
  readonly documents: MemoryDocuments;
  readonly ports: OrderPorts;
  readonly account: Account;
  readonly logged: string[];
  /** Of these, the events at error level. */
  readonly errors: string[];
  nowMs: number;
  trade: BillAnswer;
  /** Of the basic account. */
  flow: BillAnswer;
  /** What is announced of a file. */
  announce: (sha1: string) => string;
  differences(): DifferenceRecord[];
  days(): BillDay[];
  bills(): BillRecord[];
}

export function billShop(trade: BillAnswer, flow: BillAnswer = { refused: 'NO_STATEMENT_EXIST' }): BillShop {
  const documents = memoryDocuments();
  const logged: string[] = [];
  const errors: string[] = [];
  const log = (event: string, fields: unknown) => void logged.push(`${event} ${JSON.stringify(fields)}`);
  const logError = (event: string, fields: unknown) => {
    errors.push(event);
    log(event, fields);
  };
  const fileOf = (answer: BillAnswer): string => {
    if (typeof answer !== 'string') throw new WechatpayError('refused', answer.refused, answer.refused);
    return answer;
  };
  const announced = (name: string, answer: BillAnswer) => ({
    hash_type: 'SHA1',
    hash_value: shop.announce(createHash('sha1').update(fileOf(answer)).digest('hex')),
    download_url: `https://api.mch.weixin.qq.com/v3/billdownload/file?token=${name}`,
  });
  const request = async (route: string, { token, account_type }: Record<string, string>) => {
    switch (route) {
      case 'GET /v3/bill/tradebill':
        return announced('trade', shop.trade);
      case 'GET /v3/bill/fundflowbill':
        return announced('flow', account_type === 'BASIC' ? shop.flow : { refused: 'NO_STATEMENT_EXIST' });
      default:
        return gzipSync(fileOf(token === 'trade' ? shop.trade : shop.flow), { level: 1 });
    }
  };
  const account = {
    kind: 'direct',
    appid: 'wx1',
    mchid: billMchid,
    client: { request },
  } as unknown as Account;
  const shop: BillShop = {
    documents,
    account,
    logged,
    errors,
    nowMs: noonMs + 24 * 3600_000,
    trade,
    flow,
    announce: (sha1) => sha1,
    ports: {
      documents,
      clock: { nowMs: () => shop.nowMs },
      log: { info: log, warn: log, error: logError },
      policy: defaultPolicy,
      accounts: { find: (kind) => (kind === 'direct' ? account : undefined) },
    },
    differences: () => documents.all<DifferenceRecord>('bill_differences'),
    days: () => documents.all<BillDay>('bill_days'),
    bills: () => documents.all<BillRecord>('bills'),
  };
  return shop;
}

const yuan = (fen: number) => (fen / 100).toFixed(2);

export interface TradeLine {
  readonly refund?: string;
  readonly subMchid?: string;
  readonly transactionId: string;
  readonly outTradeNo: string;
  readonly fen: number;
  readonly feeFen: number;
}

/** A trade bill with the columns that are read. */
export function tradeBillText(lines: readonly TradeLine[]): string {
  const paid = lines.filter(({ refund }) => refund === undefined);
  const refunded = lines.filter(({ refund }) => refund !== undefined);
  const total = (of: readonly TradeLine[]) => yuan(of.reduce((sum, { fen }) => sum + fen, 0));
  return [
    '交易时间,特约商户号,微信订单号,商户订单号,交易状态,商户退款单号,申请退款金额,商品名称,手续费,订单金额',
    ...lines.map(({ refund, subMchid = '0', transactionId, outTradeNo, fen, feeFen }) =>
      [
        '2026-03-21 12:00:00',
        subMchid,
        transactionId,
        outTradeNo,
        refund === undefined ? 'SUCCESS' : 'REFUND',
        refund ?? '0',
        yuan(refund === undefined ? 0 : fen),
        '龙井,`明前`',
        `${refund !== undefined && feeFen > 0 ? '-' : ''}${yuan(feeFen)}000`,
        yuan(refund === undefined ? fen : 0),
      ]
        .map((value) => `\`${value}`)
        .join(','),
    ),
    '总交易单数,订单总金额,申请退款总金额',
    `\`${lines.length},\`${total(paid)},\`${total(refunded)}`,
    '',
  ].join('\r\n');
}

export interface FlowLine {
  readonly businessNo: string;
  readonly voucherNo: string;
  readonly type: string;
  /** Positive for 收入. */
  readonly fen: number;
  readonly note?: string;
}

/** A fund flow bill with the columns that are read. */
export function fundFlowText(lines: readonly FlowLine[]): string {
  const income = lines.filter(({ fen }) => fen > 0);
  const expense = lines.filter(({ fen }) => fen <= 0);
  const total = (of: readonly FlowLine[]) => yuan(of.reduce((sum, { fen }) => sum + Math.abs(fen), 0));
  return [
    '记账时间,微信支付业务单号,业务类型,收支类型,收支金额(元),备注,业务凭证号',
    ...lines.map(({ businessNo, voucherNo, type, fen, note = '' }) =>
      [
        '2026-03-21 12:00:00',
        businessNo,
        type,
        fen > 0 ? '收入' : '支出',
        yuan(Math.abs(fen)),
        note,
        voucherNo,
      ]
        .map((value) => `\`${value}`)
        .join(','),
    ),
    '资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额',
    `\`${lines.length},\`${income.length},\`${total(income)},\`${expense.length},\`${total(expense)}`,
    '',
  ].join('\r\n');
}
