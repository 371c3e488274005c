/** A process that loads players, one after the other: what they all import of packages is loaded once. */
import type * as player from './player.ts';

export interface Play {
  /** Where the player is: another one each time. */
  readonly url: string;
  readonly order: player.Order;
}

process.on('message', async ({ url, order }: Play) => {
  const { answer }: typeof player = await import(url);
  process.send!({ answer: await answer(order) });
});
process.on('disconnect', () => process.exit());
