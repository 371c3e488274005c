import { describe, expect, it } from 'vitest';
import { memoryDocuments } from '../../../shared/core/testing/documents.ts';
import type { FunctionPlan } from '../../deploy/plan.ts';
import { explainFunction } from './explain-function.ts';
import { watchCallbacks } from './watch-callbacks.ts';

const none: FunctionPlan['differences'] = {
  code: false,
  settings: [],
  addedVariables: [],
  changedVariables: [],
  removedVariables: [],
  missingTimers: [],
  staleTimers: [],
  wrongPaths: [],
};
const plan = (differences: Partial<FunctionPlan['differences']>, isNew = false): FunctionPlan => ({
  wanted: {
    name: 'payNotify',
    folder: '',
    fingerprint: 'f',
    runtime: 'Nodejs20.19',
    handler: 'index.main',
    timeoutSeconds: 10,
    memoryMb: 256,
    variables: {},
    knownVariables: [],
    missingVariables: [],
    timers: [],
    paths: [],
  },
  variables: {},
  isNew,
  differences: { ...none, ...differences },
});

describe('a deployed function', () => {
  it.each<[string, Partial<FunctionPlan['differences']>, string, string, string]>([
    ['is the same', {}, 'cloud-function-same', 'info', 'payNotify'],
    ['has another value', { changedVariables: ['A'] }, 'cloud-variables-differ', 'error', 'A'],
    ['lacks a variable', { addedVariables: ['B'] }, 'cloud-variables-differ', 'error', 'B'],
    [
      'has a variable of its own',
      { removedVariables: ['C'] },
      'cloud-variables-only-there',
      'warning',
      '--unset C',
    ],
    [
      'has another runtime',
      { settings: ['runtime a → b'] },
      'cloud-settings-differ',
      'warning',
      'runtime a → b',
    ],
    [
      'lacks a timer',
      { missingTimers: [{ name: 'every', cron: '*' }] },
      'cloud-timers-differ',
      'error',
      'every',
    ],
    [
      'has a timer too many',
      { staleTimers: [{ name: 'old', cron: '*' }] },
      'cloud-timers-differ',
      'error',
      'old',
    ],
    ['is not reached by its path', { wrongPaths: ['/pay'] }, 'cloud-paths-differ', 'error', '/pay'],
    ['has other code', { code: true }, 'cloud-code-differs', 'warning', 'working tree'],
  ])('%s', (_, differences, id, level, words) => {
    const findings = explainFunction(plan(differences));
    expect(findings).toMatchObject([{ id, level }]);
    expect(JSON.stringify(findings)).toContain(words);
  });

  it('is missing', () => {
    expect(explainFunction(plan({ code: true, addedVariables: ['A'] }, true))).toMatchObject([
      { id: 'cloud-function-missing', level: 'error' },
    ]);
  });

  it('differs in several ways at once', () => {
    const findings = explainFunction(plan({ code: true, changedVariables: ['A'], wrongPaths: ['/pay'] }));
    expect(findings.map(({ id }) => id)).toEqual([
      'cloud-variables-differ',
      'cloud-paths-differ',
      'cloud-code-differs',
    ]);
  });
});

describe('a test callback', () => {
  it('counts when it was recorded after the watch began, for its account', async () => {
    const documents = memoryDocuments();
    const record = (_id: string, account: string, eventType = 'SECURITY_ECHO.SUCCESS') =>
      documents.insertIfAbsent('notifications', { _id, account, eventType, receivedAtMs: 1 });
    await record('before', 'direct');
    const arrived = await watchCallbacks(documents)('direct');
    expect(await arrived()).toBe(false);
    await record('of another account', 'ecommerce');
    await record('of another kind', 'direct', 'TRANSACTION.SUCCESS');
    expect(await arrived()).toBe(false);
    await record('after', 'direct');
    expect(await arrived()).toBe(true);
  });
});
