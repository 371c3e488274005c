import { describe, expect, it } from 'vitest';
import { memoryDocuments } from '../core/testing/documents.ts';
import { WechatpayError } from '../wechatpay/errors.ts';
import { type ApplicationDocument, applicationsCollection } from './application.ts';
import { leaseMs, sendApplication } from './send.ts';
import { applicationDocument } from './testing/application.ts';

const nowMs = 1_000_000;
const dayMs = 24 * 3_600_000;
const refused = (code: string, details: object = {}) => new WechatpayError('refused', code, code, details);

/** @param submit what WeChat Pay answers @param query the state it says when asked; null when it knows none */
function sending(
  submit: object | Error,
  { before = 'CREATED', query = null }: { before?: ApplicationDocument['state']; query?: string | null } = {},
) {
  const documents = memoryDocuments();
  const untilMs = nowMs + leaseMs;
  const being = { state: 'CREATED', leaseUntilMs: untilMs, nextPollAtMs: untilMs } as const;
  const doc = applicationDocument({ ...being, applymentId: null, attempts: 3 });
  documents.put(applicationsCollection, doc);
  const asked: string[] = [];
  const request = async (route: string) => {
    asked.push(route.slice(0, 4).trim());
    if (route.startsWith('POST') && submit instanceof Error) throw submit;
    if (route.startsWith('POST')) return submit;
    if (query === null) throw refused('RESOURCE_NOT_EXISTS');
    return { applyment_state: query, applyment_id: 2000 };
  };
  const log = { info() {}, warn() {}, error() {} };
  const account = { kind: 'ecommerce', client: { account: { mchid: '1900000001' }, request } };
  const ports = { documents, log, clock: { nowMs: () => nowMs }, account } as never;
  return {
    asked,
    doc,
    send: () => sendApplication(ports, doc, {}, { state: before }),
    now: () => documents.peek<ApplicationDocument>(applicationsCollection, doc._id)!,
  };
}

describe('an application that WeChat Pay accepts', () => {
  it('is under review, and asked about in a minute', async () => {
    const { send, now } = sending({ applyment_id: 2000 });
    const accepted = {
      ...{ state: 'CHECKING', stage: 'reviewing', open: true, applymentId: '2000', attempts: 0 },
      ...{
        leaseUntilMs: 0,
        polledAtMs: 0,
        nextPollAtMs: nowMs + 60_000,
        rejections: null,
        updatedAtMs: nowMs,
      },
    };
    expect(await send()).toMatchObject(accepted);
    expect(now()).toMatchObject(accepted);
  });
});

describe('an application that was sent', () => {
  it('and whose answer is lost is asked about in half a minute, and is not refused', async () => {
    const { send, now, asked } = sending(new WechatpayError('unknown', 'PROCESSING', ''), {
      query: 'CHECKING',
    });
    await expect(send()).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
    const nextPollAtMs = nowMs + 30_000;
    expect(now()).toMatchObject({
      state: 'CREATED',
      stage: 'reviewing',
      open: true,
      leaseUntilMs: 0,
      nextPollAtMs,
    });
    expect(asked).toEqual(['POST']);
  });

  it('and fails by a fault of ours stays as it is: the timer finds out whether it arrived', async () => {
    const { send, now, doc } = sending(new Error('ours'));
    await expect(send()).rejects.toThrow('ours');
    expect(now()).toEqual(doc);
  });

  it('while WeChat Pay works on an earlier one of its number has the state of that', async () => {
    expect(await sending(refused('PROCESSING'), { query: 'AUDITING' }).send()).toMatchObject({
      state: 'AUDITING',
    });
    await expect(sending(refused('PROCESSING')).send()).rejects.toMatchObject({ code: 'WECHATPAY_REFUSED' });
  });
});

describe('an application that is refused', () => {
  it('for the first time is never asked about, and another one may follow', async () => {
    const { send, now } = sending(refused('PARAM_ERROR'));
    await expect(send()).rejects.toMatchObject({ code: 'APPLICATION_INVALID' });
    expect(now()).toMatchObject({ state: 'CREATED', stage: 'rejected', open: false, nextPollAtMs: null });
  });

  it('as a correction is asked about once a day, as it was before', async () => {
    const { send, now } = sending(refused('PARAM_ERROR'), { before: 'REJECTED' });
    await expect(send()).rejects.toMatchObject({ code: 'APPLICATION_INVALID' });
    expect(now()).toMatchObject({ state: 'REJECTED', open: false, nextPollAtMs: nowMs + dayMs });
  });

  it.each([
    ['PARAM_ERROR', 'APPLICATION_INVALID'],
    ['NO_AUTH', 'WECHATPAY_REFUSED'],
  ])('with %s tells whoever asks WeChat Pay’s support what that needs', async (said, code) => {
    const requestId = '08F7';
    await expect(sending(refused(said, { requestId })).send()).rejects.toMatchObject({
      ...{ code, wechatPay: { code: said, requestId } },
    });
    const error = await sending(refused(said))
      .send()
      .catch((thrown) => thrown);
    expect(error.wechatPay).toStrictEqual({ code: said });
  });

  it.each(['PARAM_ERROR', 'NO_AUTH'])('not by WeChat Pay, but as not ours (%s), is a fault', async (code) => {
    const { send } = sending(new WechatpayError('fault', code, ''));
    await expect(send()).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });

  it('without a field is refused as a whole', async () => {
    const { send, now } = sending(refused('PARAM_ERROR'));
    await expect(send()).rejects.toMatchObject({ fields: [{ path: '' }] });
    expect(now().rejections).toMatchObject([{ path: '', message: expect.stringContaining('PARAM_ERROR') }]);
  });
});
