import { expect, it } from 'vitest';
import { CommerceError } from '../core/errors.ts';
import { errorTexts } from '../core/messages.ts';
import { lostAnswer, refusal } from '../wechatpay/testing/fake-transport.ts';
import { type ApplicationDocument, applicationsCollection } from './application.ts';
import { reviseApplication } from './revise.ts';
import { revokeApplication } from './revoke.ts';
import { submitApplication } from './submit.ts';
import { alice, type Fixture, fixtureWithForm, sampleForm } from './testing/fixture.ts';

const token = 'token-0123456789abcdef';

async function submitted(kind: 'ecommerce' | 'partner' = 'ecommerce') {
  const { fixture, form } = await fixtureWithForm(kind);
  const { applicationId: id } = await submitApplication(fixture.ports, alice, token, form);
  return { fixture, form, id };
}

const change = (fixture: Fixture, id: string, set: Partial<ApplicationDocument>) =>
  fixture.documents.update(applicationsCollection, id, {}, set as Record<string, unknown>);

/** An application of alice that this account did not submit. */
async function ofAnotherAccount(fixture: Fixture, id: string) {
  const doc = fixture.documents.peek<ApplicationDocument>(applicationsCollection, id)!;
  const other = { ...doc, _id: '1900000009_A1', stage: 'rejected' as const };
  fixture.documents.put(applicationsCollection, other);
  return other._id;
}

const refusals: Record<string, () => Promise<unknown>> = {
  async 'a correction of what is under review'() {
    const { fixture, form, id } = await submitted();
    return reviseApplication(fixture.ports, alice, id, form);
  },
  async 'a correction of what another account submitted'() {
    const { fixture, form, id } = await submitted();
    return reviseApplication(fixture.ports, alice, await ofAnotherAccount(fixture, id), form);
  },
  async 'taking back what is finished'() {
    const { fixture, id } = await submitted();
    await change(fixture, id, { stage: 'finished' });
    return revokeApplication(fixture.ports, alice, id);
  },
  async 'taking back an application of 特约商户'() {
    const { fixture, id } = await submitted('partner');
    return revokeApplication(fixture.ports, alice, id);
  },
  async 'a token of another form'() {
    const { fixture } = await submitted();
    const other = sampleForm('ecommerce', 2);
    await fixture.upload(alice, other);
    return submitApplication(fixture.ports, alice, token, other);
  },
  async 'an application whose answer is lost'() {
    const { fixture, form } = await fixtureWithForm('ecommerce');
    fixture.wechatPay.failNext(fixture.wechatPay.submitRoute, lostAnswer());
    return submitApplication(fixture.ports, alice, token, form);
  },
  async 'an application of a kind that the platform may not submit'() {
    const { fixture, form } = await fixtureWithForm('ecommerce');
    fixture.wechatPay.failNext(fixture.wechatPay.submitRoute, refusal('NO_AUTH', { status: 403 }));
    return submitApplication(fixture.ports, alice, token, form);
  },
};

it.each(Object.entries(refusals))(
  '%s is refused in words of its own, in both languages',
  async (_, refused) => {
    const error = await refused().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(CommerceError);
    const { code, texts } = error as CommerceError;
    expect(texts).toEqual({ zh: expect.stringMatching(/\p{sc=Han}/u), en: expect.stringMatching(/^[A-Z]/) });
    expect(texts).not.toEqual(errorTexts[code]);
  },
);

it('what another account submitted is neither corrected nor taken back, whatever is known of it', async () => {
  const { fixture, form, id } = await submitted();
  const other = await ofAnotherAccount(fixture, id);
  const asked = fixture.wechatPay.calls.length;
  const code = 'CONFIG_INVALID';
  await expect(reviseApplication(fixture.ports, alice, other, form)).rejects.toMatchObject({ code });
  await expect(revokeApplication(fixture.ports, alice, other)).rejects.toMatchObject({ code });
  expect(fixture.wechatPay.calls).toHaveLength(asked);
});
