const beijingOffsetMs = 8 * 3600 * 1000;

/** RFC 3339 in Beijing time, whole seconds, as WeChat Pay writes it: `2026-01-02T03:04:05+08:00`. */
export function toRfc3339(epochMs: number): string {
  const local = new Date(epochMs + beijingOffsetMs).toISOString();
  return `${local.slice(0, 19)}+08:00`;
}
