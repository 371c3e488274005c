import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';

const generate = crypto.generateKeyPairSync;
const pairs = new Map();
let asked = new Map();

/**
 * A key pair takes most of a second. The tests of each mutant get the pairs that those before them got, in the same order, and
 * still no pair twice.
 */
export function reuseKeyPairs() {
  crypto.generateKeyPairSync = (...parameters) => {
    const kind = JSON.stringify(parameters);
    const index = asked.get(kind) ?? 0;
    asked.set(kind, index + 1);
    const made = pairs.get(kind) ?? [];
    made[index] ??= generate(...parameters);
    pairs.set(kind, made);
    return made[index];
  };
  syncBuiltinESMExports();
}

/** Begins with the first pair again. */
export function startOverWithKeyPairs() {
  asked = new Map();
}
