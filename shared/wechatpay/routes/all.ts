/**
 * Every documented route of API v3, for `createClient({ routes: allRoutes })`: about 920, without those of the global
 * hosts. What is not among the core routes is as the OpenAPI files have it, unaudited.
 */
import type { CoreEndpoints } from './generated/core-endpoints.ts';
import { coreRoutes } from './generated/core-routes.ts';
import type { MoreEndpoints } from './generated/more-endpoints.ts';
import { moreRoutes } from './generated/more-routes.ts';
import type { FactsOf } from './types.ts';

export interface AllEndpoints extends CoreEndpoints, MoreEndpoints {}

export const allRoutes: FactsOf<AllEndpoints> = { ...coreRoutes, ...moreRoutes };
