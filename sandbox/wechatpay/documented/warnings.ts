/**
 * What looks wrong in a request of an API whose data was not compared with its official page: reported, but not
 * refused.
 */
import { isText, namedShapes, type Shape, type ShapeFields } from './facts.ts';

/** One sentence each in both languages, with the field's JSON pointer. */
export function warningsOf(fields: ShapeFields, value: Record<string, unknown>, at: string): string[] {
  const known = namedShapes(fields);
  const names = known.map(({ name }) => name);
  const unknown = Object.keys(value)
    .filter((name) => !names.includes(name))
    .map((name) => {
      const near = nearest(name, names);
      return `${at}/${name} is not in the documented fields${near ? `; did you mean ${near}?` : ''} 不在文档的字段中${near ? `，是不是 ${near}` : ''}`;
    });
  const wrong = known.flatMap(({ name, required, shape }) => {
    const inner = value[name];
    if (inner === undefined || inner === null) {
      return required
        ? [`${at}/${name} is documented as required, and missing 文档列为必填，请求中没有`]
        : [];
    }
    return inside(shape, inner, `${at}/${name}`);
  });
  return [...unknown, ...wrong];
}

function inside(shape: Shape, value: unknown, at: string): string[] {
  if (typeof shape !== 'object') return [];
  if ('i' in shape) {
    return Array.isArray(value)
      ? value.flatMap((item, index) => inside(shape.i, item, `${at}/${index}`))
      : [];
  }
  if ('f' in shape) {
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? warningsOf(shape.f, value as Record<string, unknown>, at) : [];
  }
  if (shape.t === 'b' || shape.e === undefined) return [];
  const values: readonly unknown[] = shape.e;
  const given = isText(shape) ? value : Number(value);
  return values.includes(given)
    ? []
    : [`${at} is documented as one of ${values.join(', ')} 取值不在文档所列之中`];
}

const farthest = 3;

/** The name with the smallest edit distance. Names of another length are not compared: one may have a megabyte. */
function nearest(name: string, names: readonly string[]): string | undefined {
  const similar = names.filter((other) => Math.abs(other.length - name.length) <= farthest);
  const ranked = similar.map((other) => ({ other, distance: distanceOf(name, other) }));
  ranked.sort((a, b) => a.distance - b.distance);
  const [best] = ranked;
  return best && best.distance <= farthest ? best.other : undefined;
}

function distanceOf(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries()) {
      next.push(Math.min(row[j + 1]! + 1, next[j]! + 1, row[j]! + (letter === other ? 0 : 1)));
    }
    row = next;
  }
  return row.at(-1)!;
}
