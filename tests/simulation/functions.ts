/** The deployed functions, with the time limits and variables of cloudbaserc.json. */
import config from '../../cloudbaserc.json' with { type: 'json' };
import * as applyMerchant from '../../functions/applyMerchant/index.ts';
import * as closeOrder from '../../functions/closeOrder/index.ts';
import * as confirmReceipt from '../../functions/confirmReceipt/index.ts';
import * as createOrder from '../../functions/createOrder/index.ts';
import * as createPartnerOrder from '../../functions/createPartnerOrder/index.ts';
import * as fulfilOrder from '../../functions/fulfilOrder/index.ts';
import * as handleComplaints from '../../functions/handleComplaints/index.ts';
import * as partnerOrders from '../../functions/partnerOrders/index.ts';
import * as payNotify from '../../functions/payNotify/index.ts';
import * as queryOrder from '../../functions/queryOrder/index.ts';
import * as receiveEvent from '../../functions/receiveEvent/index.ts';
import * as receiveTransfer from '../../functions/receiveTransfer/index.ts';
import * as reconcile from '../../functions/reconcile/index.ts';
import * as refundOrder from '../../functions/refundOrder/index.ts';
import * as requestRefund from '../../functions/requestRefund/index.ts';
import * as sellerFunds from '../../functions/sellerFunds/index.ts';
import * as shareProfit from '../../functions/shareProfit/index.ts';
import * as shipOrder from '../../functions/shipOrder/index.ts';
import * as transferMoney from '../../functions/transferMoney/index.ts';
import * as uploadMedia from '../../functions/uploadMedia/index.ts';
import { functionEnvironment } from '../../sandbox/system/environment.ts';
import type { FunctionDefinition } from './cloud.ts';
import type { StartFunction } from './entry.ts';
import { envId } from './storage.ts';

/** With shared/app/entry.ts replaced by entry.ts, each `main` starts a function. */
const modules: Readonly<Record<string, { readonly main: unknown }>> = {
  applyMerchant,
  closeOrder,
  confirmReceipt,
  createOrder,
  createPartnerOrder,
  fulfilOrder,
  handleComplaints,
  partnerOrders,
  payNotify,
  queryOrder,
  receiveEvent,
  receiveTransfer,
  reconcile,
  refundOrder,
  requestRefund,
  sellerFunds,
  shareProfit,
  shipOrder,
  transferMoney,
  uploadMedia,
};

export const definitions: ReadonlyMap<string, FunctionDefinition> = new Map(
  config.functions
    .filter(({ name }) => name in modules)
    .map(({ name, timeout = config.functionDefaultConfig.timeout }) => [
      name,
      { name, timeLimitMs: timeout * 1000, start: modules[name]!.main as StartFunction },
    ]),
);

/** The variables that a deployment gives a function, and those of the platform. */
export function environmentOf(name: string, values: Record<string, string>): Record<string, string> {
  return {
    TCB_ENV: envId,
    ...functionEnvironment(config as Parameters<typeof functionEnvironment>[0], name, values),
  };
}
