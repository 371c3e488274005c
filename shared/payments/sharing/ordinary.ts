/**
 * 分账 of direct merchants and of ordinary partners' sub-merchants.
 * https://pay.weixin.qq.com/docs/merchant/products/profit-sharing/apilist.html, and the same for partners with sub_mchid
 */
import type { Account } from '../../core/account.ts';
import type { SharingFamily } from './family.ts';
import type { ShareRequest, ShareReturn, SharingRecord } from './records.ts';
import { descriptions, returnStatus, shareStatus } from './wire.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

const of = (subMchid: string | null) => (subMchid === null ? {} : { sub_mchid: subMchid });

const orderOf = (sharing: SharingRecord, { outOrderNo }: ShareRequest) => ({
  ...of(sharing.subMchid),
  transaction_id: sharing.transactionId,
  out_order_no: outOrderNo,
});

const appids = ({ appid, subAppid }: Account) => ({
  appid,
  ...(subAppid !== undefined && { sub_appid: subAppid }),
});

type Relation = 'SERVICE_PROVIDER' | 'STORE' | 'STAFF' | 'STORE_OWNER' | 'PARTNER' | 'HEADQUARTER';

export const ordinaryFamily: SharingFamily = {
  // Of 30: https://pay.weixin.qq.com/wiki/doc/api/allocation_sl.php?chapter=25_1&index=1
  sharesPerSecond: 25,
  minAgeMs: minuteMs,
  frozenForMs: 30 * dayMs,
  receiverTypes: ['MERCHANT_ID', 'PERSONAL_OPENID', 'PERSONAL_SUB_OPENID'],
  relations: [
    ...['SERVICE_PROVIDER', 'STORE', 'STAFF', 'STORE_OWNER', 'PARTNER', 'HEADQUARTER'],
    ...['BRAND', 'DISTRIBUTOR', 'USER', 'SUPPLIER', 'CUSTOM'],
  ],

  async share(account, sharing, request) {
    const answer = await account.client.request('POST /v3/profitsharing/orders', {
      ...appids(account),
      ...orderOf(sharing, request),
      receivers: request.receivers.map(({ type, account: to, amountFen, description }) => ({
        type,
        account: to,
        amount: amountFen,
        description,
      })),
      unfreeze_unsplit: false,
    });
    return shareStatus(answer.state, answer.order_id, answer.receivers);
  },

  async free({ client }, sharing, request) {
    const answer = await client.request('POST /v3/profitsharing/orders/unfreeze', {
      ...orderOf(sharing, request),
      description: descriptions.free,
    });
    return shareStatus(answer.state, answer.order_id, answer.receivers);
  },

  async query({ client }, sharing, request) {
    const parameters = orderOf(sharing, request);
    const answer = await client.request('GET /v3/profitsharing/orders/{out_order_no}', parameters);
    return shareStatus(answer.state, answer.order_id, answer.receivers);
  },

  async returnShare({ client }, sharing, made) {
    const answer = await client.request('POST /v3/profitsharing/return-orders', {
      ...of(sharing.subMchid),
      ...returnOf(made),
      return_mchid: made.mchid,
      amount: made.amountFen,
      description: descriptions.returned,
    });
    return returnStatus(answer);
  },

  async queryReturn({ client }, sharing, made) {
    const parameters = { ...of(sharing.subMchid), ...returnOf(made) };
    return returnStatus(
      await client.request('GET /v3/profitsharing/return-orders/{out_return_no}', parameters),
    );
  },

  async unsplitFen({ client }, transaction_id) {
    const route = 'GET /v3/profitsharing/transactions/{transaction_id}/amounts';
    return (await client.request(route, { transaction_id })).unsplit_amount;
  },

  async maxRatio({ client }, sub_mchid) {
    if (sub_mchid === null) return undefined;
    const route = 'GET /v3/profitsharing/merchant-configs/{sub_mchid}';
    return (await client.request(route, { sub_mchid })).max_ratio;
  },

  async addReceiver(account, subMchid, receiver) {
    await account.client.request('POST /v3/profitsharing/receivers/add', {
      ...of(subMchid),
      ...appids(account),
      type: receiver.type,
      account: receiver.account,
      ...(receiver.name !== undefined && { name: receiver.name }),
      relation_type: receiver.relation as Relation,
      ...(receiver.customRelation !== undefined && { custom_relation: receiver.customRelation }),
    });
  },

  async deleteReceiver(account, subMchid, { type, account: to }) {
    await account.client.request('POST /v3/profitsharing/receivers/delete', {
      ...of(subMchid),
      ...appids(account),
      type,
      account: to,
    });
  },
};

function returnOf({ outOrderNo, outReturnNo }: ShareReturn) {
  return { out_order_no: outOrderNo, out_return_no: outReturnNo };
}
