import { it } from 'vitest';
import { claims } from './orders-claims.ts';
import { modelTimeout, playAll } from './runs.ts';

for (const claim of claims) it(claim.says, modelTimeout, () => playAll(claim));
