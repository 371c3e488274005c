/**
 * The people of a 特约商户进件: whose documents are shown, and who is the administrator. The rules are rows of the table of
 * pay.weixin.qq.com/docs/partner/apis/contracted-merchant-application/applyment/submit.html and, for 小微, of
 * pay.weixin.qq.com/doc/v3/partner/4012722249
 */
import { describe, it } from 'vitest';
import { type BlockCase, blockCases, expectErrors, picture } from '../testing/cases.ts';

const identity = 'subject_info.identity_info';
const owners = 'subject_info.ubo_info_list';
const contact = 'contact_info';
const [enterprise, others] = ['SUBJECT_TYPE_ENTERPRISE', 'SUBJECT_TYPE_OTHERS'];
const [government, institutions] = ['SUBJECT_TYPE_GOVERNMENT', 'SUBJECT_TYPE_INSTITUTIONS'];
const document = (name: string) => `IDENTIFICATION_TYPE_${name}`;

const card = {
  id_card_copy: picture,
  id_card_national: picture,
  id_card_name: '林小满',
  id_card_number: '11010519491231002X',
  card_period_begin: '2020-01-01',
  card_period_end: '长期',
};
const byCard = { id_doc_type: document('IDCARD'), id_card_info: card };
const pass = {
  id_doc_copy: picture,
  id_doc_copy_back: picture,
  id_doc_name: '林小满',
  id_doc_number: 'H12345678',
  doc_period_begin: '2020-01-01',
  doc_period_end: '长期',
};
const byPass = { id_doc_type: document('HONGKONG_PASSPORT'), id_doc_info: pass };
const { id_doc_copy_back: _back, ...oneSided } = pass;
const byLetter = { id_holder_type: 'SUPER', authorize_letter_copy: picture };
const address = '广东省深圳市南山区1号';

const reach = { contact_name: '林小满', mobile_phone: '13800138000', contact_email: 'a@example.com' };
const legal = { ...reach, contact_type: 'LEGAL' };
const agent = {
  ...reach,
  contact_type: 'SUPER',
  contact_id_doc_type: document('HONGKONG_PASSPORT'),
  contact_id_number: 'H12345678',
  contact_id_doc_copy: picture,
  contact_id_doc_copy_back: picture,
  contact_period_begin: '2020-01-01',
  contact_period_end: '长期',
  business_authorization_letter: picture,
};
const owner = (number: string, more = {}) => ({
  ubo_id_doc_type: document('TAIWAN_PASSPORT'),
  ubo_id_doc_copy: picture,
  ubo_id_doc_copy_back: picture,
  ubo_id_doc_name: '林小满',
  ubo_id_doc_number: number,
  ubo_id_doc_address: address,
  ubo_period_begin: '2020-01-01',
  ubo_period_end: '长期',
  ...more,
});
const fourOwners = ['12345671', '12345672', '12345673', '12345674'].map((number) => owner(number));

