/** Looks for a test callback in what payNotify recorded. */
import type { AccountKind } from '../../../shared/core/account.ts';
import type { Document, Documents } from '../../../shared/core/ports.ts';

/** @returns whether one has been recorded since this was called */
export type CallbackWatch = (kind: AccountKind) => Promise<() => Promise<boolean>>;

interface Notification extends Document {
  readonly eventType: string;
  readonly account: AccountKind;
}

const collection = 'notifications';
/** Far more than arrive between two reads. No index has the type, so the newest are read and looked through here. */
const latest = 200;

/** By id, not by time: the clocks of this machine and of the cloud may differ. */
export function watchCallbacks(documents: Documents): CallbackWatch {
  const read = async (account: AccountKind) => {
    const found = await documents.find<Notification>(collection, {
      where: {},
      orderBy: { field: 'receivedAtMs', direction: 'desc' },
      limit: latest,
    });
    return found
      .filter((each) => each.eventType === 'SECURITY_ECHO.SUCCESS' && each.account === account)
      .map(({ _id }) => _id);
  };
  return async (kind) => {
    const before = new Set(await read(kind));
    return async () => (await read(kind)).some((id) => !before.has(id));
  };
}
