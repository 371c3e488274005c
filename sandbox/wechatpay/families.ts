/**
 * The API families of the simulator: the endpoints of each, its control API routes, and what it does as time passes.
 */
import { billEndpoints } from './bills/endpoints.ts';
import { complaintEndpoints } from './complaints/endpoints.ts';
import { notifyUrlEndpoints } from './complaints/notify-urls.ts';
import type { ControlRoute, Endpoint, SimulatorContext } from './context.ts';
import { balanceRoutes } from './control/balance.ts';
import { complaintRoutes } from './control/complaints.ts';
import { merchantKeyRoutes } from './control/merchant-keys.ts';
import { orderMoneyRoutes } from './control/order-money.ts';
import { phoneRoutes } from './control/phone.ts';
import { refundRoutes } from './control/refunds.ts';
import { sharingRoutes } from './control/sharing.ts';
import { transferRoutes } from './control/transfers.ts';
import { withdrawalRoutes } from './control/withdrawals.ts';
import { balanceEndpoints } from './funds/balances.ts';
import { handleWithdrawalTasks } from './funds/end-withdrawal.ts';
import { withdrawalEndpoints } from './funds/withdraw.ts';
import { certificateEndpoints } from './keys/endpoints.ts';
import { onboardingControl } from './onboarding/control.ts';
import { onboardingEndpoints } from './onboarding/endpoints.ts';
import { codePayEndpoints } from './orders/code-pay.ts';
import { combineEndpoints } from './orders/combine.ts';
import { directEndpoints } from './orders/direct.ts';
import { partnerEndpoints } from './orders/partner.ts';
import { handleRefundTasks, refundEndpoints } from './refunds/endpoints.ts';
import { handlePayerTasks, scenarioRoutes } from './scenarios/payer.ts';
import { echoEndpoints } from './security/echo.ts';
import { ecommerceSharingEndpoints } from './sharing/ecommerce.ts';
import { handleSharingTasks } from './sharing/end.ts';
import { ordinarySharingEndpoints } from './sharing/ordinary.ts';
import { shippingRoutes } from './shipping/control.ts';
import { handleShippingTasks } from './shipping/receipt.ts';
import { handleAfterSalesTasks } from './subsidies/after-sales.ts';
import { subsidyEndpoints } from './subsidies/endpoints.ts';
import { handleSubsidyTasks } from './subsidies/subsidies.ts';
import { handleAuthorizationTasks } from './transfers/authorizations.ts';
import { handleTransferTasks } from './transfers/end.ts';
import { transferEndpoints } from './transfers/endpoints.ts';

export const familyEndpoints: readonly Endpoint[] = [
  ...directEndpoints,
  ...partnerEndpoints,
  ...combineEndpoints,
  ...codePayEndpoints,
  ...refundEndpoints,
  ...transferEndpoints,
  ...ordinarySharingEndpoints,
  ...ecommerceSharingEndpoints,
  ...subsidyEndpoints,
  ...balanceEndpoints,
  ...withdrawalEndpoints,
  ...billEndpoints,
  ...complaintEndpoints,
  ...notifyUrlEndpoints,
  ...certificateEndpoints,
  ...echoEndpoints,
  ...onboardingEndpoints,
];

export const familyRoutes: readonly ControlRoute[] = [
  ...phoneRoutes,
  ...scenarioRoutes,
  ...refundRoutes,
  ...transferRoutes,
  ...sharingRoutes,
  ...withdrawalRoutes,
  ...balanceRoutes,
  ...merchantKeyRoutes,
  ...orderMoneyRoutes,
  ...shippingRoutes,
  ...complaintRoutes,
  ...onboardingControl,
];

export function handleFamilyTasks(context: SimulatorContext): void {
  handlePayerTasks(context);
  handleRefundTasks(context);
  handleTransferTasks(context);
  handleAuthorizationTasks(context);
  handleSharingTasks(context);
  handleSubsidyTasks(context);
  handleAfterSalesTasks(context);
  handleWithdrawalTasks(context);
  handleShippingTasks(context);
}
