/**
 * Finds functions longer than `limit` lines by the layout that the formatter guarantees: a function ends at
 * the first line with the indentation of its first line that closes a brace. Describe blocks of tests, object
 * literals and classes are no functions.
 */
export function functionsLongerThan(limit: number, text: string): string[] {
  const lines = text.split('\n');
  const starts =
    /^(\s*)(?:export\s+)?(?:default\s+)?(?:async\s+)?(?:function\b|(?:(?:public|private|protected|static|override|async|get|set)\s+)*#?[\w$]+(?:<[^>]*>)?\([^;]*$|(?:const|let)\s+[\w$]+\s*(?::[^=]+)?=\s*(?:async\s*)?(?:\([^;]*|[\w$]+\s*=>.*)$)/;
  const found: string[] = [];
  for (const [index, line] of lines.entries()) {
    const match = starts.exec(line);
    // `Page({` is a call with a literal, not a function.
    if (!match || /^\s*(if|for|while|switch|return|catch|await|new)\b|\(\{$/.test(line)) continue;
    const end = endOf(lines, index, match[1]!);
    if (end === undefined) continue;
    if (end - index + 1 > limit) found.push(`${line.trim()} (line ${index + 1}): ${end - index + 1} lines`);
  }
  return found;
}

function endOf(lines: string[], start: number, indent: string): number | undefined {
  let opened = false;
  for (let index = start; index < lines.length; index++) {
    const line = lines[index]!;
    opened ||= line.trimEnd().endsWith('{');
    if (index > start && line.startsWith(`${indent}}`)) {
      if (!line.trimEnd().endsWith('{')) return opened ? index : undefined;
    } else if (
      index > start &&
      line.trim() !== '' &&
      !line.startsWith(`${indent} `) &&
      !line.startsWith(`${indent})`)
    ) {
      return undefined;
    }
    if (index === start && /^[^{]*;\s*$/.test(line)) return undefined;
  }
  return undefined;
}
