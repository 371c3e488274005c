import { describe, expect, it } from 'vitest';
import { acceptedState, isOfAccount, isOpen, pollDelayMs, stageOf, viewOf } from './application.ts';
import { applicationDocument } from './testing/application.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const stages = [
  'reviewing',
  'verify-account',
  'confirm',
  'sign',
  'rejected',
  'finished',
  'frozen',
  'cancelled',
] as const;

describe('an application', () => {
  it.each([
    ['reviewing', [1, 1, 2, 5, 10, 30, 30]],
    ['verify-account', [1, 2, 5, 10, 30, 60, 60]],
    ['confirm', [1, 2, 5, 10, 30, 60, 60]],
    ['sign', [1, 2, 5, 10, 30, 60, 60]],
  ] as const)('at the stage %s is asked about after %j minutes', (stage, minutes) => {
    expect(minutes.map((_, attempts) => pollDelayMs(stage, attempts))).toEqual(
      minutes.map((each) => each * minuteMs),
    );
  });

  it.each(['rejected', 'finished', 'frozen'] as const)('that is %s is asked about once a day', (stage) => {
    expect([0, 9].map((attempts) => pollDelayMs(stage, attempts))).toEqual([dayMs, dayMs]);
  });

  it('that is cancelled is not asked about', () => {
    expect(pollDelayMs('cancelled', 0)).toBeNull();
  });

  it('is under way until it is rejected or has ended', () => {
    expect(stages.filter(isOpen)).toEqual(['reviewing', 'verify-account', 'confirm', 'sign']);
  });

  it('has the states of its kind only', () => {
    expect(stageOf('ecommerce', 'CHECKING')).toEqual({ state: 'CHECKING', stage: 'reviewing' });
    expect(stageOf('partner', 'CHECKING')).toBeUndefined();
    expect(stageOf('ecommerce', 'toString')).toBeUndefined();
    expect([acceptedState('ecommerce'), acceptedState('partner')]).toEqual([
      'CHECKING',
      'APPLYMENT_STATE_AUDITING',
    ]);
  });

  it.each([
    ['its own', 'ecommerce', '1900000001', true],
    ['one of another kind', 'partner', '1900000001', false],
    ['one of another number', 'ecommerce', '1900000002', false],
    ['one of a number that begins alike', 'ecommerce', '190000000', false],
  ] as const)('is of the account that submitted it: %s', (_, kind, mchid, own) => {
    const account = { kind, client: { account: { mchid } } } as never;
    expect(isOfAccount(applicationDocument(), account)).toBe(own);
  });
});

describe('what an applicant sees', () => {
  const always = {
    ...{ applicationId: '1900000001_A1', kind: 'ecommerce', state: 'CHECKING', stage: 'reviewing' },
    ...{ merchantShortname: '小店', createdAtMs: 5, updatedAtMs: 5 },
  };

  it('is nothing that is not there', () => {
    expect(viewOf(applicationDocument({ form: { secret: 1 } }))).toEqual(always);
  });

  it('is all that is there', () => {
    const there = {
      ...{ stages: [{ stage: 'sign' as const, atMs: 5 }], subMchid: '19', sellerId: '19', signUrl: 'u' },
      ...{ legalValidationUrl: 'v', rejections: [], accountValidation: {} as never },
    };
    expect(viewOf(applicationDocument({ ...there, masks: [{ path: 'a.b', mask: '林*' }] }))).toEqual({
      ...always,
      ...there,
      masks: { 'a.b': '林*' },
    });
  });

  it('is the form of a rejected one, to correct it', () => {
    const form = { a: 1 };
    expect(viewOf(applicationDocument({ stage: 'rejected', form }))).toMatchObject({ form });
  });
});
