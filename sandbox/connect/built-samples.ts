/** The sample programs, as the page has them: its build puts them in here. */

export interface Sample {
  readonly name: string;
  readonly file: string;
  readonly command: string;
  readonly text: string;
}

declare const __samples: readonly Sample[];

export const samples = __samples;
