/** Every documented API without simulated behaviour: it checks the known rules and answers with an example. */

import type { ApiAnswer, ApiContext, Endpoint } from '../context.ts';
import { checkFields, type Fields } from '../http/fields.ts';
import { accountKinds } from '../state/merchants.ts';
import { rfc3339 } from '../state/time.ts';
import { exampleOf } from './example.ts';
import { type ApiFacts, documentedApis, type Shape, type ShapeFields } from './facts.ts';
import { patternOf } from './pattern.ts';
import { rulesOf, withoutUnknown } from './rules.ts';
import { warningsOf } from './warnings.ts';

/** @param simulated the APIs with simulated behaviour, which are left out. */
export function documentedEndpoints(simulated: readonly Endpoint[]): Endpoint[] {
  const taken = new Set(simulated.map(({ method, path }) => patternOf(`${method} ${path}`)));
  return documentedApis()
    .filter(({ route }) => !taken.has(patternOf(route)))
    .map(endpointOf);
}

function endpointOf(facts: ApiFacts): Endpoint {
  const [method, path] = facts.route.split(' ') as [Endpoint['method'], string];
  return {
    name: facts.name,
    method,
    path,
    bodyKind: bodyKindOf(method, facts),
    roles: accountKinds,
    fidelity: 'shape',
    handle: (context) => answer(facts, context),
  };
}

function bodyKindOf(method: Endpoint['method'], { file, body }: ApiFacts): Endpoint['bodyKind'] {
  if (file) return 'multipart';
  if (method === 'GET') return 'none';
  return body && method !== 'DELETE' ? 'json' : 'optional-json';
}

function answer(facts: ApiFacts, context: ApiContext): ApiAnswer {
  check(facts.path ?? {}, context.params, 'uri_template', facts, context);
  check(facts.query ?? {}, context.query, 'query', facts, context);
  const fields = fieldsOf(facts.body);
  if (context.multipart) checkUpload(fields, facts, context);
  else if (fields) check(fields, context.body, 'body', facts, context);
  const answered = facts.answer && fieldsOf(facts.answer);
  if (answered) return { status: facts.status ?? 200, body: exampleOf(answered, exampleContext(context)) };
  if (!/^GET .*(download|\/images\/)/.test(facts.route)) return { status: facts.status ?? 204 };
  return { file: { bytes: Buffer.from('WeChat Pay sandbox\n'), contentType: 'application/octet-stream' } };
}

function fieldsOf(shape: Shape | undefined): ShapeFields | undefined {
  return typeof shape === 'object' && 'f' in shape ? shape.f : undefined;
}

type Place = 'body' | 'query' | 'uri_template' | 'meta';

/** Refuses what is certainly wrong; where the API data may itself be wrong, the exchange gets a warning instead. */
function check(
  fields: ShapeFields,
  value: Readonly<Record<string, unknown>>,
  location: Place,
  { audited }: ApiFacts,
  context: ApiContext,
): void {
  const asText = location === 'query' || location === 'uri_template';
  const rules: Fields = rulesOf(fields, { audited: audited === 1, asText });
  if (!audited) {
    const warnings = warningsOf(fields, value, `/${location}`);
    if (warnings.length > 0) {
      context.subject.warnings = [...(context.subject.warnings ?? []), ...warnings];
    }
  }
  checkFields(rules, audited ? value : withoutUnknown(rules, value), { location, decrypt: context.decrypt });
}

/** Computed from the file; checked only for simulated uploads. */
const ofTheFile: ShapeFields = { filename: 's', file_name: 's', sha256: 's', digest: 's' };

function checkUpload(fields: ShapeFields | undefined, facts: ApiFacts, context: ApiContext): void {
  check({ ...ofTheFile, ...fields }, context.multipart!.meta, 'meta', facts, context);
}

function exampleContext(context: ApiContext) {
  const given = { ...context.body, ...context.query, ...context.params };
  return {
    echoed: new Map(Object.entries(given)),
    now: rfc3339(context.nowMs),
    encrypt: context.encryptForMerchant,
  };
}
