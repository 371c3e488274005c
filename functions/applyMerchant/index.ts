/** 进件: submit, revise and query applications, settlement accounts, and the lists of banks and areas. */

import { userFunction } from '../../shared/app/entry.ts';
import { onboardingPorts } from '../../shared/app/onboarding.ts';
import { answerApplyMerchant } from '../../shared/merchants/apply-merchant.ts';

export const main = userFunction('applyMerchant', ({ app, openid, event }) =>
  answerApplyMerchant(onboardingPorts(app), openid, event),
);
