import { inBoth, shortened, type Text } from '../../text.ts';

/**
 * A refusal as WeChat Pay sends it: an HTTP status, `{code, message, detail}` and the internal code that ends the
 * Request-Id. Throw it from an endpoint; the simulator answers and signs it.
 */
export interface ProblemDetail {
  /** JSON pointer of the field, e.g. `/amount/total`. */
  readonly field?: string;
  /** What was received: the value, or its length where the rule is about length. */
  readonly value?: unknown;
  readonly issue?: string;
  /** `body`, `query`, `uri_template`, `header` or `authorization`. */
  readonly location?: string | null;
  readonly [key: string]: unknown;
}

export interface ProblemOptions {
  readonly detail?: ProblemDetail;
  /** The digits that end the Request-Id; 0 where the documents name none. */
  readonly internalCode?: number;
  /** For the exchange record only, never sent: why the simulator refused. */
  readonly explanation?: Text | undefined;
  /** For the exchange record only: the setting of the sandbox that would have let the request pass. */
  readonly setting?: 'micro-permission';
}

export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly status: number;
  readonly code: string;
  readonly detail: ProblemDetail | undefined;
  readonly internalCode: number;
  readonly explanation: Text | undefined;
  readonly setting: ProblemOptions['setting'];

  constructor(status: number, code: string, message: string, options: ProblemOptions = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.detail = options.detail;
    this.internalCode = options.internalCode ?? 0;
    this.explanation = options.explanation;
    this.setting = options.setting;
  }

  /** The response body as sent. */
  toBody(): Record<string, unknown> {
    return {
      code: this.code,
      ...(this.detail ? { detail: this.detail } : {}),
      message: this.message,
    };
  }
}

/** Internal codes that WeChat Pay's own support pages and SDK trackers name. */
export const internalCodes = {
  signature: 268443699,
  orderNotFound: 268512771,
  orderPaid: 268449538,
  otherParameters: 268498688,
  appidNotBound: 268445527,
  orderExpiredOrClosed: 268447914,
  badParameter: 268435461,
  unknownParameter: 270924358,
  rateLimit: 268447840,
  openidMissing: 268501013,
  subMchidMissing: 268443704,
  noPartnerRelation: 268443701,
  collectionRestricted: 268448010,
} as const;

/** 400 PARAM_ERROR about one field, with the detail that WeChat Pay gives. */
export function paramError(
  message: string,
  detail: ProblemDetail,
  more: Pick<ProblemOptions, 'internalCode' | 'explanation'> = {},
): ApiProblem {
  return new ApiProblem(400, 'PARAM_ERROR', message, {
    internalCode: internalCodes.badParameter,
    ...more,
    detail,
  });
}

/** A refusal of the control API: `{error: code, message, en, zh}`, of which `message` has both languages. */
export class ControlProblem extends Error implements Text {
  override readonly name = 'ControlProblem';
  readonly status: number;
  readonly code: string;
  readonly en: string;
  readonly zh: string;

  constructor(status: number, code: string, en: string, zh: string) {
    super(inBoth(en, zh));
    this.status = status;
    this.code = code;
    this.en = shortened(en);
    this.zh = shortened(zh);
  }

  toBody(): Record<string, unknown> {
    return { error: this.code, message: this.message, en: this.en, zh: this.zh };
  }
}
