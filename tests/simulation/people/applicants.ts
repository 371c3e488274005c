/** People who want to become sellers (进件): they upload pictures, apply, correct, take back and sign; reviewers decide. */

import { users } from '../../../sandbox/system/shop.ts';
import type { Application, Media } from '../../../sandbox/wechatpay/onboarding/store.ts';
import { validApplications } from '../../../sandbox/wechatpay/onboarding/testing/forms.ts';
import { legalPerson } from '../../../sandbox/wechatpay/onboarding/testing/people.ts';
import type { ApplicationView } from '../../../shared/contract/index.ts';
import type { ApplicationDocument } from '../../../shared/merchants/application.ts';
import type { MediaDocument } from '../../../shared/merchants/media-document.ts';
import type { SellerRecord } from '../../../shared/merchants/sellers.ts';
import { between, pick, type Random } from '../random.ts';
import type { Shop } from '../shop.ts';
import type { Books, Theirs } from '../theirs.ts';
import type { Action, Kind } from './kind.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

export const applicants: Kind = {
  name: 'applicants',
  chance: 0.07,
  plan: (random, { busyMs }) => applicationOf(random, busyMs),
  check: checkApplications,
  count: ({ memory }, theirs) => {
    const there = theirs.slot<Application>('applications');
    const with_ = (state: RegExp) =>
      there.filter(({ history }) => history.some((step) => state.test(step.state))).length;
    return {
      applications: there.length,
      'applications that WeChat Pay never got': memory
        .all<ApplicationDocument>('applications')
        .filter(({ _id }) => !there.some(({ outNo }) => outNo === _id)).length,
      'applications rejected': with_(/REJECTED/),
      'applications corrected': there.filter(
        ({ history }) => history.filter(({ why }) => why.startsWith('submitted')).length > 1,
      ).length,
      'applications finished': with_(/FINISH/),
      'applications cancelled': with_(/CANCELED/),
      'applications frozen': with_(/FROZEN/),
      'pictures uploaded': theirs.slot<Media>('media').length,
    };
  },
};

class Applicant {
  readonly openid: string;
  readonly #stranger: string;
  readonly #showsFile: boolean;
  #pictures = 0;
  #corrections = 0;
  #form: Record<string, unknown> | undefined;

  constructor(random: Random) {
    const buyer = between(random, 0, 1);
    this.openid = users[buyer]!.openid;
    this.#stranger = users[1 - buyer]!.openid;
    this.#showsFile = random() < 0.3;
  }

