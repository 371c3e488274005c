import type { ControlRoute } from '../kernel.ts';

/** What a reviewer and a signer do, and what the inspector shows of applications and media. */
export const onboardingControl: readonly ControlRoute[] = [];
