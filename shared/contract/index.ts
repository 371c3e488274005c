/** The contract between the mini-program and the functions. Types only, no code. */
export type * from './account.ts';
export type * from './complaints.ts';
export type * from './funds.ts';
export type * from './management.ts';
export type * from './onboarding.ts';
export type * from './orders.ts';
export type * from './products.ts';
export type * from './refunds.ts';
export type * from './result.ts';
export type * from './sharing.ts';
export type * from './shipping.ts';
export type * from './transfers.ts';
