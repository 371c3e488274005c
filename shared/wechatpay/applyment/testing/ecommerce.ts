/** Valid 二级商户进件 forms of every subject type. */
import fc from 'fast-check';
import {
  type EcommerceForm,
  ecommerceDocumentTypes,
  type OrganizationType,
  organizationTypes,
} from '../forms/ecommerce.ts';
import * as p from './people.ts';

const mainland = 'IDENTIFICATION_TYPE_MAINLAND_IDCARD';
type DocumentType = keyof typeof ecommerceDocumentTypes;
const documentTypes = Object.keys(ecommerceDocumentTypes) as DocumentType[];
const otherTypes = documentTypes.filter((type) => type !== mainland);

const idCard = fc.record({
  id_card_copy: p.mediaId,
  id_card_national: p.mediaId,
  id_card_name: p.personName,
  id_card_number: p.mainlandIdNumber,
  period: p.period,
});

const otherDocument = fc.constantFrom(...otherTypes).chain((type) =>
  fc.record({
    type: fc.constant(type),
    id_doc_copy: p.mediaId,
    id_doc_copy_back: isPassport(type) ? fc.constant(undefined) : p.mediaId,
    id_doc_name: p.personName,
    id_doc_number: p.documentNumber(ecommerceDocumentTypes[type]),
    period: p.period,
  }),
);

function isPassport(type: DocumentType): boolean {
  return ecommerceDocumentTypes[type] === 'passport';
}

type Holder = Pick<
  EcommerceForm,
  'id_holder_type' | 'id_doc_type' | 'authorize_letter_copy' | 'id_card_info' | 'id_doc_info'
>;

const byIdCard: fc.Arbitrary<Holder> = fc
  .tuple(idCard, fc.constantFrom(undefined, mainland))
  .map(([{ period, ...card }, id_doc_type]) => ({
    id_doc_type,
    id_card_info: { ...card, id_card_valid_time_begin: period.begin, id_card_valid_time: period.end },
  })) as fc.Arbitrary<Holder>;

const byOtherDocument = otherDocument.map(({ type, period, ...doc }) => ({
  id_doc_type: type,
  id_doc_info: { ...doc, doc_period_begin: period.begin, doc_period_end: period.end },
})) as fc.Arbitrary<Holder>;

const byLetter: fc.Arbitrary<Holder> = fc.record({
  id_holder_type: fc.constant('SUPER' as const),
  authorize_letter_copy: p.mediaId,
});

function holderOf(subject: OrganizationType): fc.Arbitrary<Holder> {
  if (subject === '2401' || subject === '2500') return byIdCard;
  if (subject === '2502') return fc.oneof(byIdCard, byLetter);
  return subject === '3'
    ? fc.oneof(byIdCard, byOtherDocument, byLetter)
    : fc.oneof(byIdCard, byOtherDocument);
}

const certificates: Record<string, string[]> = {
  '3': ['CERTIFICATE_TYPE_2388'],
  '2502': ['CERTIFICATE_TYPE_2389'],
  '1708': ['CERTIFICATE_TYPE_2394', 'CERTIFICATE_TYPE_2395', 'CERTIFICATE_TYPE_2522'],
};

function licenceOf(subject: OrganizationType) {
  const isCertified = subject in certificates;
  return fc.record({
    cert_type: isCertified ? fc.constantFrom(...(certificates[subject] ?? [])) : fc.constant(undefined),
    business_license_copy: p.mediaId,
    business_license_number: p.licenceNumber,
    merchant_name: subject === '2' ? p.companyName : p.shopName,
    legal_person: p.personName,
    company_address: isCertified ? p.homeAddress : fc.constant(undefined),
    business_time: isCertified
      ? p.period.map(({ begin, end }) => JSON.stringify([begin, end]))
      : fc.constant(undefined),
  });
}

const owner = fc.constantFrom(...documentTypes).chain((type) =>
  fc.record({
    ubo_id_doc_type: fc.constant(type),
    ubo_id_doc_copy: p.mediaId,
    ubo_id_doc_copy_back: isPassport(type) ? fc.constant(undefined) : p.mediaId,
    ubo_id_doc_name: p.personName,
    ubo_id_doc_number: p.documentNumber(ecommerceDocumentTypes[type]),
    ubo_id_doc_address: p.optional(p.homeAddress),
    ubo_id_doc_period_begin: p.period.map(({ begin }) => begin),
    ubo_id_doc_period_end: p.period.map(({ end }) => end),
  }),
);

const ownersUpTo = (maxLength: number) =>
  fc.uniqueArray(owner, { minLength: 1, maxLength, selector: (one) => one.ubo_id_doc_number });

const owners = fc.boolean().chain((isOwner) =>
  fc.record({
    owner: fc.constant(isOwner),
    ubo_info_list: isOwner ? p.optional(ownersUpTo(3)) : ownersUpTo(4),
  }),
);

