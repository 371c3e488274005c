import type { Endpoint } from '../context.ts';
import { applyment4subEndpoints } from './applyment4sub.ts';
import { capitalEndpoints } from './capital/endpoints.ts';
import { ecommerceEndpoints } from './ecommerce.ts';
import { mediaEndpoints } from './media/upload.ts';
import { settlementEndpoints } from './settlement.ts';

/** The APIs of 进件: media, applications of both kinds, settlement accounts, banks and areas. */
export const onboardingEndpoints: readonly Endpoint[] = [
  ...mediaEndpoints,
  ...ecommerceEndpoints,
  ...applyment4subEndpoints,
  ...settlementEndpoints,
  ...capitalEndpoints,
];
