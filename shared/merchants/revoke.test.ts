import { describe, expect, it } from 'vitest';
import { lostAnswer } from '../wechatpay/testing/fake-transport.ts';
import { queryApplications } from './query.ts';
import { revokeApplication } from './revoke.ts';
import { submitApplication } from './submit.ts';
import { routes } from './testing/fake-applyments.ts';
import { alice, bob, fixtureWithForm, refusalOf } from './testing/fixture.ts';

const token = 'token-0123456789abcdef';

async function submitted(kind: 'ecommerce' | 'partner' = 'ecommerce') {
  const { fixture, form } = await fixtureWithForm(kind);
  const { applicationId } = await submitApplication(fixture.ports, alice, token, form);
  const revoke = (openid = alice) => revokeApplication(fixture.ports, openid, applicationId);
  return { fixture, applicationId, revoke };
}

describe('a revoked application', () => {
  it('is cancelled, also when it is revoked twice', async () => {
    const { fixture, revoke } = await submitted();
    expect(await revoke()).toMatchObject({ stage: 'cancelled' });
    const asked = fixture.wechatPay.calls.length;
    expect(await revoke()).toMatchObject({ stage: 'cancelled' });
    expect(fixture.wechatPay.calls).toHaveLength(asked);
  });

  it('is cancelled although the response was lost, as the next query shows', async () => {
    const { fixture, applicationId, revoke } = await submitted();
    fixture.wechatPay.on(routes.ecommerce.revoke, () => {
      fixture.wechatPay.answer(applicationId, 'CANCELED');
      throw lostAnswer();
    });
    expect((await refusalOf(revoke())).code).toBe('OUTCOME_UNKNOWN');
    fixture.nowMs += 10_000;
    expect(await queryApplications(fixture.ports, alice, applicationId)).toMatchObject([
      { stage: 'cancelled' },
    ]);
  });

  it('is nobody else\u2019s, not finished, and not of 特约商户', async () => {
    const { fixture, applicationId, revoke } = await submitted();
    expect((await refusalOf(revoke(bob))).code).toBe('APPLICATION_NOT_FOUND');
    fixture.wechatPay.answer(applicationId, 'FINISH', { sub_mchid: '1900000101' });
    fixture.nowMs += 10_000;
    await queryApplications(fixture.ports, alice, applicationId);
    expect((await refusalOf(revoke())).code).toBe('APPLICATION_STATE');
    const partner = await submitted('partner');
    expect((await refusalOf(partner.revoke())).code).toBe('APPLICATION_STATE');
  });
});
