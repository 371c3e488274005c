/** Runs the tests that must notice a planted mistake, with the mistake in place: PLANTED is its name. */
import { mistakes } from './mistakes.ts';
import { withMistake } from './with-mistake.ts';

const mistake = mistakes.find(({ name }) => name === process.env.PLANTED);
if (!mistake?.foundBy) throw new Error('PLANTED names no mistake that a test must notice.');

export default withMistake(mistake, mistake.foundBy);
