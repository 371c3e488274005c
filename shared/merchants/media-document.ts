import type { Document } from '../core/ports.ts';

export const mediaCollection = 'media';

/** Who uploaded a media_id. Only WeChat Pay keeps the file itself; our copy is deleted. */
export interface MediaDocument extends Document {
  readonly openid: string;
  readonly kind: 'image' | 'video';
  readonly createdAtMs: number;
}
