import { it } from 'vitest';

/** vitest starts a worker for a test; what the worker then does is in runner.ts. */
it('starts a worker', () => {});
