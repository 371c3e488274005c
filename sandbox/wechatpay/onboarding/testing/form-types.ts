import type { Json } from '../rules/check.ts';

export interface ValidApplication {
  /** organization_type or subject_type. */
  readonly subjectType: string;
  /** What is particular about it, e.g. `legal person with a passport`. */
  readonly variant: string;
  /** The whole request, sensitive fields in clear, with a number of its own. */
  readonly form: Json;
}

export interface FormOptions {
  /** media_id of an uploaded image, for every picture. Default a placeholder that a simulator refuses. */
  readonly imageId?: string;
  readonly videoId?: string;
  /** Goes into out_request_no or business_code. */
  readonly prefix?: string;
}
