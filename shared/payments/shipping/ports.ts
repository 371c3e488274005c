import type { Policy } from '../../core/policy.ts';
import type { Clock, Documents, Log } from '../../core/ports.ts';
import type { WeixinApi } from '../../core/weixin-api.ts';

export interface ShippingPorts {
  readonly clock: Clock;
  readonly documents: Documents;
  readonly log: Log;
  readonly policy: Policy;
  readonly weixin: WeixinApi;
  /** Template of the subscribe message that says an order was shipped; undefined sends none. */
  readonly shippedTemplateId: string | undefined;
}

export type ShippingEventPorts = Pick<ShippingPorts, 'clock' | 'documents' | 'log'>;

/** What shipOrder does for the functions that have no access to WeChat's server API. */
export interface ShippingRpc {
  /** Asks WeChat about the order's shipment. @throws CommerceError */
  refresh(outTradeNo: string): Promise<void>;
  /** Does what is due. @throws CommerceError */
  reconcile(): Promise<unknown>;
}

export interface ConfirmReceiptPorts extends Pick<ShippingPorts, 'clock' | 'documents' | 'policy'> {
  readonly shipping: ShippingRpc;
}