const withLegal = { contact_info: legal };
const holderCases: readonly BlockCase[] = [
  ['an ID card is enough', others, byCard, {}],
  ['so is another document', others, byPass, {}],
  ['… and for 事业单位', institutions, byPass, {}],
  ['政府机关 shows an ID card', government, byPass, { id_doc_type: 'choiceForSubject' }],
  [
    'a document is of a known type',
    others,
    { ...byPass, id_doc_type: 'constructor' },
    { id_doc_type: 'choice' },
  ],
  [
    'the document is that of its type',
    others,
    { ...byCard, id_doc_type: document('HONGKONG_PASSPORT') },
    { id_card_info: 'notForSubject', id_doc_info: 'requiredForSubject' },
  ],
  [
    'a document that does not belong there is reported as a whole',
    others,
    { id_doc_type: document('IDCARD'), id_doc_info: { ...oneSided, id_doc_number: 'x' } },
    { id_card_info: 'requiredForSubject', id_doc_info: 'notForSubject' },
  ],
  [
    'a passport has no second side',
    others,
    { id_doc_type: document('OVERSEA_PASSPORT'), id_doc_info: { ...oneSided, id_doc_number: 'E12345678' } },
    {},
  ],
  [
    'other documents have two',
    others,
    { ...byPass, id_doc_info: oneSided },
    { 'id_doc_info.id_doc_copy_back': 'requiredForSubject' },
  ],
  [
    'a number has the form of its document',
    others,
    { ...byPass, id_doc_info: { ...pass, id_doc_number: 'M12345678' } },
    { 'id_doc_info.id_doc_number': 'docNumberForType' },
  ],
  [
    'an ID card has begun and not run out',
    others,
    { ...byCard, id_card_info: { ...card, card_period_begin: '2026-11-24', card_period_end: '2026-11-23' } },
    { 'id_card_info.card_period_begin': 'notBegun', 'id_card_info.card_period_end': 'expired' },
  ],
  [
    'nor has another document',
    others,
    { ...byPass, id_doc_info: { ...pass, doc_period_begin: '2026-11-24', doc_period_end: '2026-11-23' } },
    { 'id_doc_info.doc_period_begin': 'notBegun', 'id_doc_info.doc_period_end': 'expired' },
  ],
  [
    'the legal person of 企业 gives an address',
    enterprise,
    { ...byPass, owner: true },
    { 'id_doc_info.id_doc_address': 'requiredForSubject' },
    { ...withLegal, [owners]: undefined },
  ],
  [
    '… which nobody else gives',
    others,
    { ...byPass, id_doc_info: { ...pass, id_doc_address: address } },
    { 'id_doc_info.id_doc_address': 'notForSubject' },
  ],
  ['政府机关 may show a letter of its 经办人', government, byLetter, {}],
  ['so may 事业单位', institutions, byLetter, {}],
  ['and nobody else', others, byLetter, { id_holder_type: 'notForSubject' }],
  [
    'the letter is there',
    government,
    { id_holder_type: 'SUPER' },
    { authorize_letter_copy: 'requiredForSubject' },
  ],
  [
    'with the letter there is no document',
    government,
    { ...byLetter, ...byCard, id_doc_info: {} },
    { id_doc_type: 'notForSubject', id_card_info: 'notForSubject', id_doc_info: 'notForSubject' },
  ],
  [
    'and with the document no letter',
    government,
    { ...byCard, id_holder_type: 'LEGAL', authorize_letter_copy: picture },
    { authorize_letter_copy: 'notForSubject' },
  ],
  ['there is somebody', others, undefined, { '': 'required' }],
  ['nobody but 企业 says who owns it', others, { ...byCard, owner: false }, { owner: 'notForSubject' }],
];

describe('the legal person of a 特约商户', () => {
  it.each(blockCases(identity, holderCases, withLegal))('$rule ($subject)', ({ one }) =>
    expectErrors('partner', one),
  );

  it('of 小微 shows an ID card', () => {
    const changes = { [identity]: byPass, 'bank_account_info.account_name': '林小满' };
    expectErrors('partner', [
      '',
      'SUBJECT_TYPE_MICRO',
      changes,
      { [`${identity}.id_doc_type`]: 'choiceForSubject' },
    ]);
  });
});

