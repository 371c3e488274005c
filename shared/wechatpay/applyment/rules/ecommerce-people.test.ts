/**
 * The people of a 二级商户进件: whose documents are shown, and who is the administrator. The rules are rows of the table of
 * pay.weixin.qq.com/doc/v3/partner/4012713017
 */
import { describe, it } from 'vitest';
import { type BlockCase, blockCases, type Case, expectErrors, picture } from '../testing/cases.ts';

const [micro, seller, enterprise, institution] = ['2401', '2500', '2', '3'];
const [government, social] = ['2502', '1708'];
const owners = 'ubo_info_list';
const document = (name: string) => `IDENTIFICATION_TYPE_${name}`;

const card = {
  id_card_copy: picture,
  id_card_national: picture,
  id_card_name: '林小满',
  id_card_number: '11010519491231002X',
  id_card_valid_time_begin: '2020-01-01',
  id_card_valid_time: '长期',
};
const pass = {
  id_doc_copy: picture,
  id_doc_copy_back: picture,
  id_doc_name: '林小满',
  id_doc_number: 'H12345678',
  doc_period_begin: '2020-01-01',
  doc_period_end: '长期',
};
const { id_doc_copy_back: _back, ...oneSided } = pass;
const legal = { contact_type: '65', contact_name: '林小满', mobile_phone: '13800138000' };
const agent = {
  ...legal,
  contact_type: '66',
  contact_id_doc_type: document('HONGKONG'),
  contact_id_card_number: 'H12345678',
  contact_id_doc_copy: picture,
  contact_id_doc_copy_back: picture,
  contact_id_doc_period_begin: '2020-01-01',
  contact_id_doc_period_end: '长期',
  business_authorization_letter: picture,
};
const owner = (number: string, more = {}) => ({
  ubo_id_doc_type: document('TAIWAN'),
  ubo_id_doc_copy: picture,
  ubo_id_doc_copy_back: picture,
  ubo_id_doc_name: '林小满',
  ubo_id_doc_number: number,
  ubo_id_doc_period_begin: '2020-01-01',
  ubo_id_doc_period_end: '长期',
  ...more,
});
const fourOwners = ['12345671', '12345672', '12345673', '12345674'].map((number) => owner(number));

/** Nothing about the legal person: the cases say it all. */
const nobody = {
  ...{ id_holder_type: undefined, id_doc_type: undefined, authorize_letter_copy: undefined },
  ...{ id_card_info: undefined, id_doc_info: undefined, contact_info: legal },
};
const byCard = { ...nobody, id_doc_type: document('MAINLAND_IDCARD'), id_card_info: card };
const byPass = { ...nobody, id_doc_type: document('HONGKONG'), id_doc_info: pass };
const onLicence = { 'business_license_info.legal_person': '林小满' };
const byLetter = { ...nobody, ...onLicence, id_holder_type: 'SUPER', authorize_letter_copy: picture };
const withAccount = { 'account_info.account_name': '林小满' };

const holderCases: readonly Case[] = [
  ['an ID card is enough', social, byCard, {}],
  ['so it is without its type', social, { ...byCard, id_doc_type: undefined }, {}],
  ['so is another document', social, byPass, {}],
  ['… and for 事业单位', institution, byPass, {}],
  ['政府机关 shows an ID card', government, byPass, { id_doc_type: 'choiceForSubject' }],
  ['so does 小微', micro, { ...byPass, ...withAccount }, { id_doc_type: 'choiceForSubject' }],
  ['so does 个人卖家', seller, { ...byPass, ...withAccount }, { id_doc_type: 'choiceForSubject' }],
  [
    'a document is of a known type',
    social,
    { ...byPass, id_doc_type: 'constructor' },
    { id_doc_type: 'choice' },
  ],
  [
    'the document is that of its type',
    social,
    { ...byCard, id_doc_type: document('HONGKONG') },
    { id_card_info: 'notForSubject', id_doc_info: 'requiredForSubject' },
  ],
  [
    'a document that does not belong there is reported as a whole',
    social,
    { ...nobody, id_doc_info: { ...oneSided, id_doc_number: 'x' } },
    { id_card_info: 'requiredForSubject', id_doc_info: 'notForSubject' },
  ],
  [
    'a passport has no second side',
    social,
    {
      ...byPass,
      id_doc_type: document('OVERSEA_PASSPORT'),
      id_doc_info: { ...oneSided, id_doc_number: 'E12345678' },
    },
    {},
  ],
  [
    'other documents have two',
    social,
    { ...byPass, id_doc_info: oneSided },
    { 'id_doc_info.id_doc_copy_back': 'requiredForSubject' },
  ],
  [
    'a number has the form of its document',
    social,
    { ...byPass, id_doc_info: { ...pass, id_doc_number: 'M12345678' } },
    { 'id_doc_info.id_doc_number': 'docNumberForType' },
  ],
  [
    'another document has begun and not run out',
    social,
    { ...byPass, id_doc_info: { ...pass, doc_period_begin: '2026-11-24', doc_period_end: '2026-11-23' } },
    { 'id_doc_info.doc_period_begin': 'notBegun', 'id_doc_info.doc_period_end': 'expired' },
  ],
  ['政府机关 may show a letter of its 经办人', government, byLetter, {}],
  ['so may 事业单位', institution, byLetter, {}],
  ['and nobody else', social, byLetter, { id_holder_type: 'notForSubject' }],
  [
    'the letter is there',
    government,
    { ...byLetter, authorize_letter_copy: undefined },
    { authorize_letter_copy: 'requiredForSubject' },
  ],
  [
    'with the letter there is no document',
    government,
    { ...byLetter, id_doc_type: document('MAINLAND_IDCARD'), id_card_info: card, id_doc_info: {} },
    { id_doc_type: 'notForSubject', id_card_info: 'notForSubject', id_doc_info: 'notForSubject' },
  ],
  [
    'and with the document no letter',
    government,
    { ...byCard, id_holder_type: 'LEGAL', authorize_letter_copy: picture },
    { authorize_letter_copy: 'notForSubject' },
  ],
  ['there is somebody', social, { ...nobody, ...onLicence }, { id_card_info: 'requiredForSubject' }],
  ['nobody but 企业 says who owns it', social, { ...byCard, owner: false }, { owner: 'notForSubject' }],
];

