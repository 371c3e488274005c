/** Transfers of a shop at the simulator: what operators and receivers do, and the time that passes. */
import type {
  ReceiveTransferAnswers,
  TransferMoneyAnswers,
  TransferView,
} from '../../shared/contract/index.ts';
import { type LedgerEntry, ledgerCollection } from '../../shared/payments/ledger/ledger.ts';
import type { TransferPorts } from '../../shared/payments/transfers/ports.ts';
import { receiveTransfer } from '../../shared/payments/transfers/receive-transfer.ts';
import { type TransferRecord, transfersCollection } from '../../shared/payments/transfers/records.ts';
import { transferMoney } from '../../shared/payments/transfers/transfer-money.ts';
import { workOnDueTransfers } from '../../shared/payments/transfers/work.ts';
import { type RefundShop, refundShop } from './refund-shop.ts';

export const openid = 'oReceiver';
const token = (name: string) => name.padStart(16, '0');
const details = {
  openid,
  amountFen: 5000,
  remark: '三月佣金',
  sceneId: '1005',
  reports: { 岗位类型: '推广员', 报酬说明: '三月佣金' },
};

export class TransferShop {
  readonly shop: RefundShop;
  ports: TransferPorts;

  constructor(shop: RefundShop) {
    this.shop = shop;
    this.ports = {
      ...shop.ports,
      scenes: () => ['1000', '1005'],
      notifyUrl: () => 'https://shop.example/pay-notify/direct',
    };
  }

  balance(change: object) {
    return this.shop.sandbox.control('POST', `/merchants/${this.shop.account.mchid}/balance`, change);
  }

  /** @param name of the request token */
  async transfer(name: string, changes: object = {}, ports = this.ports): Promise<TransferView> {
    const request = { action: 'transfer', requestToken: token(name), ...details, ...changes };
    const answer = await transferMoney(ports, 'oOperator', request);
    return (answer as TransferMoneyAnswers['transfer']).transfer;
  }

  async act(action: 'query' | 'cancel', outBillNo: string): Promise<TransferView> {
    const answer = await transferMoney(this.ports, 'oOperator', { action, outBillNo });
    return (answer as TransferMoneyAnswers['query']).transfer;
  }

  /** What a person sees of it. */
  async seen(outBillNo: string, by = openid): Promise<TransferView> {
    const answer = await receiveTransfer(this.ports, by, { action: 'query', outBillNo });
    return (answer as ReceiveTransferAnswers['query']).transfer;
  }

  confirm(outBillNo: string, body: object = {}) {
    return this.shop.sandbox.control('POST', `/transfers/${outBillNo}/confirm`, { openid, ...body });
  }

  async pass(minutes: number): Promise<void> {
    for (let minute = 0; minute < minutes; minute++) {
      await this.shop.sandbox.clock.advance(60_000);
      await workOnDueTransfers(this.ports, () => true);
    }
  }

  stored(outBillNo: string): TransferRecord {
    return this.shop.documents.peek<TransferRecord>(transfersCollection, outBillNo)!;
  }

  applications() {
    return this.shop.sent.filter(({ method, url }) => method === 'POST' && url.endsWith('/transfer-bills'));
  }

  async atSimulator(): Promise<{ outBillNo: string; state: string; openid: string }[]> {
    return (await this.shop.sandbox.control('GET', '/transfers')).json.transfers;
  }

  ledger(): LedgerEntry[] {
    return this.shop.documents.all<LedgerEntry>(ledgerCollection).filter(({ kind }) => kind === 'TRANSFER');
  }

  close(): Promise<void> {
    return this.shop.close();
  }
}

export async function transferShop(): Promise<TransferShop> {
  const shop = new TransferShop(await refundShop());
  await shop.balance({ addFen: 10_000_000 });
  return shop;
}
