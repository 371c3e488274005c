import { describe, expect, it } from 'vitest';
import type { DeployedFunction } from '../cloud/functions.ts';
import { describePlan } from './describe.ts';
import type { DesiredFunction } from './desired.ts';
import { type Current, isNone, needsUpload, planFunction, refusalsOf } from './plan.ts';

const nothing: ReadonlySet<string> = new Set();
const wanted: DesiredFunction = {
  name: 'payNotify',
  folder: '/nowhere',
  fingerprint: 'new',
  runtime: 'Nodejs20.19',
  handler: 'index.main',
  timeoutSeconds: 10,
  memoryMb: 256,
  variables: { WECHATPAY_APPID: 'wx0123456789abcdef', WECHATPAY_DIRECT_API_V3_KEY: 'k'.repeat(32) },
  knownVariables: ['WECHATPAY_APPID', 'WECHATPAY_DIRECT_API_V3_KEY', 'WECHATPAY_DIRECT_PUBLIC_KEY'],
  missingVariables: [],
  timers: [{ name: 'everyMinute', cron: '0 */1 * * * * *' }],
  paths: ['/pay-notify', '/pay-notify/direct'],
};
const same: DeployedFunction = {
  name: 'payNotify',
  status: 'Active',
  statusReason: '',
  runtime: 'Nodejs20.19',
  handler: 'index.main',
  timeoutSeconds: 10,
  memoryMb: 256,
  variables: wanted.variables,
  timers: wanted.timers,
  modifiedAt: '',
};
const routes = wanted.paths.map((path) => ({ path, functionName: 'payNotify', needsLogin: false }));
const current = (deployed: Partial<DeployedFunction> = {}, more: Partial<Current> = {}): Current => ({
  deployed: { ...same, ...deployed },
  fingerprint: 'new',
  routes,
  ...more,
});
const planned = (deployed: Partial<DeployedFunction> = {}, more: Partial<Current> = {}) =>
  planFunction(wanted, current(deployed, more), nothing);
const refused = (
  desired: Partial<DesiredFunction>,
  deployed: Partial<DeployedFunction> = {},
  unset = nothing,
) => refusalsOf(planFunction({ ...wanted, ...desired }, current(deployed), unset), unset).map(({ id }) => id);

describe('the plan of a function', () => {
  it('is empty when the cloud has it all', () => {
    const plan = planned();
    expect(isNone(plan.differences)).toBe(true);
    expect(describePlan(plan)).toContain('unchanged');
  });

  it('names what differs, and no value', () => {
    const plan = planned(
      {
        variables: { WECHATPAY_APPID: 'wxother' },
        timeoutSeconds: 3,
        timers: [{ name: 'old', cron: '0 0 * * * * *' }],
      },
      { fingerprint: 'old', routes: [] },
    );
    expect(plan.differences).toMatchObject({
      code: true,
      settings: ['timeout 3 → 10'],
      addedVariables: ['WECHATPAY_DIRECT_API_V3_KEY'],
      changedVariables: ['WECHATPAY_APPID'],
      staleTimers: [{ name: 'old' }],
      missingTimers: [{ name: 'everyMinute' }],
      wrongPaths: wanted.paths,
    });
    expect(describePlan(plan)).not.toContain('k'.repeat(32));
    expect(describePlan(plan)).not.toContain('wxother');
  });

  it('uploads nothing for a timer or a path alone, nor for a runtime that an update cannot change', () => {
    for (const plan of [
      planned({ timers: [] }),
      planned({}, { routes: [] }),
      planned({ runtime: 'Nodejs18.15' }),
    ]) {
      expect(isNone(plan.differences)).toBe(false);
      expect(needsUpload(plan.differences)).toBe(false);
    }
  });

  it('counts a path that leads to another function or asks for a login as missing', () => {
    const other = [
      { ...routes[0]!, functionName: 'other' },
      { ...routes[1]!, needsLogin: true },
    ];
    expect(planned({}, { routes: other }).differences.wrongPaths).toEqual(wanted.paths);
  });

  it('keeps what somebody set in the cloud under names of their own', () => {
    const plan = planned({ variables: { ...wanted.variables, SHOP_TOKEN: 'by hand', EMPTY: '' } });
    expect(plan.variables).toEqual({ ...wanted.variables, SHOP_TOKEN: 'by hand' });
    expect(isNone(plan.differences)).toBe(true);
  });
});

describe('a deployment is refused', () => {
  const inCloud = { variables: { ...wanted.variables, WECHATPAY_DIRECT_PUBLIC_KEY: 'MIIB' } };

  it('when a required variable is missing', () => {
    expect(refused({ missingVariables: ['WECHATPAY_APPID'] })).toEqual(['missing']);
  });

  it('when it would empty a variable, unless that is wanted', () => {
    expect(refused({}, inCloud)).toEqual(['would-empty']);
    expect(refused({}, inCloud, new Set(['WECHATPAY_DIRECT_PUBLIC_KEY']))).toEqual([]);
  });

  it('when the variables take more than 4 KB, those of others included', () => {
    expect(refused({}, { variables: { ...wanted.variables, SHOP_TOKEN: 'x'.repeat(4000) } })).toEqual([
      'too-large',
    ]);
  });

  it.each([
    ['a quote', 'a"b'],
    ['a backslash', 'a\\b'],
    ['a line end', 'a\nb'],
    ['an object', '{"a":1}'],
    ['a list', ' [1]'],
    ['null', 'null'],
  ])('when a value has %s, which the CLI would change', (_, value) => {
    expect(refused({ variables: { ...wanted.variables, WECHATPAY_APPID: value } })).toEqual(['characters']);
  });

  it("when a name is the platform's own", () => {
    expect(refused({ variables: { ...wanted.variables, SCF_TOKEN: 'x' } })).toEqual(['reserved']);
  });
});
