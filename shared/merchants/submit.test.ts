import { describe, expect, it } from 'vitest';
import { exclusiveLeaseMs } from '../core/lease.ts';
import { lostAnswer, refusal as refused } from '../wechatpay/testing/fake-transport.ts';
import { type ApplicationDocument, applicationsCollection } from './application.ts';
import { pollApplications } from './poll.ts';
import { queryApplications } from './query.ts';
import { submitApplication } from './submit.ts';
import { alice, bob, fixtureWithForm, refusalOf, sampleForm } from './testing/fixture.ts';

const token = 'token-0123456789abcdef';
const kinds = ['ecommerce', 'partner'] as const;

describe.each(kinds)('submitting a %s application', (kind) => {
  it('sends it once, under a number of digits, letters and underscores, and answers its view', async () => {
    const { fixture, form } = await fixtureWithForm(kind);
    const view = await submitApplication(fixture.ports, alice, token, form);
    expect(view).toMatchObject({ kind, stage: 'reviewing' });
    expect(view.applicationId).toMatch(/^1900000001_[0-9a-f]{40}$/);
    expect(fixture.wechatPay.submitted).toHaveLength(1);
    const numberField = kind === 'ecommerce' ? 'out_request_no' : 'business_code';
    expect(fixture.wechatPay.submitted[0]![numberField]).toBe(view.applicationId);
  });

  it('stores it before it is sent', async () => {
    const { fixture, form } = await fixtureWithForm(kind);
    const stored: ApplicationDocument[] = [];
    fixture.wechatPay.on(fixture.wechatPay.submitRoute, () => {
      stored.push(...fixture.documents.all<ApplicationDocument>(applicationsCollection));
      return { applyment_id: 1 };
    });
    const { applicationId: _id } = await submitApplication(fixture.ports, alice, token, form);
    const untilMs = fixture.nowMs + exclusiveLeaseMs;
    expect(stored).toMatchObject([{ _id, open: true, leaseUntilMs: untilMs, nextPollAtMs: untilMs }]);
  });

  it('is the same application when the same token comes again', async () => {
    const { fixture, form } = await fixtureWithForm(kind);
    const first = await submitApplication(fixture.ports, alice, token, form);
    const second = await submitApplication(fixture.ports, alice, token, form);
    expect(second.applicationId).toBe(first.applicationId);
    expect(fixture.wechatPay.submitted).toHaveLength(1);
  });

  it('is the same form when its fields come in another order', async () => {
    const { fixture, form } = await fixtureWithForm(kind);
    const first = await submitApplication(fixture.ports, alice, token, form);
    const turned = (value: unknown): unknown =>
      Array.isArray(value)
        ? value.map(turned)
        : value instanceof Object
          ? Object.fromEntries(
              Object.entries(value)
                .reverse()
                .map(([key, of]) => [key, turned(of)]),
            )
          : value;
    const again = turned(form) as Record<string, unknown>;
    expect(await submitApplication(fixture.ports, alice, token, again)).toEqual(first);
    expect(fixture.wechatPay.submitted).toHaveLength(1);
  });

  it('is neither asked about nor sent again while it may still be under way', async () => {
    const { fixture, form } = await fixtureWithForm(kind);
    fixture.wechatPay.on(fixture.wechatPay.submitRoute, () => {
      throw new Error('instance is gone');
    });
    await expect(submitApplication(fixture.ports, alice, token, form)).rejects.toThrow('gone');
    fixture.nowMs += exclusiveLeaseMs - 1;
    expect(await submitApplication(fixture.ports, alice, token, form)).toMatchObject({ state: 'CREATED' });
    expect(fixture.wechatPay.calls).toHaveLength(1);
    fixture.nowMs += 1;
    fixture.wechatPay.on(fixture.wechatPay.submitRoute, () => ({ applyment_id: 1 }));
    expect(await submitApplication(fixture.ports, alice, token, form)).toMatchObject({ stage: 'reviewing' });
    expect(fixture.wechatPay.calls).toHaveLength(3);
  });

  it('may be refused, twice; and is sent once when it comes twice at the same moment after that', async () => {
    const { fixture, form } = await fixtureWithForm(kind);
    for (let time = 0; time < 2; time++) {
      fixture.wechatPay.failNext(fixture.wechatPay.submitRoute, refused('PARAM_ERROR'));
      await refusalOf(submitApplication(fixture.ports, alice, token, form));
      expect(await queryApplications(fixture.ports, alice)).toMatchObject([
        { state: 'CREATED', stage: 'rejected' },
      ]);
    }
    const views = await Promise.all([
      submitApplication(fixture.ports, alice, token, form),
      submitApplication(fixture.ports, alice, token, form),
    ]);
    expect(views).toMatchObject([{ stage: 'reviewing' }, { stage: 'reviewing' }]);
    expect(fixture.wechatPay.submitted).toHaveLength(1);
  });

  it('sends once when the same token comes twice at the same moment', async () => {
    const { fixture, form } = await fixtureWithForm(kind);
    await Promise.all([
      submitApplication(fixture.ports, alice, token, form),
      submitApplication(fixture.ports, alice, token, form),
    ]);
    expect(fixture.wechatPay.submitted).toHaveLength(1);
    expect(fixture.documents.all(applicationsCollection)).toHaveLength(1);
  });

  it('refuses another form under a used token', async () => {
    const { fixture, form } = await fixtureWithForm(kind);
    await submitApplication(fixture.ports, alice, token, form);
    const other = sampleForm(kind, 2);
    await fixture.upload(alice, other);
    expect((await refusalOf(submitApplication(fixture.ports, alice, token, other))).code).toBe(
      'TOKEN_REUSED',
    );
  });

  it('refuses a second application while one is under way, and not another person’s', async () => {
    const { fixture, form } = await fixtureWithForm(kind);
    await submitApplication(fixture.ports, alice, token, form);
    const second = submitApplication(fixture.ports, alice, `${token}-2`, form);
    expect((await refusalOf(second)).code).toBe('APPLICATION_IN_PROGRESS');
    const bobs = sampleForm(kind, 3);
    await fixture.upload(bob, bobs);
    expect((await submitApplication(fixture.ports, bob, token, bobs)).stage).toBe('reviewing');
  });

  it('sends neither of two applications of a person at the same moment, and then the one that comes again', async () => {
    const { fixture, form } = await fixtureWithForm(kind);
    const results = await Promise.all([
      refusalOf(submitApplication(fixture.ports, alice, `${token}-1`, form)),
      refusalOf(submitApplication(fixture.ports, alice, `${token}-2`, form)),
    ]);
    expect(results.map(({ code }) => code)).toEqual(['BUSY', 'BUSY']);
    await submitApplication(fixture.ports, alice, `${token}-2`, form);
    expect(fixture.wechatPay.submitted).toHaveLength(1);
  });

  it('refuses media that the applicant did not upload, names the fields, and sends nothing', async () => {
    const { fixture, form } = await fixtureWithForm(kind);
    await fixture.upload(bob, form);
    const refusal = await refusalOf(submitApplication(fixture.ports, alice, token, form));
    expect(refusal.code).toBe('APPLICATION_INVALID');
    expect(refusal.fields.length).toBeGreaterThan(1);
    expect(fixture.wechatPay.calls).toEqual([]);
    expect(fixture.documents.all(applicationsCollection)).toEqual([]);
  });

  it('refuses a wrong form by field, and sends and stores nothing', async () => {
    const { fixture, form } = await fixtureWithForm(kind);
    const contact = { ...(form.contact_info as object), mobile_phone: '12' };
    const refusal = await refusalOf(
      submitApplication(fixture.ports, alice, token, { ...form, contact_info: contact, extra: 1 }),
    );
    expect(refusal.code).toBe('APPLICATION_INVALID');
    expect(refusal.fields.map(({ path }) => path).sort()).toEqual(['contact_info.mobile_phone', 'extra']);
    expect(fixture.wechatPay.calls).toEqual([]);
    expect(fixture.documents.all(applicationsCollection)).toEqual([]);
  });
});

