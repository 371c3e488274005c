/**
 * 分账 of an e-commerce platform's sub-merchants (电商收付通).
 * https://pay.weixin.qq.com/doc/v3/partner/4012691594 (请求分账), and the pages beside it
 */
import type { ShareReceiver } from '../../contract/index.ts';
import type { SharingFamily } from './family.ts';
import type { ShareRequest, ShareReturn, SharingRecord } from './records.ts';
import { descriptions, returnStatus, shareStatus } from './wire.ts';

const secondMs = 1000;
const dayMs = 24 * 3600 * secondMs;

const orderOf = (sharing: SharingRecord, { outOrderNo }: ShareRequest) => ({
  sub_mchid: sharing.subMchid ?? '',
  transaction_id: sharing.transactionId,
  out_order_no: outOrderNo,
});

/** This family has no sub-merchants' openids. */
const typeOf = ({ type }: ShareReceiver) => type as 'MERCHANT_ID' | 'PERSONAL_OPENID';

type Relation = 'SUPPLIER' | 'DISTRIBUTOR' | 'SERVICE_PROVIDER' | 'PLATFORM' | 'OTHERS';

export const ecommerceFamily: SharingFamily = {
  // Of 300: https://pay.weixin.qq.com/docs/partner/apis/ecommerce-profit-sharing/orders/create-order.html
  sharesPerSecond: 250,
  minAgeMs: 30 * secondMs,
  frozenForMs: 180 * dayMs,
  receiverTypes: ['MERCHANT_ID', 'PERSONAL_OPENID'],
  relations: ['SUPPLIER', 'DISTRIBUTOR', 'SERVICE_PROVIDER', 'PLATFORM', 'OTHERS'],

  async share({ appid, client }, sharing, request) {
    const answer = await client.request('POST /v3/ecommerce/profitsharing/orders', {
      appid,
      ...orderOf(sharing, request),
      receivers: request.receivers.map((share) => ({
        type: typeOf(share),
        receiver_account: share.account,
        amount: share.amountFen,
        description: share.description,
      })),
      finish: false,
    });
    return shareStatus(undefined, answer.order_id);
  },

  async free({ client }, sharing, request) {
    const answer = await client.request('POST /v3/ecommerce/profitsharing/finish-order', {
      ...orderOf(sharing, request),
      description: descriptions.free,
    });
    return shareStatus(undefined, answer.order_id);
  },

  async query({ client }, sharing, request) {
    const answer = await client.request('GET /v3/ecommerce/profitsharing/orders', orderOf(sharing, request));
    const receivers = answer.receivers?.map((each) => ({
      ...each,
      account: each.receiver_account ?? each.receiver_mchid ?? '',
    }));
    return shareStatus(answer.status, answer.order_id, receivers);
  },

  async returnShare({ client }, sharing, made) {
    const answer = await client.request('POST /v3/ecommerce/profitsharing/returnorders', {
      ...returnOf(sharing, made),
      return_mchid: made.mchid,
      amount: made.amountFen,
      description: descriptions.returned,
      transaction_id: sharing.transactionId,
    });
    return returnStatus(answer);
  },

  async queryReturn({ client }, sharing, made) {
    const parameters = returnOf(sharing, made);
    return returnStatus(await client.request('GET /v3/ecommerce/profitsharing/returnorders', parameters));
  },

  async unsplitFen({ client }, transaction_id) {
    const route = 'GET /v3/ecommerce/profitsharing/orders/{transaction_id}/amounts';
    return (await client.request(route, { transaction_id })).unsplit_amount;
  },

  async maxRatio() {
    return undefined;
  },

  async addReceiver({ appid, client }, _subMchid, receiver) {
    await client.request('POST /v3/ecommerce/profitsharing/receivers/add', {
      appid,
      type: typeOf(receiver),
      account: receiver.account,
      ...(receiver.name !== undefined && { encrypted_name: receiver.name }),
      relation_type: receiver.relation as Relation,
    });
  },

  async deleteReceiver({ appid, client }, _subMchid, receiver) {
    const parameters = { appid, type: typeOf(receiver), account: receiver.account };
    await client.request('POST /v3/ecommerce/profitsharing/receivers/delete', parameters);
  },
};

function returnOf(sharing: SharingRecord, { outOrderNo, outReturnNo }: ShareReturn) {
  return { sub_mchid: sharing.subMchid ?? '', out_order_no: outOrderNo, out_return_no: outReturnNo };
}
