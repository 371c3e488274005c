/**
 * The draft of an application. It holds personal data, so it stays on this device, in storage that WeChat encrypts, one
 * for each user and kind, and it is deleted when the application is completed or the user asks for it.
 */
import type { ProviderKind } from '../../../shared/contract/index.ts';
import { newToken } from '../../utils/token';
import type { Values } from './types';

export interface Draft {
  readonly values: Values;
  /** What pickers show for a code, by key. */
  readonly labels: Readonly<Record<string, string>>;
  readonly step: number;
  /** Sent with every attempt, so that a lost response never creates two applications. */
  readonly requestToken: string;
  /** The application created from this draft; kept for revising it after a rejection. */
  readonly applicationId?: string;
}

export function newDraft(): Draft {
  return { values: {}, labels: {}, step: 0, requestToken: newToken() };
}

const keyOf = (kind: ProviderKind) => `application-draft-${kind}`;

export async function readDraft(kind: ProviderKind): Promise<Draft | undefined> {
  try {
    const { data } = await wx.getStorage<Draft>({ key: keyOf(kind), encrypt: true });
    return typeof data === 'object' && data !== null && 'values' in data ? data : undefined;
  } catch {
    return undefined;
  }
}

export async function writeDraft(kind: ProviderKind, draft: Draft): Promise<void> {
  await wx.setStorage({ key: keyOf(kind), data: draft, encrypt: true });
}

export async function forgetDraft(kind: ProviderKind): Promise<void> {
  await wx.removeStorage({ key: keyOf(kind) });
}
