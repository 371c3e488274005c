/** Valid 特约商户进件 forms of every subject type, 小微 included. */
import fc from 'fast-check';
import { applyment4subDocumentTypes, type SubjectType, subjectTypes } from '../forms/applyment4sub.ts';
import { businessOf } from './applyment4sub-business.ts';
import * as p from './people.ts';

const mainland = 'IDENTIFICATION_TYPE_IDCARD';
type DocumentType = keyof typeof applyment4subDocumentTypes;
const documentTypes = Object.keys(applyment4subDocumentTypes) as DocumentType[];
const otherTypes = documentTypes.filter((type) => type !== mainland);

function isPassport(type: DocumentType): boolean {
  return applyment4subDocumentTypes[type] === 'passport';
}

interface Holder {
  readonly id_holder_type?: string;
  readonly id_card_info?: { readonly id_card_name: string; readonly id_card_number: string } | undefined;
  readonly id_doc_info?: { readonly id_doc_name: string } | undefined;
}

const idCard = (subject: SubjectType) =>
  fc
    .record({
      id_card_copy: p.mediaId,
      id_card_national: p.mediaId,
      id_card_name: p.personName,
      id_card_number: p.mainlandIdNumber,
      id_card_address: subject === 'SUBJECT_TYPE_ENTERPRISE' ? p.homeAddress : fc.constant(undefined),
      period: p.period,
    })
    .map(({ period, ...card }) => ({
      id_doc_type: mainland,
      id_card_info: { ...card, card_period_begin: period.begin, card_period_end: period.end },
    }));

const otherDocument = (subject: SubjectType) =>
  fc.constantFrom(...otherTypes).chain((type) =>
    fc
      .record({
        id_doc_copy: p.mediaId,
        id_doc_copy_back: isPassport(type) ? fc.constant(undefined) : p.mediaId,
        id_doc_name: p.personName,
        id_doc_number: p.documentNumber(applyment4subDocumentTypes[type]),
        id_doc_address: subject === 'SUBJECT_TYPE_ENTERPRISE' ? p.homeAddress : fc.constant(undefined),
        period: p.period,
      })
      .map(({ period, ...doc }) => ({
        id_doc_type: type,
        id_doc_info: { ...doc, doc_period_begin: period.begin, doc_period_end: period.end },
      })),
  );

const byLetter = fc.record({ id_holder_type: fc.constant('SUPER'), authorize_letter_copy: p.mediaId });

function holderOf(subject: SubjectType): fc.Arbitrary<Holder> {
  if (subject === 'SUBJECT_TYPE_MICRO') return idCard(subject);
  if (subject === 'SUBJECT_TYPE_GOVERNMENT') return fc.oneof(idCard(subject), byLetter);
  if (subject === 'SUBJECT_TYPE_INSTITUTIONS') {
    return fc.oneof(idCard(subject), otherDocument(subject), byLetter);
  }
  return fc.oneof(idCard(subject), otherDocument(subject));
}

const certificates: Partial<Record<SubjectType, string[]>> = {
  SUBJECT_TYPE_INSTITUTIONS: ['CERTIFICATE_TYPE_2388'],
  SUBJECT_TYPE_GOVERNMENT: ['CERTIFICATE_TYPE_2389'],
  SUBJECT_TYPE_OTHERS: ['CERTIFICATE_TYPE_2394', 'CERTIFICATE_TYPE_2396', 'CERTIFICATE_TYPE_2399'],
};

const licence = (subject: SubjectType) =>
  fc
    .record({
      license_copy: p.mediaId,
      license_number: p.licenceNumber,
      merchant_name: subject === 'SUBJECT_TYPE_ENTERPRISE' ? p.companyName : p.shopName,
      legal_person: p.personName,
      license_address: p.optional(p.homeAddress),
      period: p.optional(p.period),
    })
    .map(({ period, ...rest }) => ({ ...rest, period_begin: period?.begin, period_end: period?.end }));

const certificate = (subject: SubjectType) =>
  fc
    .record({
      cert_copy: p.mediaId,
      cert_type: fc.constantFrom(...(certificates[subject] ?? [])),
      cert_number: p.licenceNumber,
      merchant_name: p.shopName,
      company_address: p.homeAddress,
      legal_person: p.personName,
      period: p.period,
    })
    .map(({ period, ...rest }) => ({ ...rest, period_begin: period.begin, period_end: period.end }));

const owner = fc.constantFrom(...documentTypes).chain((type) =>
  fc.record({
    ubo_id_doc_type: fc.constant(type),
    ubo_id_doc_copy: p.mediaId,
    ubo_id_doc_copy_back: isPassport(type) ? fc.constant(undefined) : p.mediaId,
    ubo_id_doc_name: p.personName,
    ubo_id_doc_number: p.documentNumber(applyment4subDocumentTypes[type]),
    ubo_id_doc_address: p.homeAddress,
    ubo_period_begin: p.period.map(({ begin }) => begin),
    ubo_period_end: p.period.map(({ end }) => end),
  }),
);

const microBusiness = fc.oneof(
  fc.record({
    micro_biz_type: fc.constant('MICRO_TYPE_STORE'),
    micro_store_info: fc.record({
      micro_name: p.shopName,
      micro_address_code: p.areaCode,
      micro_address: p.homeAddress,
      store_entrance_pic: p.mediaId,
      micro_indoor_copy: p.mediaId,
      store_longitude: p.optional(fc.constant('113.941355')),
      store_latitude: p.optional(fc.constant('22.546245')),
    }),
  }),
  fc.record({
    micro_biz_type: fc.constant('MICRO_TYPE_MOBILE'),
    micro_mobile_info: fc.record({
      micro_mobile_name: p.shopName,
      micro_mobile_city: p.areaCode,
      micro_mobile_address: p.homeAddress,
      micro_mobile_pics: fc.array(p.mediaId, { minLength: 1, maxLength: 5 }),
    }),
  }),
  fc.record({
    micro_biz_type: fc.constant('MICRO_TYPE_ONLINE'),
    micro_online_info: fc
      .tuple(
        p.shopName,
        fc.oneof(
          p.mediaId.map((id) => ({ micro_qrcode: id })),
          fc.constant({ micro_link: 'https://shop.example.com/m' }),
        ),
      )
      .map(([name, where]) => ({ micro_online_store: name, micro_ec_name: '示例电商', ...where })),
  }),
);

