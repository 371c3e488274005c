import { describe, expect, it } from 'vitest';
import { clockToleranceMs, exclusiveLeaseMs } from '../core/lease.ts';
import { type ApplicationDocument, applicationsCollection } from './application.ts';
import { withdrawIfSecond } from './one-at-a-time.ts';
import { pollApplications } from './poll.ts';
import { queryApplications } from './query.ts';
import { reviseApplication } from './revise.ts';
import { submitApplication } from './submit.ts';
import { applicationDocument } from './testing/application.ts';
import { alice, fixtureWithForm, refusalOf } from './testing/fixture.ts';

const token = 'token-0123456789abcdef';

/** Alice's first application was rejected. */
async function rejected() {
  const { fixture, form } = await fixtureWithForm('ecommerce');
  const { applicationId: id } = await submitApplication(fixture.ports, alice, token, form);
  fixture.wechatPay.answer(id, 'REJECTED');
  fixture.nowMs += 10_000;
  await queryApplications(fixture.ports, alice, id);
  const named = (merchant_shortname: string) => ({ ...form, merchant_shortname });
  return { fixture, form, id, named };
}

describe('a person has one application under way at a time', () => {
  it('also when an earlier one is corrected meanwhile', async () => {
    const { fixture, form, id } = await rejected();
    await submitApplication(fixture.ports, alice, `${token}-2`, form);
    const { code } = await refusalOf(reviseApplication(fixture.ports, alice, id, form));
    expect(code).toBe('APPLICATION_IN_PROGRESS');
    expect(fixture.wechatPay.submitted).toHaveLength(2);
  });

  it('also when it is stored after a later one has been sent', async () => {
    const { fixture, form } = await fixtureWithForm('ecommerce');
    let sent = () => {};
    const later = new Promise<void>((resolve) => {
      sent = resolve;
    });
    let inserts = 0;
    fixture.documents.interrupt = async (when, operation) => {
      if (when === 'before' && operation === `insert ${applicationsCollection}` && inserts++ === 0)
        await later;
    };
    const slow = refusalOf(submitApplication(fixture.ports, alice, `${token}-1`, form));
    fixture.nowMs += 1000;
    await submitApplication(fixture.ports, alice, `${token}-2`, form);
    sent();
    expect((await slow).code).toBe('APPLICATION_IN_PROGRESS');
    expect(fixture.wechatPay.submitted).toHaveLength(1);
    const all = fixture.documents.all<ApplicationDocument>(applicationsCollection);
    expect(all.map(({ stage }) => stage).sort()).toEqual(['rejected', 'reviewing']);
    const message = expect.stringContaining('未送达微信支付');
    expect(all.flatMap(({ rejections }) => rejections ?? [])).toMatchObject([{ path: '', message }]);
  });

  it('also when a new one and a correction come at the same moment; whoever asks again gets it', async () => {
    const { fixture, form, id } = await rejected();
    const both = await Promise.all([
      refusalOf(reviseApplication(fixture.ports, alice, id, form)),
      refusalOf(submitApplication(fixture.ports, alice, `${token}-2`, form)),
    ]);
    expect(both.map(({ code }) => code)).toEqual(['BUSY', 'BUSY']);
    expect(fixture.wechatPay.submitted).toHaveLength(1);
    expect((await queryApplications(fixture.ports, alice, id))[0]).toMatchObject({ stage: 'rejected' });
    const again = await reviseApplication(fixture.ports, alice, id, form);
    expect(again).toMatchObject({ stage: 'reviewing' });
  });

  it.each([1, -1])(
    'also when it is asked about while it is sent, by an instance whose clock is four minutes off (%i)',
    async (sign) => {
      const { fixture, form } = await fixtureWithForm('ecommerce');
      const differenceMs = sign * 2 * clockToleranceMs;
      const seen: unknown[] = [];
      fixture.documents.interrupt = async (when, operation) => {
        if (when !== 'after' || operation !== `insert ${applicationsCollection}`) return;
        fixture.documents.interrupt = async () => {};
        fixture.nowMs += differenceMs;
        seen.push(...(await queryApplications(fixture.ports, alice)));
        await pollApplications(fixture.ports, () => true);
        seen.push(await refusalOf(submitApplication(fixture.ports, alice, `${token}-2`, form)));
        fixture.nowMs -= differenceMs;
      };
      const { applicationId } = await submitApplication(fixture.ports, alice, token, form);
      expect(seen).toMatchObject([{ stage: 'reviewing' }, { code: 'APPLICATION_IN_PROGRESS' }]);
      expect(fixture.documents.peek(applicationsCollection, applicationId)).toMatchObject({
        stage: 'reviewing',
        open: true,
        applymentId: expect.any(String),
      });
    },
  );

  it('also when one of two others has been sent: that one will not withdraw', async () => {
    const { fixture, form } = await fixtureWithForm('ecommerce');
    const doc = applicationDocument({ openid: alice, _id: '1900000001_own', state: 'CREATED' });
    const others = (['CREATED', 'CHECKING'] as const).map((state) => ({
      ...doc,
      _id: `1900000001_${state}`,
      state,
    }));
    fixture.documents.put(applicationsCollection, doc, ...others);
    const code = 'APPLICATION_IN_PROGRESS';
    await expect(withdrawIfSecond(fixture.ports, doc)).rejects.toMatchObject({ code });
    expect(await refusalOf(submitApplication(fixture.ports, alice, token, form))).toMatchObject({ code });
  });

  it('and a correction is nobody else’s while it is sent', async () => {
    const { fixture, form, id } = await rejected();
    let stored: ApplicationDocument | undefined;
    fixture.wechatPay.on(fixture.wechatPay.submitRoute, () => {
      stored = fixture.documents.peek(applicationsCollection, id);
      return { applyment_id: 1 };
    });
    await reviseApplication(fixture.ports, alice, id, form);
    const untilMs = fixture.nowMs + exclusiveLeaseMs;
    expect(stored).toMatchObject({
      stage: 'reviewing',
      open: true,
      leaseUntilMs: untilMs,
      nextPollAtMs: untilMs,
    });
  });

  it('and one correction of it at a time: the form that is stored is the one that was sent', async () => {
    const { fixture, id, named } = await rejected();
    const views = await Promise.all([
      reviseApplication(fixture.ports, alice, id, named('小店一')),
      reviseApplication(fixture.ports, alice, id, named('小店二')),
    ]);
    const sent = fixture.wechatPay.submitted.slice(1).map(({ merchant_shortname }) => merchant_shortname);
    expect(sent).toHaveLength(1);
    expect(views.map(({ merchantShortname }) => merchantShortname)).toEqual([sent[0], sent[0]]);
  });
});
