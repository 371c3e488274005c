/** Runs a model with a mistake in place: PLANTED is its name. */
import { withMistake } from '../../simulation/planted/with-mistake.ts';
import { modelMistakes } from './mistakes.ts';

const mistake = modelMistakes.find(({ name }) => name === process.env.PLANTED);
if (!mistake) throw new Error('PLANTED names no mistake.');

export default withMistake(mistake, `tests/models/${mistake.model}.test.ts`);
