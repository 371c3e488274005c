import type { Document } from '../core/ports.ts';

export const mediaCollection = 'media';

/** Who uploaded a media_id. The file itself is WeChat Pay's only: ours is deleted. */
export interface MediaDocument extends Document {
  readonly openid: string;
  readonly kind: 'image' | 'video';
  readonly createdAtMs: number;
}
