import { expect } from 'vitest';
import type { ErrorCode } from '../../contract/index.ts';
import { CommerceError } from '../errors.ts';

/** Expects the contract's error with this code. @returns the error, for further assertions */
export async function refusal(code: ErrorCode, act: () => unknown): Promise<CommerceError> {
  const error = await Promise.resolve()
    .then(act)
    .then(
      (value) => {
        throw new Error(`expected ${code}, got ${JSON.stringify(value)}`);
      },
      (thrown: unknown) => thrown,
    );
  if (!(error instanceof CommerceError)) throw error;
  expect(error.code).toBe(code);
  return error;
}
