/**
 * Leases by time: a document says until when one instance works on it. The clocks of instances differ, so an instance
 * whose clock is ahead sees the end of a lease too early. Where the same call twice has one effect (a refund, a share, a
 * transfer: the same number with the same parameters), a lease only saves calls and may be short. Where it has two (a
 * text to a payer, an application, a shipment), nobody else may begin before the holder has certainly ended.
 */

/** How far the clock of an instance may be ahead of the true time, or behind it. */
export const clockToleranceMs = 2 * 60_000;

/** The longest time limit of a function in cloudbaserc.json. */
const longestRunMs = 2 * 60_000;

/** A lease that no instance sees ending while its holder runs, as long as both clocks are within the tolerance. */
export const exclusiveLeaseMs = longestRunMs + 2 * clockToleranceMs;
