/** Payers who complain. Not in the stories yet: what is stored says that nothing of it is due. */
import type { Document } from '../../../shared/core/ports.ts';
import type { Kind } from './kind.ts';

export const complainants: Kind = {
  name: 'complainants',
  chance: 0,
  plan: () => [],
  leaveOut: ({ memory, providerKind }) => {
    const never = { pollAfterMs: Number.MAX_SAFE_INTEGER, monthAfterMs: Number.MAX_SAFE_INTEGER };
    for (const _id of ['direct', providerKind]) memory.put('complaint_polls', { _id, ...never } as Document);
  },
};
