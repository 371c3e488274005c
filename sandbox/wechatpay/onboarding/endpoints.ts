import type { Endpoint } from '../kernel.ts';

/** The APIs of 进件: media, applications of both kinds, settlement accounts, banks and areas. */
export const onboardingEndpoints: readonly Endpoint[] = [];