describe.each(kinds)('when the answer to a %s application is lost', (kind) => {
  it('says that the outcome is unknown, and finds by query that it had arrived', async () => {
    const { fixture, form } = await fixtureWithForm(kind);
    fixture.wechatPay.failNext(fixture.wechatPay.submitRoute, lostAnswer(), { afterEffect: true });
    expect((await refusalOf(submitApplication(fixture.ports, alice, token, form))).code).toBe(
      'OUTCOME_UNKNOWN',
    );
    const again = await submitApplication(fixture.ports, alice, token, form);
    expect(again.state).toBe(kind === 'ecommerce' ? 'CHECKING' : 'APPLYMENT_STATE_AUDITING');
    expect(fixture.wechatPay.submitted).toHaveLength(1);
  });

  it('is asked about by the timer, half a minute later', async () => {
    const { fixture, form } = await fixtureWithForm(kind);
    fixture.wechatPay.failNext(fixture.wechatPay.submitRoute, lostAnswer(), { afterEffect: true });
    await refusalOf(submitApplication(fixture.ports, alice, token, form));
    fixture.nowMs += 29_999;
    expect(await pollApplications(fixture.ports, () => true)).toMatchObject({ polled: 0 });
    fixture.nowMs += 1;
    expect(await pollApplications(fixture.ports, () => true)).toMatchObject({ polled: 1, changed: 1 });
  });

  it('sends again under the same number when the query says that nothing arrived', async () => {
    const { fixture, form } = await fixtureWithForm(kind);
    fixture.wechatPay.failNext(fixture.wechatPay.submitRoute, lostAnswer());
    await refusalOf(submitApplication(fixture.ports, alice, token, form));
    const again = await submitApplication(fixture.ports, alice, token, form);
    expect(again.stage).toBe('reviewing');
    expect(fixture.wechatPay.submitted).toHaveLength(1);
    expect(fixture.documents.all(applicationsCollection)).toHaveLength(1);
  });

  it('asks the applicant to submit again when the page looks and nothing arrived', async () => {
    const { fixture, form } = await fixtureWithForm(kind);
    fixture.wechatPay.failNext(fixture.wechatPay.submitRoute, lostAnswer());
    await refusalOf(submitApplication(fixture.ports, alice, token, form));
    fixture.nowMs += 60_000;
    const [view] = await queryApplications(fixture.ports, alice);
    expect(view).toMatchObject({ state: 'CREATED', stage: 'rejected' });
    expect(view?.rejections?.[0]?.message).toContain('没有送达');
    const another = await submitApplication(fixture.ports, alice, `${token}-another`, form);
    expect(another.stage).toBe('reviewing');
  });
});

