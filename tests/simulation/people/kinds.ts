/** All kinds of people that stories are made of. */
import { applicants } from './applicants.ts';
import { authorizers } from './authorizers.ts';
import { bookkeepers } from './bookkeepers.ts';
import { buyers, prices } from './buyers.ts';
import { complainants } from './complainants.ts';
import { keys } from './keys.ts';
import type { Kind } from './kind.ts';
import { refunders } from './refunders.ts';
import { sharers } from './sharers.ts';
import { shippers } from './shippers.ts';
import { subsidisers } from './subsidisers.ts';
import { transferrers } from './transferrers.ts';
import { withdrawers } from './withdrawers.ts';

export const kinds: readonly Kind[] = [
  buyers,
  prices,
  refunders,
  sharers,
  transferrers,
  withdrawers,
  keys,
  bookkeepers,
  complainants,
  shippers,
  subsidisers,
  applicants,
  authorizers,
];