  /** @param phone each has a token of its own: on two of them a person may apply twice at the same moment */
  async apply(shop: Shop, phone: number): Promise<void> {
    this.#form ??= await this.#fillIn(shop);
    if (!this.#form) return;
    const requestToken = `apply-${phone}-${this.openid}`;
    await this.#ask(shop, { action: 'submit', requestToken, form: this.#form });
  }

  /** Sends again what was rejected, with another name. */
  async correct(shop: Shop): Promise<void> {
    const seen = await this.look(shop);
    const rejected = seen?.find(({ stage }) => stage === 'rejected');
    if (!rejected || !this.#form) return;
    const form = renamed(this.#form, `小店${++this.#corrections}`);
    await this.#ask(shop, { action: 'revise', applicationId: rejected.applicationId, form });
  }

  async takeBack(shop: Shop): Promise<void> {
    const [newest] = (await this.look(shop)) ?? [];
    if (newest) await this.#ask(shop, { action: 'revoke', applicationId: newest.applicationId });
  }

  async look(shop: Shop): Promise<readonly ApplicationView[] | undefined> {
    const answer = await this.#ask<{ applications: ApplicationView[] }>(shop, { action: 'query' });
    return answer?.applications;
  }

  #ask<T>(shop: Shop, request: object): Promise<T | undefined> {
    return shop.call<T>('applyMerchant', this.openid, request);
  }

  async #fillIn(shop: Shop): Promise<Record<string, unknown> | undefined> {
    for (let attempt = 0; attempt < 3; attempt++) {
      const imageId = await this.#upload(shop);
      if (imageId !== undefined) return formOf(shop.providerKind, imageId);
    }
    return undefined;
  }

  /** @returns the media_id, if the answer came */
  async #upload(shop: Shop): Promise<string | undefined> {
    const place = { action: 'begin', extension: 'jpg' };
    const begun = await shop.call<{ cloudPath: string }>('uploadMedia', this.openid, place);
    if (!begun) return undefined;
    const bytes = Buffer.from(`....picture ${++this.#pictures} of ${this.openid}`);
    bytes.set([0xff, 0xd8, 0xff, 0xe0]);
    const fileID = shop.storage.put(begun.cloudPath, bytes);
    const finish = { action: 'finish', fileID };
    if (this.#showsFile) {
      const taken = await shop.call('uploadMedia', this.#stranger, finish);
      if (taken || !shop.storage.has(fileID)) shop.wrong(`somebody else got at the picture ${fileID}`);
    }
    const done = await shop.call<{ mediaId: string }>('uploadMedia', this.openid, finish);
    if (done && shop.storage.has(fileID) && !shop.logged.some((line) => line.includes(notDeleted)))
      shop.wrong(`${fileID} is at WeChat Pay, and it stays here without a word`);
    return done?.mediaId;
  }
}

const notDeleted = 'media_file_not_deleted';

/** What nobody but WeChat Pay may read: of each form, and no part of anything else in a story. */
export const personalData = [
  legalPerson.name,
  legalPerson.idCard,
  legalPerson.phone,
  'boss@example.com',
  '6222020000000000001',
  '6225880000000001',
];

/** Of one who trades under an own name. */
function formOf(providerKind: Shop['providerKind'], imageId: string): Record<string, unknown> {
  const [kind, subject] =
    providerKind === 'ecommerce'
      ? (['ecommerce', '4'] as const)
      : (['applyment4sub', 'SUBJECT_TYPE_INDIVIDUAL'] as const);
  const { form } = validApplications(kind, { imageId }).find(({ subjectType }) => subjectType === subject)!;
  const { out_request_no, business_code, ...ours } = form;
  return ours;
}

function renamed(form: Record<string, unknown>, merchant_shortname: string): Record<string, unknown> {
  if ('merchant_shortname' in form) return { ...form, merchant_shortname };
  return { ...form, business_info: { ...(form.business_info as object), merchant_shortname } };
}

type Step = (shop: Shop, applicant: Applicant) => Promise<unknown>;

const decide =
  (path: string, body: object): Step =>
  async (shop, { openid }) => {
    for (const { _id, openid: owner } of shop.memory.all<ApplicationDocument>('applications'))
      if (owner === openid) await shop.control('POST', `/applications/${_id}/${path}`, body);
  };

/** What is not possible in the state that an application is in is refused, and changes nothing. */
const steps = {
  'the reviewer approves': decide('review', { decision: 'approve' }),
  'the reviewer rejects': decide('review', { decision: 'reject' }),
  'the account has to be verified': decide('review', { decision: 'verify-account' }),
  'WeChat Pay wants it again': decide('review', { decision: 'edit' }),
  'WeChat Pay freezes it': decide('freeze', {}),
  'the person signs': decide('sign', {}),
  'the person applies again': (shop, applicant) => applicant.apply(shop, 0),
  'the person corrects it': (shop, applicant) => applicant.correct(shop),
  'the person looks': (shop, applicant) => applicant.look(shop),
  'the person takes it back': (shop, applicant) => applicant.takeBack(shop),
} satisfies Record<string, Step>;
type StepName = keyof typeof steps;

const often: readonly StepName[] = [
  'the reviewer approves',
  'the reviewer rejects',
  'the reviewer rejects',
  'the person corrects it',
  'the person corrects it',
  'the person signs',
];
const toTheEnd: readonly StepName[] = [
  'the person applies again',
  'the person corrects it',
  'the reviewer approves',
  'the person signs',
];

function applicationOf(random: Random, busyMs: number): Action[] {
  const applicant = new Applicant(random);
  let atMs = between(random, 0, busyMs * 0.3);
  const applies = (phone: number, atMs: number): Action => ({
    atMs,
    what: `apply on phone ${phone}`,
    act: (shop) => applicant.apply(shop, phone),
  });
  const then = (step: StepName): Action => ({
    atMs,
    what: step,
    act: (shop) => steps[step](shop, applicant),
  });
  const actions = [applies(0, atMs)];
  if (random() < 0.3) actions.push(applies(1, atMs + between(random, 0, 5_000)));
  for (let count = between(random, 2, 6); count > 0; count--) {
    atMs += between(random, 1_000, pick(random, [20_000, 6 * minuteMs, 20 * minuteMs]));
    actions.push(then(pick(random, random() < 0.6 ? often : (Object.keys(steps) as StepName[]))));
  }
  if (random() < 0.6) {
    atMs = Math.max(atMs, busyMs);
    for (const step of toTheEnd) {
      atMs += hourMs;
      actions.push(then(step));
    }
  }
  return actions;
}

/** Nobody works on these at WeChat Pay: another application may be made. */
const resting = /REJECTED|EDITTING|FINISH|FROZEN|CANCELED/;

function checkApplications({ memory, nowMs }: Books, theirs: Theirs): string[] {
  const ours = memory.all<ApplicationDocument>('applications');
  // One that was taken back may have been sent again under its number.
  const there = theirs
    .slot<Application>('applications')
    .filter(({ outNo }, at, all) => all.findLastIndex((each) => each.outNo === outNo) === at);
  const media = memory.all<MediaDocument>('media');
  return [
    ...there.flatMap((each) =>
      checkOne(
        { memory, nowMs },
        each,
        ours.find(({ _id }) => _id === each.outNo),
      ),
    ),
    ...ours.flatMap((doc) => checkEnd(doc, there)),
    ...users.flatMap(({ openid }) => checkOneAtATime(openid, ours, there)),
    ...media.flatMap(({ _id, kind }) =>
      theirs.slot<Media>('media').some((one) => one.mediaId === _id && one.kind === kind)
        ? []
        : [`${_id}: a picture that WeChat Pay does not have`],
    ),
  ];
}

function checkOne(
  { memory }: Books,
  { outNo, state, form, subMchid }: Application,
  doc: ApplicationDocument | undefined,
): string[] {
  if (!doc) return [`${outNo}: an application that is unknown here`];
  const shortname = Object(form.business_info).merchant_shortname ?? form.merchant_shortname;
  const seller = memory.peek<SellerRecord>('sellers', subMchid ?? '');
  // A correction that never arrived is kept here, for the person to send again.
  const sameForm = doc.merchantShortname === shortname || /REJECTED|EDITTING|FROZEN|CANCELED/.test(state);
  const right = !/FINISH/.test(state) || (seller?.state === 'ACTIVE' && seller.ownerOpenid === doc.openid);
  return [
    ...(doc.state === state ? [] : [`${outNo}: ${state} there, ${doc.state} here`]),
    ...(sameForm ? [] : [`${outNo}: another form than WeChat Pay has`]),
    ...(right ? [] : [`${outNo}: finished, and its seller is ${JSON.stringify(seller)}`]),
    ...(state === 'FROZEN' && seller?.state === 'ACTIVE' ? [`${outNo}: frozen, and its seller is not`] : []),
  ];
}

/** It has a next turn, it has ended, or it says why not. */
function checkEnd(doc: ApplicationDocument, there: readonly Application[]): string[] {
  const { _id, state, stage, open, nextPollAtMs, rejections } = doc;
  const arrived = there.some(({ outNo }) => outNo === _id);
  const found: string[] = [];
  if (open && nextPollAtMs === null) found.push(`${_id}: ${stage}, and nobody asks about it`);
  if (!arrived && open) found.push(`${_id}: it never arrived, and is open in the end`);
  if (arrived && state === 'CREATED') found.push(`${_id}: it counts as not arrived`);
  if (stage === 'rejected' && !rejections?.length) found.push(`${_id}: rejected without a reason`);
  return found;
}

function checkOneAtATime(
  openid: string,
  ours: readonly ApplicationDocument[],
  there: readonly Application[],
): string[] {
  const changes = there
    .filter(({ outNo }) => ours.some((doc) => doc._id === outNo && doc.openid === openid))
    .flatMap(({ outNo, history }) => history.map(({ atMs, state }) => ({ outNo, atMs, state })))
    .sort((a, b) => a.atMs - b.atMs);
  const underWay = new Set<string>();
  for (const { outNo, state } of changes) {
    if (resting.test(state)) underWay.delete(outNo);
    else underWay.add(outNo);
    if (underWay.size > 1) return [`${[...underWay].join(' and ')} are under way at once`];
  }
  return [];
}