const agent = fc.constantFrom(...documentTypes).chain((type) =>
  fc.record({
    contact_type: fc.constant('66'),
    contact_name: p.personName,
    contact_id_doc_type: fc.constant(type),
    contact_id_card_number: p.documentNumber(ecommerceDocumentTypes[type]),
    contact_id_doc_copy: p.mediaId,
    contact_id_doc_copy_back: isPassport(type) ? fc.constant(undefined) : p.mediaId,
    contact_id_doc_period_begin: p.period.map(({ begin }) => begin),
    contact_id_doc_period_end: p.period.map(({ end }) => end),
    business_authorization_letter: p.mediaId,
    mobile_phone: p.mobilePhone,
  }),
);

function contactOf(subject: OrganizationType, holder: Holder, legalPerson: string | undefined) {
  const name = nameOf(holder) ?? legalPerson;
  const legal = fc.record({
    contact_type: fc.constant('65'),
    contact_name: name === undefined ? p.personName : fc.constant(name),
    contact_id_card_number: p.optional(
      numberOf(holder) === undefined ? p.mainlandIdNumber : fc.constant(numberOf(holder)),
    ),
    mobile_phone: p.mobilePhone,
  });
  return subject === '2401' || subject === '2500' ? legal : fc.oneof(legal, agent);
}

function nameOf(holder: Holder): string | undefined {
  return holder.id_card_info?.id_card_name ?? holder.id_doc_info?.id_doc_name;
}

function numberOf(holder: Holder): string | undefined {
  return holder.id_card_info?.id_card_number ?? holder.id_doc_info?.id_doc_number;
}

function accountOf(subject: OrganizationType, holder: Holder, merchantName: string | undefined) {
  const types = ['2401', '2500'].includes(subject) ? ['75'] : subject === '4' ? ['74', '75'] : ['74'];
  return fc.constantFrom(...types).chain((type) =>
    fc.tuple(p.bank, p.areaCode, p.accountNumber).map(([bank, bank_address_code, account_number]) => ({
      bank_account_type: type,
      ...bank,
      account_name: (type === '74' ? merchantName : nameOf(holder)) ?? '示例单位',
      bank_address_code,
      account_number,
    })),
  );
}

const rest = fc.record({
  sales_scene_info: fc
    .tuple(
      p.shopName,
      fc.oneof(
        p.mediaId.map((store_qr_code) => ({ store_qr_code })),
        fc.constant({ store_url: 'https://shop.example.com/a' }),
      ),
    )
    .map(([store_name, where]) => ({ store_name, ...where })),
  settlement_info: p.optional(
    fc.record({
      settlement_id: p.optional(fc.constant(719)),
      qualification_type: p.optional(fc.constant('餐饮')),
    }),
  ),
  merchant_shortname: p.shopName,
  qualifications: p.optional(fc.array(p.mediaId, { minLength: 1, maxLength: 5 })),
  business_addition_pics: p.optional(fc.array(p.mediaId, { minLength: 1, maxLength: 5 })),
});

const finance = fc.constantFrom(undefined, false, true).chain((finance_institution) =>
  fc.record({
    finance_institution: fc.constant(finance_institution),
    finance_institution_info: finance_institution
      ? fc.record({
          finance_type: fc.constantFrom('BANK_AGENT', 'INSURANCE', 'OTHER'),
          finance_license_pics: fc.array(p.mediaId, { minLength: 1, maxLength: 5 }),
        })
      : fc.constant(undefined),
  }),
);

/** A valid form of that subject, JSON-ready. */
export function ecommerceFormOf(subject: OrganizationType): fc.Arbitrary<Record<string, unknown>> {
  const licence = ['2401', '2500'].includes(subject) ? fc.constant(undefined) : licenceOf(subject);
  return fc.tuple(holderOf(subject), licence).chain(([holder, business_license_info]) =>
    fc
      .tuple(
        contactOf(subject, holder, business_license_info?.legal_person),
        accountOf(subject, holder, business_license_info?.merchant_name),
        subject === '2' ? owners : fc.constant({}),
        subject === '2401' || subject === '2500' ? fc.constant({}) : finance,
        rest,
      )
      .map(([contact_info, account_info, ownership, financial, others]) =>
        p.tidy({
          organization_type: subject,
          business_license_info,
          ...holder,
          ...ownership,
          ...financial,
          account_info,
          contact_info,
          ...others,
          ...(subject === '2500' && {
            business_addition_desc: '该商户已持续从事电子商务经营活动满6个月，且期间经营收入累计超过20万元。',
          }),
        }),
      ),
  );
}

/** A valid form of any subject. */
export const ecommerceForms = fc.constantFrom(...organizationTypes).chain(ecommerceFormOf);