describe.each(kinds)('when WeChat Pay refuses a %s application', (kind) => {
  it('names the field it points at, and takes the corrected form under the same token', async () => {
    const { fixture, form } = await fixtureWithForm(kind);
    fixture.wechatPay.failNext(
      fixture.wechatPay.submitRoute,
      refused('PARAM_ERROR', { field: '/contact_info/mobile_phone' }),
    );
    const refusal = await refusalOf(submitApplication(fixture.ports, alice, token, form));
    expect(refusal).toMatchObject({
      code: 'APPLICATION_INVALID',
      fields: [{ path: 'contact_info.mobile_phone' }],
    });
    const other = sampleForm(kind, 2);
    await fixture.upload(alice, other);
    const view = await submitApplication(fixture.ports, alice, token, other);
    expect(view.stage).toBe('reviewing');
  });

  it('says that a permission is missing, and blames no field', async () => {
    const { fixture, form } = await fixtureWithForm(kind);
    fixture.wechatPay.failNext(fixture.wechatPay.submitRoute, refused('NO_AUTH', { status: 403 }));
    const refusal = await refusalOf(submitApplication(fixture.ports, alice, token, form));
    expect(refusal).toMatchObject({ code: 'WECHATPAY_REFUSED', fields: [] });
    expect(refusal.message).toContain('micro merchants need a separate permission');
    const [view] = await queryApplications(fixture.ports, alice);
    expect(view?.rejections).toMatchObject([{ path: '', message: expect.stringContaining('小微') }]);
  });

  it('takes PROCESSING as proof that an earlier submission arrived', async () => {
    const { fixture, form } = await fixtureWithForm(kind);
    fixture.wechatPay.failNext(fixture.wechatPay.submitRoute, refused('PROCESSING'), { afterEffect: true });
    const view = await submitApplication(fixture.ports, alice, token, form);
    expect(view.stage).toBe('reviewing');
    const doc = await fixture.documents.get<ApplicationDocument>(applicationsCollection, view.applicationId);
    expect(doc?.state).toBe(kind === 'ecommerce' ? 'CHECKING' : 'APPLYMENT_STATE_AUDITING');
  });

  it('tells a configuration fault from a refusal', async () => {
    const { fixture, form } = await fixtureWithForm(kind);
    fixture.wechatPay.failNext(fixture.wechatPay.submitRoute, refused('SIGN_ERROR', { status: 401 }));
    expect((await refusalOf(submitApplication(fixture.ports, alice, token, form))).code).toBe(
      'CONFIG_INVALID',
    );
  });
});
