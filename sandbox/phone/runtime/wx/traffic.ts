/** Reports calls over the network, and the storage, to the page around the phone: its Network tab shows them. */
import { currentUser, tellParent } from '../users.ts';

/** As in the Network panel of WeChat DevTools; calls that stay on the phone are left out. */
const reportedNames: ReadonlySet<string> = new Set([
  'cloud.callFunction',
  'cloud.uploadFile',
  'request',
  'uploadFile',
  'downloadFile',
  'requestPayment',
  'requestMerchantTransfer',
  'openBusinessView',
]);

let count = 0;

/** Reports that a call began. @returns what reports its end, with WeChat's answer or failure */
export function reportCall(name: string, options: object): (answer: unknown, failed: boolean) => void {
  if (!reportedNames.has(name)) return () => undefined;
  const startedMs = performance.now();
  const call = {
    id: `${performance.timeOrigin}-${++count}`,
    name,
    openid: currentUser.openid,
    startedAtMs: Date.now(),
    options: plain(options),
  };
  tellParent({ type: 'call', call });
  return (answer, failed) => {
    const durationMs = performance.now() - startedMs;
    tellParent({ type: 'call', call: { ...call, durationMs, failed, answer: plain(answer) } });
  };
}

/** @param read what is stored now, by key */
export function reportStorage(read: () => Readonly<Record<string, unknown>>): void {
  tellParent({ type: 'storage', openid: currentUser.openid, entries: read() });
}

/** What a message between windows can carry: callbacks and files are left out. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value ?? null)) as unknown;
}
