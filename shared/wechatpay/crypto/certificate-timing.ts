/** When platform certificates are asked for again. https://pay.weixin.qq.com/doc/v3/partner/4012715700 */

/** A new certificate appears 10 days before the old one expires, so this is soon enough; officially the longest. */
export const certificateAgeMs = 12 * 60 * 60_000;
/** Anyone can send a callback with an invented serial: each source is asked once in this time for such a reason. */
export const certificateCoolDownMs = 60_000;
/** After a failure, which may be a short one. */
export const certificateFailureCoolDownMs = 10_000;
/** While valid certificates are there and only their age is a reason to ask: no call should wait for that often. */
export const certificateRetryMs = 10 * 60_000;
