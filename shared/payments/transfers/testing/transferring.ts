import type { TransferMoneyAnswers, TransferView } from '../../../contract/index.ts';
import { scriptedShop } from '../../testing/scripted-shop.ts';
import type { TransferPorts } from '../ports.ts';
import { type TransferRecord, transfersCollection } from '../records.ts';
import { transferMoney } from '../transfer-money.ts';
import type { TransferStatus } from '../wire.ts';

export const openid = 'oReceiver';
export const transferRequest = {
  action: 'transfer',
  requestToken: '0123456789abcdef',
  openid,
  amountFen: 5000,
  remark: '三月佣金',
  sceneId: '1005',
  reports: { 岗位类型: '推广员', 报酬说明: '三月佣金' },
};

/** A shop that transfers money; WeChat Pay waits for the confirmation of each transfer. */
export function transferring() {
  const shop = scriptedShop();
  shop.answer = (_, { out_bill_no }) => ({
    out_bill_no,
    transfer_bill_no: '133',
    state: 'WAIT_USER_CONFIRM',
    package_info: 'PACKAGE',
    create_time: '2026-01-02T11:04:05+08:00',
  });
  const ports: TransferPorts = Object.assign(shop.ports, {
    scenes: () => ['1000', '1005'],
    notifyUrl: (): string | undefined => 'https://shop.example/notify',
  });
  const act = (event: object, changes: Partial<TransferPorts> = {}) =>
    transferMoney({ ...ports, ...changes }, 'oOperator', event);
  return {
    shop,
    ports,
    act,
    transfer: async (
      changes: object = {},
      portChanges: Partial<TransferPorts> = {},
    ): Promise<TransferView> => {
      const answer = await act({ ...transferRequest, ...changes }, portChanges);
      return (answer as TransferMoneyAnswers['transfer']).transfer;
    },
    stored: () => shop.documents.all<TransferRecord>(transfersCollection)[0]!,
    put: (transfer: TransferRecord) => shop.documents.put(transfersCollection, transfer),
  };
}

/** A transfer as it is after the application, without what the test names. */
export function transferRecord(changes: Partial<TransferRecord> = {}): TransferRecord {
  const nowMs = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
  return {
    _id: 'B1',
    version: 1,
    appid: 'wx0123456789abcdef',
    mchid: '1900000001',
    openid,
    amountFen: 5000,
    remark: '三月佣金',
    sceneId: '1005',
    state: 'RESERVED',
    operatorOpenid: null,
    request: { path: '/v3/transfer', body: '{"out_bill_no":"B1"}', serial: null },
    authorizationId: null,
    day: '2026-01-02',
    cancelRequested: false,
    attempts: 0,
    nextAtMs: nowMs,
    askedAtMs: 0,
    transferBillNo: null,
    packageInfo: null,
    createdAtMs: nowMs,
    expiresAtMs: null,
    endedAtMs: null,
    failReason: null,
    failure: null,
    listKey: '01',
    ...changes,
  };
}

export const said = (state: string, changes: Partial<TransferStatus> = {}): TransferStatus => ({
  outBillNo: 'B1',
  transferBillNo: '133',
  state,
  ...changes,
});
