import type { SharePart } from '../../contract/index.ts';

/**
 * Splits a sum by weights so that nothing is lost: whole fen by largest remainder, ties go to the earlier one.
 * @returns one amount for each weight; they add up to `totalFen`
 */
export function divide(totalFen: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((all, weight) => all + BigInt(weight), 0n);
  if (sum === 0n) throw new RangeError('Weights are not all 0.');
  const exact = weights.map((weight) => BigInt(totalFen) * BigInt(weight));
  const amounts = exact.map((each) => Number(each / sum));
  let leftFen = totalFen - amounts.reduce((all, fen) => all + fen, 0);
  const byRemainder = exact.map((each, index) => ({ index, remainder: each % sum }));
  byRemainder.sort((a, b) => Number(b.remainder - a.remainder));
  for (const { index } of byRemainder) {
    if (leftFen-- <= 0) break;
    amounts[index]! += 1;
  }
  return amounts;
}

/**
 * What each receiver gets of a sum. The seller keeps the rest and takes part in the rounding like the others; a fen
 * that would exceed the maximum goes to the seller.
 * @param mostFen what may be shared at most
 * @returns fen for each part; undefined when the parts exceed the sum or the maximum
 */
export function sharesOf(
  baseFen: number,
  parts: readonly SharePart[],
  mostFen: number,
): readonly number[] | undefined {
  const permille = parts.map((part) => ('permille' in part ? part.permille : 0));
  const keptPermille = 1000 - permille.reduce((sum, each) => sum + each, 0);
  if (keptPermille < 0) return undefined;
  const [, ...rounded] = divide(baseFen, [keptPermille, ...permille]);
  const amounts = parts.map((part, index) => ('amountFen' in part ? part.amountFen : rounded[index]!));
  let overFen = sumOf(amounts) - Math.min(baseFen, mostFen);
  for (let index = amounts.length - 1; index >= 0 && overFen > 0; index--) {
    const floorFen = Math.floor((baseFen * permille[index]!) / 1000);
    if ('amountFen' in parts[index]! || amounts[index] === floorFen) continue;
    amounts[index]! -= 1;
    overFen -= 1;
  }
  return overFen > 0 ? undefined : amounts;
}

export function sumOf(amountsFen: readonly number[]): number {
  return amountsFen.reduce((sum, fen) => sum + fen, 0);
}
