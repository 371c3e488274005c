import { describe, expect, it } from 'vitest';
import { refusal } from '../testing/scripted-shop.ts';
import { applyTransferCallback } from './callback.ts';
import { receiveTransfer } from './receive-transfer.ts';
import type { TransferRecord } from './records.ts';
import { openid, transferRecord, transferring } from './testing/transferring.ts';
import { viewForOperator, viewForReceiver } from './view.ts';

describe('who receives', () => {
  const seen = (changes: Partial<TransferRecord>) =>
    viewForReceiver(transferRecord({ packageInfo: 'P', expiresAtMs: 100, ...changes }), 99);

  it.each(['WAIT_USER_CONFIRM', 'TRANSFERING'] as const)('confirms it while it is %s', (state) => {
    const { appid, mchid } = transferRecord();
    expect(seen({ state }).confirmation).toEqual({ mchId: mchid, appId: appid, package: 'P' });
    expect(seen({ state, expiresAtMs: null })).toHaveProperty('confirmation');
  });

  it.each([
    { state: 'ACCEPTED' },
    { packageInfo: null },
    { cancelRequested: true },
    { expiresAtMs: 99 },
  ] as const)('has nothing to confirm of %j', (changes) => {
    expect(seen({ state: 'WAIT_USER_CONFIRM', ...changes })).not.toHaveProperty('confirmation');
  });

  it('does not see why it waits, nor the number of WeChat Pay; who transfers does', () => {
    const transfer = transferRecord({
      failure: { code: 'X', message: 'y' },
      transferBillNo: '133',
      failReason: 'Z',
      endedAtMs: 9,
      expiresAtMs: 7,
    });
    const common = {
      outBillNo: 'B1',
      amountFen: 5000,
      remark: '三月佣金',
      sceneId: '1005',
      state: 'WAITING',
      createdAtMs: transfer.createdAtMs,
      endedAtMs: 9,
      failReason: 'Z',
    };
    expect(viewForReceiver(transfer, 1)).toEqual(common);
    expect(viewForOperator(transfer)).toEqual({
      ...common,
      openid,
      transferBillNo: '133',
      failure: transfer.failure,
    });
    expect(viewForOperator(transferRecord({ state: 'REQUESTED', expiresAtMs: 7 }))).toEqual({
      ...{ outBillNo: 'B1', amountFen: 5000, remark: '三月佣金', sceneId: '1005', state: 'WAITING' },
      ...{ createdAtMs: transfer.createdAtMs, expiresAtMs: 7, openid },
    });
    expect(viewForOperator(transferRecord())).not.toHaveProperty('expiresAtMs');
  });

  it('sees only what is theirs', async () => {
    const { ports, put } = transferring();
    put(transferRecord({ state: 'FAIL', nextAtMs: null }));
    const query = { action: 'query', outBillNo: 'B1' };
    expect(await receiveTransfer(ports, openid, query)).toMatchObject({ transfer: { state: 'FAIL' } });
    for (const [by, outBillNo] of [
      ['oStranger', 'B1'],
      [openid, 'B2'],
    ] as const) {
      await expect(receiveTransfer(ports, by, { ...query, outBillNo })).rejects.toMatchObject({
        code: 'TRANSFER_NOT_FOUND',
      });
    }
    expect(await receiveTransfer(ports, openid, { action: 'list' })).toMatchObject({
      transfers: [{ outBillNo: 'B1' }],
    });
    expect(await receiveTransfer(ports, 'oStranger', { action: 'list' })).toEqual({ transfers: [] });
  });

  it.each(['!B1', 'B1!', ''])('cannot name a transfer %j', async (outBillNo) => {
    const asked = receiveTransfer(transferring().ports, openid, { action: 'query', outBillNo });
    await expect(asked).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  });

  it('learns in our words that WeChat Pay cannot be asked', async () => {
    const { shop, ports, put } = transferring();
    put(transferRecord({ state: 'ACCEPTED' }));
    shop.answer = () => {
      throw refusal('RESPONSE_TIMEOUT', 'unknown');
    };
    const query = receiveTransfer(ports, openid, {
      action: 'query',
      outBillNo: 'B1',
    });
    await expect(query).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
  });
});

describe('a callback', () => {
  const resource = {
    mch_id: '1900000001',
    out_bill_no: 'B1',
    transfer_bill_no: '133',
    state: 'TRANSFERING',
    transfer_amount: 5000,
    openid,
  };
  it('is applied once', async () => {
    const { shop, put } = transferring();
    put(transferRecord({ state: 'ACCEPTED' }));
    const success = { ...resource, state: 'SUCCESS' };
    expect(await applyTransferCallback(shop.ports, 'direct', success)).toBe('changed');
    expect(await applyTransferCallback(shop.ports, 'direct', success)).toBe('no-news');
  });

  it.each([
    ['another number', 'direct', { out_bill_no: 'B2' }],
    ['another merchant', 'direct', { mch_id: '1' }],
    ['another account', 'partner', {}],
  ] as const)('of %s is left alone', async (_, account, changes) => {
    const { shop, put } = transferring();
    put(transferRecord({ state: 'ACCEPTED' }));
    expect(await applyTransferCallback(shop.ports, account, { ...resource, ...changes })).toBe(
      'UNKNOWN_TRANSFER',
    );
    expect(shop.documents.all('transfers')).toMatchObject([{ version: 1 }]);
  });
});
