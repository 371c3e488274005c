const yearMs = 365 * 86_400_000;

/** Made-up worlds begin here, so that a seed fixes the bytes of the certificates too. */
export const worldBeginsMs = Date.UTC(2025, 0, 1) - 8 * 3_600_000;
export const worldEndsMs = worldBeginsMs + 20 * yearMs;
