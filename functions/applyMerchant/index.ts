/** 进件: submit, revise and query applications, settlement accounts, and the lists of banks and areas. */
import { answerApplyMerchant } from '../../shared/commerce/onboarding/apply-merchant.ts';
import { userFunction } from '../../shared/wiring/entry.ts';
import { onboardingPorts } from '../../shared/wiring/onboarding.ts';

export const main = userFunction('applyMerchant', ({ app, openid, event }) =>
  answerApplyMerchant(onboardingPorts(app), openid, event),
);
