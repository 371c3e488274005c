import { expect, it } from 'vitest';
import { requireUsable } from './manager.ts';
import { Problem } from './problem.ts';

const problemOf = (info: Parameters<typeof requireUsable>[1]) => {
  try {
    requireUsable('shop-1', info);
    return undefined;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return error.id;
  }
};

it.each([
  ['there is none', undefined, 'no-environment'],
  ['it is another', { EnvId: 'other' }, 'no-environment'],
  ['its functions are V2', { EnvId: 'shop-1', Functions: [{ Backend: 'cbf' }] }, 'functions-v2'],
  ['its functions are V1', { EnvId: 'shop-1', Functions: [{ Backend: 'scf' }] }, undefined],
  ['the kind of its functions is not said', { EnvId: 'shop-1', Functions: [{}] }, undefined],
  ['it says nothing of functions', { EnvId: 'shop-1' }, undefined],
])('an environment is refused, or not, when %s', (_, info, problem) => {
  expect(problemOf(info)).toBe(problem);
});