function subjectInfo(subject: SubjectType, holder: Holder) {
  const isLicensed = subject === 'SUBJECT_TYPE_INDIVIDUAL' || subject === 'SUBJECT_TYPE_ENTERPRISE';
  const isPublic = subject === 'SUBJECT_TYPE_GOVERNMENT' || subject === 'SUBJECT_TYPE_INSTITUTIONS';
  const none = fc.constant(undefined);
  return fc
    .record({
      business_license_info: isLicensed ? licence(subject) : none,
      certificate_info: certificates[subject] ? certificate(subject) : none,
      micro_biz_info: subject === 'SUBJECT_TYPE_MICRO' ? microBusiness : none,
      certificate_letter_copy: isPublic ? p.optional(p.mediaId) : none,
      isOwner: fc.boolean(),
      owners: fc.uniqueArray(owner, {
        minLength: 1,
        maxLength: 3,
        selector: (one) => one.ubo_id_doc_number,
      }),
      isFinancial: subject === 'SUBJECT_TYPE_MICRO' ? fc.constant(false) : fc.boolean(),
      pictures: fc.array(p.mediaId, { minLength: 1, maxLength: 5 }),
    })
    .map(({ isOwner, owners, isFinancial, pictures, ...info }) => ({
      subject_type: subject,
      ...info,
      ...(isFinancial && {
        finance_institution: true,
        finance_institution_info: { finance_type: 'OTHER', finance_license_pics: pictures },
      }),
      identity_info: { ...holder, ...(subject === 'SUBJECT_TYPE_ENTERPRISE' && { owner: isOwner }) },
      ...(subject === 'SUBJECT_TYPE_ENTERPRISE' && !isOwner && { ubo_info_list: owners }),
    }));
}

function nameOf(holder: Holder): string | undefined {
  return holder.id_card_info?.id_card_name ?? holder.id_doc_info?.id_doc_name;
}

const agent = fc.constantFrom(...documentTypes).chain((type) =>
  fc.record({
    contact_type: fc.constant('SUPER'),
    contact_name: p.personName,
    contact_id_doc_type: fc.constant(type),
    contact_id_number: p.documentNumber(applyment4subDocumentTypes[type]),
    contact_id_doc_copy: p.mediaId,
    contact_id_doc_copy_back: isPassport(type) ? fc.constant(undefined) : p.mediaId,
    contact_period_begin: p.period.map(({ begin }) => begin),
    contact_period_end: p.period.map(({ end }) => end),
    business_authorization_letter: p.mediaId,
    openid: p.optional(p.openid),
    mobile_phone: p.mobilePhone,
    contact_email: p.email,
  }),
);

function contactOf(subject: SubjectType, holder: Holder) {
  const reach = { mobile_phone: p.mobilePhone, contact_email: p.email };
  const name = nameOf(holder) === undefined ? p.personName : fc.constant(nameOf(holder) ?? '');
  if (subject === 'SUBJECT_TYPE_MICRO') {
    const number = fc.constant(holder.id_card_info?.id_card_number ?? '');
    return fc.oneof(
      fc.record({ contact_name: name, contact_id_number: number, ...reach }),
      fc.record({ contact_name: name, openid: p.openid, ...reach }),
    );
  }
  const legal = fc.record({
    contact_type: fc.constant('LEGAL'),
    contact_name: name,
    openid: p.optional(p.openid),
    ...reach,
  });
  return fc.oneof(legal, agent);
}

function accountOf(subject: SubjectType, holder: Holder, merchantName: string | undefined) {
  const [corporate, personal] = ['BANK_ACCOUNT_TYPE_CORPORATE', 'BANK_ACCOUNT_TYPE_PERSONAL'];
  const types =
    subject === 'SUBJECT_TYPE_MICRO'
      ? [personal]
      : subject === 'SUBJECT_TYPE_INDIVIDUAL'
        ? [corporate, personal]
        : [corporate];
  return fc
    .tuple(fc.constantFrom(...types), p.bank, p.areaCode, p.accountNumber)
    .map(([type, bank, bank_address_code, account_number]) => ({
      bank_account_type: type,
      ...bank,
      account_name: (type === corporate ? merchantName : nameOf(holder)) ?? '示例单位',
      bank_address_code,
      account_number,
    }));
}

/** A valid form of that subject, JSON-ready. */
export function applyment4subFormOf(subject: SubjectType): fc.Arbitrary<Record<string, unknown>> {
  return holderOf(subject)
    .chain((holder) => fc.tuple(fc.constant(holder), subjectInfo(subject, holder)))
    .chain(([holder, subject_info]) => {
      const merchant = subject_info.business_license_info ?? subject_info.certificate_info;
      return fc
        .tuple(
          contactOf(subject, holder),
          accountOf(subject, holder, merchant?.merchant_name),
          businessOf(subject),
        )
        .map(([contact_info, bank_account_info, business]) =>
          p.tidy({ contact_info, subject_info, bank_account_info, ...business }),
        );
    });
}

/** A valid form of any subject. */
export const applyment4subForms = fc.constantFrom(...subjectTypes).chain(applyment4subFormOf);
