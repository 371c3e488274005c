/** Where the OpenAPI files are wrong, or say nothing, what the official page says. Each correction names its page. */
import { applyments } from './corrections/applyments.ts';
import { funds } from './corrections/funds.ts';
import { payments } from './corrections/payments.ts';
import { type Edits, edit, object } from './edit.ts';
import type { Operation } from './openapi.ts';
import type { Shape } from './shape.ts';

/** Changes the operations in place. @throws Error for a correction of a route that is no longer there */
export function correct(operations: readonly Operation[]): void {
  const byRoute = new Map(operations.map((operation) => [operation.route, operation]));
  for (const { routes, request, answer, answerIs } of [...payments, ...funds, ...applyments]) {
    for (const route of routes) {
      const operation = byRoute.get(route);
      if (!operation) throw new Error(`A correction is for ${route}, which is not in the files.`);
      // Shared definitions must not change under another route.
      if (answerIs) operation.answer = answerIs;
      if (request) operation.body = edited(operation.body, request);
      if (answer) operation.answer = edited(operation.answer, answer);
    }
  }
}

/** Routes whose requests were compared with their pages: what is required there, and which values there are, holds. */
export const auditedRoutes: ReadonlySet<string> = new Set(
  [...payments, ...funds, ...applyments].filter(({ request }) => request).flatMap(({ routes }) => routes),
);

function edited(shape: Shape | undefined, edits: Edits): Shape {
  const copy = structuredClone(shape ?? object({}));
  edit(copy, edits);
  return copy;
}
