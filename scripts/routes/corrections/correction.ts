/** What a correction is. */
import type { Edits } from '../edit.ts';
import type { Shape } from '../shape.ts';

export interface Correction {
  /** The official page. */
  readonly page: string;
  readonly routes: readonly string[];
  readonly request?: Edits;
  readonly answer?: Edits;
  /** The whole answer, where the files have another one. */
  readonly answerIs?: Shape;
}

export const page = (path: string) => `https://pay.weixin.qq.com/${path}`;