describe('the legal person of a 二级商户', () => {
  it.each(holderCases.map((one) => ({ rule: one[0], subject: one[1], one })))('$rule ($subject)', ({ one }) =>
    expectErrors('ecommerce', one),
  );
});

const asOwner = (isOwner: boolean) => ({ ...byCard, owner: isOwner });
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
    [owner('12345671', { ubo_id_doc_period_begin: '2026-11-24', ubo_id_doc_period_end: '2026-11-23' })],
    { '0.ubo_id_doc_period_begin': 'notBegun', '0.ubo_id_doc_period_end': 'expired' },
    asOwner(false),
  ],
  [
    'appear once',
    enterprise,
    [owner('12345671'), owner('12345671')],
    { '1.ubo_id_doc_number': 'duplicate' },
    asOwner(false),
  ],
  ['are of 企业 only', social, fourOwners.slice(1), { '': 'notForSubject' }, byCard],
];

describe('the beneficial owners of a 二级商户', () => {
  it.each(blockCases(owners, ownerCases))('$rule', ({ one }) => expectErrors('ecommerce', one));
});

const ownFields = Object.keys(agent).filter((name) => !(name in legal));
const allowedToLegal = ['contact_id_card_number'];
const contactCases: readonly BlockCase[] = [
  ['may be the legal person', social, legal, {}],
  ['may be an agent', social, agent, {}],
  ...ownFields.map(
    (name): BlockCase => [
      `gives ${name} as an agent`,
      social,
      { ...agent, [name]: undefined },
      { [name]: 'requiredForSubject' },
    ],
  ),
  ...ownFields
    .filter((name) => !allowedToLegal.includes(name))
    .map(
      (name): BlockCase => [
        `gives no ${name} as the legal person`,
        social,
        { ...legal, [name]: agent[name as keyof typeof agent] },
        { [name]: 'notForSubject' },
      ],
    ),
  [
    'of 小微 is the operator',
    micro,
    { ...legal, contact_type: '67' },
    { contact_type: 'choice' },
    { ...byCard, ...withAccount },
  ],
  ['is one of the two', social, { ...agent, contact_type: '67' }, { contact_type: 'choice' }],
  ['is named', social, undefined, { '': 'required' }],
  [
    'shows one side of a passport',
    social,
    {
      ...agent,
      contact_id_doc_type: document('OVERSEA_PASSPORT'),
      contact_id_card_number: 'E12345678',
      contact_id_doc_copy_back: undefined,
    },
    {},
  ],
  [
    'has a document of a known type',
    social,
    { ...agent, contact_id_doc_type: 'constructor', contact_id_doc_copy_back: undefined },
    { contact_id_doc_type: 'choice' },
  ],
  [
    'has a number of its form',
    social,
    { ...agent, contact_id_card_number: 'M12345678' },
    { contact_id_card_number: 'docNumberForType' },
  ],
  [
    'has one that has not run out',
    social,
    { ...agent, contact_id_doc_period_begin: '2026-11-24', contact_id_doc_period_end: '2026-11-23' },
    { contact_id_doc_period_begin: 'notBegun', contact_id_doc_period_end: 'expired' },
  ],
  ['as an agent has another name than the legal person', social, { ...agent, contact_name: '王五' }, {}],
  [
    'has the name on the ID card otherwise',
    social,
    { ...legal, contact_name: '王五' },
    { contact_name: 'sameAsId' },
  ],
  [
    'or on the other document',
    social,
    { ...legal, contact_name: '王五' },
    { contact_name: 'sameAsId' },
    byPass,
  ],
  [
    'or on the licence, when there is no document',
    government,
    { ...legal, contact_name: '王五' },
    { contact_name: 'sameAsId' },
    byLetter,
  ],
  [
    'may repeat the number on the card',
    social,
    { ...legal, contact_id_card_number: '11010519491231002X' },
    {},
  ],
  ['or on the other document', social, { ...legal, contact_id_card_number: 'H12345678' }, {}, byPass],
  [
    'and gives no other',
    social,
    { ...legal, contact_id_card_number: 'H12345678' },
    { contact_id_card_number: 'sameAsId' },
  ],
  [
    'may give any when there is no document',
    government,
    { ...legal, contact_id_card_number: 'H12345678' },
    {},
    byLetter,
  ],
  ['has some name', social, { ...legal, contact_name: undefined }, { contact_name: 'required' }],
];

describe('the administrator of a 二级商户', () => {
  const { contact_info: _, ...withCard } = byCard;
  it.each(blockCases('contact_info', contactCases, withCard))('$rule', ({ one }) =>
    expectErrors('ecommerce', one),
  );
});
