/** The checks of a backend, and their results. */
import type { Text } from '../text.ts';
import type { Backend, Means } from './backend.ts';
import type { OwnOrders } from './own-orders.ts';
import type { SandboxClient } from './sandbox-client.ts';

export interface Stage {
  readonly sandbox: SandboxClient;
  readonly backend: Backend;
  /** Present when the backend's callback address is all that is known of it. */
  readonly ownOrders?: OwnOrders;
  /** How long a backend may take to find out by itself, in ms of the machine's clock. */
  readonly waitMs: number;
}

export interface Verdict {
  readonly kind: 'held' | 'broken' | 'not-run';
  /** What was observed; the same twice where there is nothing to translate: `HTTP 401`. */
  readonly observed: Text;
  /** What a failing command printed. */
  readonly printed?: string;
}

export const held = (en: string, zh: string): Verdict => ({ kind: 'held', observed: { en, zh } });
export const broken = (en: string, zh: string): Verdict => ({ kind: 'broken', observed: { en, zh } });
export const notRun = (en: string, zh: string): Verdict => ({ kind: 'not-run', observed: { en, zh } });

export interface Check {
  /** A stable id for machine-readable reports: `callback-forged-signature`. */
  readonly id: string;
  readonly title: Text;
  /** What happens to the money when the check fails. */
  readonly why: Text;
  readonly fix: Text;
  readonly needs: readonly Means[];
  /** An order that the backend does not know is enough: --notify-url can stand for --place. */
  readonly takesOwnOrders?: true;
  /** Why this sandbox does not allow it, which is said before the first check runs. */
  readonly obstacle?: (sandbox: SandboxClient) => Promise<Text | undefined>;
  run(stage: Stage): Promise<Verdict>;
}

export type Result = Pick<Check, 'id' | 'title' | 'why' | 'fix'> & {
  readonly verdict: Verdict;
  readonly tookMs: number;
};
