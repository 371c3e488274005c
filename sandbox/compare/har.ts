/** HAR 1.2, as browsers' tools and proxies export it: http://www.softwareishard.com/blog/har-12-spec/. */
import { isObject, type Json, type JsonObject, objectAt, textAt } from './json.ts';
import { CaptureProblem } from './problem.ts';
import { targetOfUrl } from './target.ts';

/** In the form of the capture's own format. @throws CaptureProblem */
export function exchangesOfHar(file: JsonObject): Json[] {
  const { entries } = objectAt(file.log, '/log');
  if (!Array.isArray(entries)) throw new CaptureProblem('WRONG_FORMAT', '/log/entries', 'Must be a list.');
  return (entries as readonly Json[]).map((entry, index) => {
    const where = `/log/entries/${index}`;
    const { request, response } = objectAt(entry, where);
    const asked = objectAt(request, `${where}/request`);
    const answer = objectAt(response, `${where}/response`);
    const url = textAt(asked.url, `${where}/request/url`);
    const sent = isObject(asked.postData) ? asked.postData.text : undefined;
    const received = isObject(answer.content) ? contentOf(answer.content) : undefined;
    return {
      request: {
        method: asked.method ?? '',
        target: targetOfUrl(url, `${where}/request/url`),
        headers: headersOf(asked.headers, `${where}/request/headers`),
        ...(sent !== undefined && sent !== '' && { body: sent }),
      },
      response: {
        status: answer.status ?? 0,
        headers: headersOf(answer.headers, `${where}/response/headers`),
        ...(received !== undefined && received !== '' && { body: received }),
      },
    };
  });
}

function contentOf({ text, encoding }: JsonObject): Json | undefined {
  if (typeof text !== 'string' || encoding !== 'base64') return text;
  return Buffer.from(text, 'base64').toString('utf8');
}

function headersOf(list: Json | undefined, where: string): JsonObject {
  if (!Array.isArray(list)) throw new CaptureProblem('WRONG_FORMAT', where, 'Must be a list.');
  return Object.fromEntries(
    (list as readonly Json[]).map((each, index) => {
      const { name, value } = objectAt(each, `${where}/${index}`);
      return [textAt(name, `${where}/${index}/name`), textAt(value, `${where}/${index}/value`)];
    }),
  );
}