const asOwner = (isOwner: boolean) => ({
  ...withLegal,
  [identity]: { ...byCard, id_card_info: { ...card, id_card_address: address }, owner: isOwner },
});
const ownerCases: readonly BlockCase[] = [
  [
    'are named when the legal person is none',
    enterprise,
    undefined,
    { '': 'requiredForSubject' },
    asOwner(false),
  ],
  ['are up to four then', enterprise, fourOwners, {}, asOwner(false)],
  ['and not five', enterprise, [...fourOwners, owner('12345675')], { '': 'tooLong' }, asOwner(false)],
  ['may be left out when the legal person is one', enterprise, undefined, {}, asOwner(true)],
  ['are up to three more then', enterprise, fourOwners.slice(1), {}, asOwner(true)],
  [
    'and not four, whose own mistakes are reported, too',
    enterprise,
    [...fourOwners.slice(1), owner('M123')],
    { '': 'tooManyOwners', '3.ubo_id_doc_number': 'docNumberForType' },
    asOwner(true),
  ],
  [
    'have a number of the form of their documents',
    enterprise,
    [owner('12345671'), owner('E12345678')],
    { '1.ubo_id_doc_number': 'docNumberForType' },
    asOwner(false),
  ],
  [
    'show both sides, but not of a passport',
    enterprise,
    [
      owner('12345671', { ubo_id_doc_copy_back: undefined }),
      owner('E12345678', { ubo_id_doc_type: document('OVERSEA_PASSPORT'), ubo_id_doc_copy_back: undefined }),
    ],
    { '0.ubo_id_doc_copy_back': 'requiredForSubject' },
    asOwner(false),
  ],
  [
    'have a document of a known type',
    enterprise,
    [owner('12345671', { ubo_id_doc_type: 'constructor', ubo_id_doc_copy_back: undefined })],
    { '0.ubo_id_doc_type': 'choice' },
    asOwner(false),
  ],
  [
    'have documents that have not run out',
    enterprise,
    [owner('12345671', { ubo_period_begin: '2026-11-24', ubo_period_end: '2026-11-23' })],
    { '0.ubo_period_begin': 'notBegun', '0.ubo_period_end': 'expired' },
    asOwner(false),
  ],
  [
    'appear once',
    enterprise,
    [owner('12345671'), owner('12345671')],
    { '1.ubo_id_doc_number': 'duplicate' },
    asOwner(false),
  ],
  [
    'are of 企业 only',
    others,
    fourOwners.slice(1),
    { '': 'notForSubject' },
    { ...withLegal, [identity]: byCard },
  ],
];

describe('the beneficial owners of a 特约商户', () => {
  it.each(blockCases(owners, ownerCases))('$rule', ({ one }) => expectErrors('partner', one));
});

const agentFields = Object.keys(agent).filter((name) => !(name in reach) && name !== 'contact_type');
const withPass = { [identity]: byPass };
const contactCases: readonly BlockCase[] = [
  ['may be the legal person', others, legal, {}],
  ['may be an agent', others, agent, {}],
  ...agentFields.map(
    (name): BlockCase => [
      `gives ${name} as an agent`,
      others,
      { ...agent, [name]: undefined },
      { [name]: 'requiredForSubject' },
    ],
  ),
  ...agentFields.map(
    (name): BlockCase => [
      `gives no ${name} as the legal person`,
      others,
      { ...legal, [name]: agent[name as keyof typeof agent] },
      { [name]: 'notForSubject' },
    ],
  ),
  ['is one of the two', others, { ...agent, contact_type: 'OTHER' }, { contact_type: 'choice' }],
  ['is named', others, undefined, { '': 'required' }],
  [
    'shows one side of a passport',
    others,
    {
      ...agent,
      contact_id_doc_type: document('OVERSEA_PASSPORT'),
      contact_id_number: 'E12345678',
      contact_id_doc_copy_back: undefined,
    },
    {},
  ],
  [
    'has a document of a known type',
    others,
    { ...agent, contact_id_doc_type: 'constructor', contact_id_doc_copy_back: undefined },
    { contact_id_doc_type: 'choice' },
  ],
  [
    'has a number of its form',
    others,
    { ...agent, contact_id_number: 'M12345678' },
    { contact_id_number: 'docNumberForType' },
  ],
  [
    'has one that has not run out',
    others,
    { ...agent, contact_period_begin: '2026-11-24', contact_period_end: '2026-11-23' },
    { contact_period_begin: 'notBegun', contact_period_end: 'expired' },
  ],
  [
    'as an agent has another name than the legal person',
    others,
    { ...agent, contact_name: '王五' },
    {},
    { [identity]: byCard },
  ],
  [
    'has the name on the ID card otherwise',
    others,
    { ...legal, contact_name: '王五' },
    { contact_name: 'sameAsId' },
    { [identity]: byCard },
  ],
  [
    'has some name',
    others,
    { ...legal, contact_name: undefined },
    { contact_name: 'required' },
    { [identity]: byCard },
  ],
];

describe('the administrator of a 特约商户', () => {
  it.each(blockCases(contact, contactCases, withPass))('$rule', ({ one }) => expectErrors('partner', one));
});
