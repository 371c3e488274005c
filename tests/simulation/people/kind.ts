/** People of one kind: what they do in a story, what must hold of it in the end, and how often it came to that. */
import { operatorOpenid } from '../../../sandbox/system/environment.ts';
import type { Random } from '../random.ts';
import type { Shop } from '../shop.ts';
import type { Books, Theirs } from '../theirs.ts';
import type { Visit } from './visits.ts';

export const operator = operatorOpenid;

/** Something that somebody does at a time. */
export interface Action {
  readonly atMs: number;
  /** For who reads the story. */
  readonly what: string;
  readonly act: (shop: Shop) => Promise<unknown>;
}

/** What all people of a story share. */
interface Frame {
  /** When faults end, and until when people act. */
  readonly busyMs: number;
  readonly visits: readonly Visit[];
}

export interface Kind {
  readonly name: string;
  /** Of the stories, in how many they are. */
  readonly chance: number;
  /** Their story happens in the shop of an e-commerce platform. */
  readonly ofPlatform?: boolean;
  /** After the last fault, where it takes longer than usual until everything has settled. */
  readonly settlingMs?: number;
  /** In a story without them: what is stored says that nothing of theirs is due. */
  leaveOut?(shop: Shop): void;
  /** What they do, as the seed decides before the story begins. */
  plan(random: Random, frame: Frame): readonly Action[];
  /** @returns what does not hold in the end */
  check?(books: Books, theirs: Theirs): readonly string[];
  /** What happened of it, by name: over many stories each of these has happened, or the run fails. */
  count?(books: Books, theirs: Theirs): Readonly<Record<string, number>>;
}

export function sum(entries: readonly { readonly amountFen: number }[]): number {
  return entries.reduce((total, { amountFen }) => total + amountFen, 0);
}
