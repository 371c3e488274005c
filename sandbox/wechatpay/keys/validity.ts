const yearMs = 365 * 86_400_000;

/** Generated certificates are valid from this fixed time, so that the same seed gives the same certificate bytes. */
export const validFromMs = Date.UTC(2025, 0, 1) - 8 * 3_600_000;
export const validUntilMs = validFromMs + 20 * yearMs;
