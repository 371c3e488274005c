/** A function's log. Lines that are JSON show their event and level first, as a log console does. */
export function LogLines({ lines }: { lines: readonly string[] }) {
  return (
    <ul class="log mono">
      {lines.map((line, index) => {
        const entry = parsed(line);
        if (!entry) return <li key={index}>{line}</li>;
        const { level, event, time, ...rest } = entry;
        return (
          <li key={index}>
            <span class={`level ${String(level)}`}>{String(level ?? 'log')}</span>
            <strong>{String(event ?? '')}</strong>
            {Object.entries(rest).map(([name, value]) => (
              <span key={name} class="log-field">
                <span>{name}=</span>
                {typeof value === 'string' ? value : JSON.stringify(value)}
              </span>
            ))}
          </li>
        );
      })}
    </ul>
  );
}

function parsed(line: string): Record<string, unknown> | undefined {
  try {
    const value = JSON.parse(line) as unknown;
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
