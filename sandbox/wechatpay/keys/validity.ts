const yearMs = 365 * 86_400_000;

/** What the sandbox makes up is valid from here on, so that a seed fixes the bytes of the certificates too. */
export const validFromMs = Date.UTC(2025, 0, 1) - 8 * 3_600_000;
export const validUntilMs = validFromMs + 20 * yearMs;
