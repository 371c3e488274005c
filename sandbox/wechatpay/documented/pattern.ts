/** Routes that differ only in the names of path parameters have the same pattern. */
export function patternOf(route: string): string {
  return route.replace(/\{\w+\}/g, '{}');
}
