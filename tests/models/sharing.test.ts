import { it } from 'vitest';
import { modelTimeout, playAll } from './runs.ts';
import { claims } from './sharing-claims.ts';

for (const claim of claims) it(claim.says, modelTimeout, () => playAll(claim));
