/** When platform certificates are downloaded again. https://pay.weixin.qq.com/doc/v3/partner/4012715700 */

/**
 * A new certificate appears 10 days before the old one expires, so this is soon enough; it is the longest interval that
 * WeChat Pay allows.
 */
export const certificateAgeMs = 12 * 60 * 60_000;
/** Anyone can send a callback with an invented serial: each source is queried for that at most once in this time. */
export const certificateCoolDownMs = 60_000;
/** After a failure, which may be brief. */
export const certificateFailureCoolDownMs = 10_000;
/** When there are valid certificates and only their age is a reason to download: calls should rarely wait for that. */
export const certificateRetryMs = 10 * 60_000;
