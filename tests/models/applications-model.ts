/** What must be true of the applications of one person, whatever happens: pure, from what is seen of both sides. */

interface Here {
  /** WeChat Pay's state as it was last learned, or CREATED while a submission is on its way. */
  readonly state: string;
  readonly stage: string;
  readonly open: boolean;
  readonly shortname: string;
}

interface There {
  /** Every state that it was in, the present one last. */
  readonly history: readonly string[];
  readonly shortname: string;
}

/** One application as it is seen now. */
export interface Seen {
  readonly here?: Here;
  readonly there?: There;
  /** The state of the seller that came out of it. */
  readonly seller?: string;
}

export interface ApplicationsModel {
  /** By our number. */
  readonly known: Map<string, Seen & { readonly position: number }>;
  /** Numbers that the person was given an answer about: they may not be lost. */
  readonly answered: Set<string>;
}

/** Nobody works on these at WeChat Pay: another application may be made. */
const resting = /REJECTED|EDITTING|FINISH|FROZEN|CANCELED/;

/** Takes in what is seen now. @returns what must not be, each as a line */
export function observe(model: ApplicationsModel, seen: ReadonlyMap<string, Seen>): string[] {
  const problems: string[] = [];
  for (const [no, one] of seen) {
    const position = positionOf(one, model.known.get(no)?.position ?? 0);
    if (position === undefined) problems.push(`${no} is ${one.here?.state}, which it was not, or was before`);
    problems.push(...problemsOf(one).map((problem) => `${no} ${problem}`));
    model.known.set(no, { ...one, position: position ?? 0 });
  }
  for (const no of model.answered)
    if (!seen.get(no)?.here) problems.push(`${no} was answered about, and is gone`);
  const underWay = [...seen].filter(([, { there }]) => there && !resting.test(stateOf(there)));
  if (underWay.length > 1) problems.push(`${underWay.map(([no]) => no).join(' and ')} are under way at once`);
  return problems;
}

const stateOf = ({ history }: There) => history.at(-1)!;

/** Where in its history the state is that we know; states may be skipped, but are never gone back to. */
function positionOf({ here, there }: Seen, before: number): number | undefined {
  if (!here || here.state === 'CREATED') return before;
  const position = there?.history.indexOf(here.state, before) ?? -1;
  return position === -1 ? undefined : position;
}

function problemsOf({ here, there, seller }: Seen): string[] {
  const problems: string[] = [];
  if (there && !here) problems.push('is at WeChat Pay, and we know nothing of it');
  if (here?.state === 'CREATED' && here.stage === 'rejected' && there)
    problems.push(`counts as not arrived, and is ${stateOf(there)} at WeChat Pay`);
  // A correction that did not arrive: the person has to submit it again, and nothing comes of the rejected one.
  const waitsForPerson = here?.stage === 'rejected' || here?.state === 'CREATED';
  if (here && there && !waitsForPerson && here.shortname !== there.shortname)
    problems.push(`has the form ${here.shortname} here and ${there.shortname} at WeChat Pay`);
  if (here && here.open !== /reviewing|verify-account|confirm|sign/.test(here.stage))
    problems.push(`is ${here.stage}, and ${here.open ? 'open' : 'closed'}`);
  if (seller !== undefined && !there?.history.some((state) => state.includes('FINISH')))
    problems.push('became a seller before it was finished');
  return problems;
}

/** After everything that could happen has happened. @returns what must not be */
export function unfinished({ known }: ApplicationsModel): string[] {
  return [...known].flatMap(([no, { here, there, seller }]) => {
    const state = there && stateOf(there);
    const problems: string[] = [];
    if (here && here.state !== (state ?? 'CREATED')) problems.push(`ends as ${here.state}, not ${state}`);
    if (here && !there && here.open) problems.push('is open, and WeChat Pay does not know it');
    if (state?.includes('FINISH') && seller !== 'ACTIVE') problems.push(`is finished, its seller ${seller}`);
    if (state === 'FROZEN' && seller === 'ACTIVE') problems.push('is frozen, and its seller is not');
    return problems.map((problem) => `${no} ${problem}`);
  });
}
