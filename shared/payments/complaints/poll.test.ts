import { expect, it } from 'vitest';
import { memoryDocuments } from '../../core/testing/documents.ts';
import { hasDueComplaints } from './poll.ts';

const nowMs = Date.UTC(2026, 2, 2);
const kinds = ['partner', 'ecommerce'] as const;

/** Whether the provider's function is called, with these times of its next list. */
function isDue(polls: readonly { readonly _id: string; readonly pollAfterMs: number }[]): Promise<boolean> {
  const documents = memoryDocuments();
  documents.put('complaint_polls', ...polls);
  return hasDueComplaints({ clock: { nowMs: () => nowMs }, documents }, kinds);
}

it.each([
  ['none was ever listed', [], true],
  ['the next list is due', [{ _id: 'partner', pollAfterMs: nowMs }], true],
  ['the next list is later', [{ _id: 'partner', pollAfterMs: nowMs + 1 }], false],
  ['only those of the direct account were listed', [{ _id: 'direct', pollAfterMs: nowMs + 1 }], true],
] as const)('complaints of the provider are asked about when %s: %s is %s', async (_, polls, due) => {
  expect(await isDue(polls)).toBe(due);
});
