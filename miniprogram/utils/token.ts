/** A request token: created once per cart and sent with every attempt, so that two taps create one order. */
const alphabet = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789';

/** 24 characters of [A-Za-z0-9], as the server accepts them. */
export function newToken(random: () => number = Math.random): string {
  return Array.from({ length: 24 }, () => alphabet[Math.floor(random() * alphabet.length)]).join('');
}
