import { expect, it } from 'vitest';
import { appOfProcess } from './container.ts';

it('is one per process, over its environment', () => {
  expect(appOfProcess()).toBe(appOfProcess());
  expect(appOfProcess().env).toBe(process.env);
});
