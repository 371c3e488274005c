/** What the shop's operators do besides refunds: sharing, transfers to persons, withdrawals; and what banks do with them. */
import { users } from '../../sandbox/system/shop.ts';
import type { TransferView, WithdrawalView } from '../../shared/contract/index.ts';
import type { OrderRecord } from '../../shared/payments/orders/records.ts';
import { loadSharing } from '../../shared/payments/sharing/records.ts';
import type { Action } from './plan.ts';
import { operator, type Shop } from './shop.ts';

type OperatorAction = Extract<
  Action,
  { does: 'set a sharing rule' } | { readonly transfer: number } | { readonly withdrawal: number }
>;

/** Enough for what is transferred and withdrawn in one story. */
const balanceFen = 1_000_000;

export class Operators {
  readonly #shop: Shop;
  /** out_bill_no and out_request_no, by their number in the plan. */
  readonly #transfers = new Map<number, string>();
  readonly #withdrawals = new Map<number, string>();
  #tokens = 0;

  constructor(shop: Shop) {
    this.#shop = shop;
  }

  async act(action: OperatorAction): Promise<void> {
    switch (action.does) {
      case 'set a sharing rule':
        return this.#setRule(action);
      case 'transfer':
        return this.#transfer(action);
      case 'withdraw':
        return this.#withdraw(action);
      case 'bank returns the withdrawal': {
        const no = this.#withdrawals.get(action.withdrawal);
        if (!no) return;
        // Only what had arrived at the bank comes back from there.
        if (action.result === 'REFUND') {
          await this.#shop.control('POST', `/withdrawals/${no}/settle`, { result: 'SUCCESS' });
          await this.#shop.timeline.sleep(120_000);
        }
        await this.#shop.control('POST', `/withdrawals/${no}/settle`, { result: action.result });
        return;
      }
      case 'cancel the transfer': {
        const outBillNo = this.#transfers.get(action.transfer);
        if (outBillNo) await this.#shop.call('transferMoney', operator, { action: 'cancel', outBillNo });
        return;
      }
      default: {
        const no = this.#transfers.get(action.transfer);
        const result = action.does === 'confirm the transfer' ? 'SUCCESS' : 'FAIL';
        if (no) await this.#shop.control('POST', `/transfers/${no}/confirm`, { result });
      }
    }
  }

  async share(
    does: 'share by hand' | 'free the rest' | 'take a share back',
    { _id: outTradeNo, amountFen, account }: OrderRecord,
  ): Promise<void> {
    const act = (request: object) => this.#shop.call('shareProfit', operator, { outTradeNo, ...request });
    if (does === 'free the rest') return void (await act({ action: 'free' }));
    const requestToken = this.#token('share');
    const to = { type: 'MERCHANT_ID', account: this.#receiver(account === 'direct').mchid };
    if (does === 'share by hand') {
      const receivers = [{ ...to, amountFen: Math.max(1, Math.floor(amountFen / 9)), description: '佣金' }];
      return void (await act({ action: 'share', requestToken, receivers }));
    }
    const sharing = await loadSharing(this.#shop.memory, outTradeNo);
    const request = sharing?.requests.find(({ kind, state }) => kind === 'SHARE' && state === 'FINISHED');
    const share = request?.receivers.find(({ result }) => result === 'SUCCESS');
    if (!request || !share) return;
    const { outOrderNo } = request;
    const returned = { outOrderNo, mchid: share.account, amountFen: Math.ceil(share.amountFen / 2) };
    await act({ action: 'return', requestToken, ...returned });
  }

  /** Sets it until it is set: an operator sees whether it is. */
  async #setRule({
    own,
    permille,
    freeAfterDays,
  }: Extract<Action, { does: 'set a sharing rule' }>): Promise<void> {
    const sellers = own ? [null] : this.#shop.sellers;
    const { mchid: account, name } = this.#receiver(own);
    const to = { type: 'MERCHANT_ID', account } as const;
    const relation = !own && this.#shop.providerKind === 'ecommerce' ? 'DISTRIBUTOR' : 'PARTNER';
    const receivers = [{ ...to, part: { permille }, description: '佣金' }];
    const rule = { productId: null, receivers, after: 'PAYMENT', days: 0, freeAfterDays, onFailure: 'HOLD' };
    for (const sellerId of sellers) {
      await this.#until({ action: 'addReceiver', sellerId, relation, ...to, name });
      await this.#until({ action: 'setRule', sellerId, ...rule });
    }
  }

  async #until(request: object): Promise<void> {
    for (let tries = 0; tries < 5; tries++)
      if ((await this.#shop.call('shareProfit', operator, request)) !== undefined) return;
  }

  async #transfer({ transfer, buyer, amountFen }: Extract<Action, { does: 'transfer' }>): Promise<void> {
    const { mchid } = this.#shop.credentials.direct;
    await this.#shop.control('POST', `/merchants/${mchid}/balance`, { addFen: balanceFen });
    const answer = await this.#shop.call<{ transfer: TransferView }>('transferMoney', operator, {
      action: 'transfer',
      requestToken: this.#token('transfer'),
      openid: users[buyer]!.openid,
      amountFen,
      remark: '三月佣金',
      sceneId: '1005',
      reports: { 岗位类型: '推广员', 报酬说明: '三月佣金' },
    });
    if (answer) this.#transfers.set(transfer, answer.transfer.outBillNo);
  }

  async #withdraw({ withdrawal, amountFen }: Extract<Action, { does: 'withdraw' }>): Promise<void> {
    const sellerId = this.#shop.sellers[0]!;
    await this.#shop.control('POST', `/merchants/${sellerId}/balance`, { addFen: balanceFen });
    const requestToken = this.#token('withdraw');
    const request = { action: 'withdraw', sellerId, requestToken, amountFen };
    const answer = await this.#shop.call<{ withdrawal: WithdrawalView }>('sellerFunds', operator, request);
    if (answer) this.#withdrawals.set(withdrawal, answer.withdrawal.outRequestNo);
  }

  /** A merchant of another account than the one that shares. */
  #receiver(own: boolean): { readonly mchid: string; readonly name: string } {
    const { credentials, providerKind } = this.#shop;
    return credentials[own ? providerKind : 'direct'];
  }

  #token(what: string): string {
    return `${what}-${++this.#tokens}`.padEnd(16, '0');
  }
}
