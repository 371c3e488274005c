/** Orders that the acceptance test places itself, for a backend of which only the callback address is known. */
import { randomBytes } from 'node:crypto';
import type { SandboxClient } from './sandbox-client.ts';

export const accountNames = ['direct', 'partner', 'ecommerce'] as const;
export type AccountName = (typeof accountNames)[number];

interface Direct {
  readonly appid: string;
  readonly mchid: string;
}

interface Provider extends Direct {
  readonly subMerchants: readonly { readonly subMchid: string }[];
}

const openid = 'oSandboxUser0000000000000001';
const shared = { description: 'acceptance', amount: { total: 100, currency: 'CNY' } };

export class OwnOrders {
  readonly #sandbox: SandboxClient;
  readonly #notifyUrl: string;
  readonly #account: AccountName;

  constructor(sandbox: SandboxClient, notifyUrl: string, account: AccountName) {
    this.#sandbox = sandbox;
    this.#notifyUrl = notifyUrl;
    this.#account = account;
  }

  /** @returns its out_trade_no. @throws SandboxUnavailable when the sandbox refuses it, a notify_url included. */
  async place(): Promise<string> {
    const outTradeNo = `ACCEPT${randomBytes(10).toString('hex')}`;
    const order = { ...shared, out_trade_no: outTradeNo, notify_url: this.#notifyUrl };
    const account = await this.#sandbox.account<Provider>(this.#account);
    if (this.#account === 'direct') {
      const { appid, mchid } = account;
      await this.#sandbox.signed(mchid, '/v3/pay/transactions/jsapi', {
        ...order,
        appid,
        mchid,
        payer: { openid },
      });
      return outTradeNo;
    }
    await this.#sandbox.signed(account.mchid, '/v3/pay/partner/transactions/jsapi', {
      ...order,
      sp_appid: account.appid,
      sp_mchid: account.mchid,
      sub_mchid: account.subMerchants[0]!.subMchid,
      payer: { sp_openid: openid },
    });
    return outTradeNo;
  }
}
