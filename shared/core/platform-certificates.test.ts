import { describe, expect, it } from 'vitest';
import { claimDownload } from './platform-certificates.ts';
import { memoryDocuments } from './testing/documents.ts';

const mchid = '1900000001';
const coolDownMs = 60_000;

/** Two instances over the same documents; each reads before the other writes. */
function twoInstances() {
  const documents = memoryDocuments();
  let nowMs = 1_000_000;
  let reading = 0;
  let release = () => {};
  const bothHaveRead = new Promise<void>((resolve) => {
    release = resolve;
  });
  documents.interrupt = async (when, operation) => {
    if (when !== 'after' || !operation.startsWith('get ')) return;
    reading += 1;
    if (reading === 2) release();
    await bothHaveRead;
  };
  const ports = { documents, clock: { nowMs: () => nowMs } };
  const claim = () => claimDownload(ports, 'direct', mchid, coolDownMs);
  const passMs = (ms: number) => {
    nowMs += ms;
  };
  return { documents, claim, passMs };
}

describe('the claim to download certificates', () => {
  it('goes to one of two that find no document', async () => {
    const { claim } = twoInstances();
    expect((await Promise.all([claim(), claim()])).sort()).toEqual([false, true]);
  });

  it('goes to one of two that find the same old document', async () => {
    const { documents, claim, passMs } = twoInstances();
    documents.put('platform_certificates', {
      _id: mchid,
      ...{ kind: 'direct', items: [], savedAtMs: 0, triedAtMs: 1_000_000 },
    });
    passMs(coolDownMs);
    expect((await Promise.all([claim(), claim()])).sort()).toEqual([false, true]);
  });

  it('comes once in each cool-down', async () => {
    const { documents, claim, passMs } = twoInstances();
    documents.interrupt = async () => {};
    expect(await claim()).toBe(true);
    passMs(coolDownMs - 1);
    expect(await claim()).toBe(false);
    passMs(1);
    expect(await claim()).toBe(true);
    expect(await claim()).toBe(false);
  });
});
