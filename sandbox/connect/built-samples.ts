/** The sample programs; the inspector's build replaces this module with them. */

export interface Sample {
  readonly name: string;
  readonly file: string;
  readonly command: string;
  readonly text: string;
}

declare const __samples: readonly Sample[];

export const samples = __samples;
