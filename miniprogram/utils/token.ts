/** A request token: made once per cart, sent with every try, so that two taps are one order. */
const alphabet = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789';

/** 24 characters of [A-Za-z0-9], as the server accepts them. */
export function newToken(random: () => number = Math.random): string {
  return Array.from({ length: 24 }, () => alphabet[Math.floor(random() * alphabet.length)]).join('');
}
