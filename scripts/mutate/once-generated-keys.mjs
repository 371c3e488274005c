import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';

const generate = crypto.generateKeyPairSync;
const pairs = new Map();
let asked = new Map();
let file;

/**
 * A key pair takes most of a second. The tests of a file get, for each mutant, the pairs that they got for those before it, in the
 * same order, and still no pair twice, nor one of another file: a module that both import may hold that for another owner.
 */
export function reuseKeyPairs() {
  crypto.generateKeyPairSync = (...parameters) => {
    const kind = JSON.stringify([file, parameters]);
    const index = asked.get(kind) ?? 0;
    asked.set(kind, index + 1);
    const made = pairs.get(kind) ?? [];
    made[index] ??= generate(...parameters);
    pairs.set(kind, made);
    return made[index];
  };
  syncBuiltinESMExports();
}

/** Begins with the first pair of that test file again. */
export function startOverWithKeyPairs(testFile) {
  file = testFile;
  asked = new Map();
}
