/**
 * 特约商户进件, as pages of questions.
 * https://pay.weixin.qq.com/docs/partner/apis/contracted-merchant-application/applyment/submit.html, and for 小微
 * https://pay.weixin.qq.com/doc/v3/partner/4012722249
 */
import { microFields } from './applyment4sub-micro';
import { sceneFields } from './applyment4sub-scenes';
import { applyment4subDocuments, certificatesOf, holderTypes, option } from './options';
import {
  accountFields,
  agentFields,
  financeFields,
  holderFields,
  holderName,
  ownerFields,
  period,
  photo,
} from './parts';
import { type ApplicationForm, type Field, type Option, text, type Values } from './types';

const type = (name: string) => `SUBJECT_TYPE_${name}`;
const subjects: readonly Option[] = [
  option(type('INDIVIDUAL'), '个体户', 'Individual business', [
    '有个体户营业执照',
    'With an individual business licence',
  ]),
  option(type('ENTERPRISE'), '企业', 'Enterprise', ['有企业营业执照', 'With an enterprise licence']),
  option(type('MICRO'), '小微', 'Micro merchant', [
    '没有营业执照的个人经营者；平台须已开通小微进件权限',
    'A person without a licence; the platform needs a permission for it',
  ]),
  option(type('INSTITUTIONS'), '事业单位', 'Public institution'),
  option(type('GOVERNMENT'), '政府机关', 'Government body'),
  option(type('OTHERS'), '社会组织', 'Social organisation'),
];

const at = (name: string) => `subject_info.${name}`;
const identity = at('identity_info.');
const subject = (values: Values) => text(values, at('subject_type')).slice('SUBJECT_TYPE_'.length);
const isOneOf =
  (...names: string[]) =>
  (values: Values) =>
    names.includes(subject(values));
const hasLicense = isOneOf('INDIVIDUAL', 'ENTERPRISE');
const hasCertificate = isOneOf('INSTITUTIONS', 'GOVERNMENT', 'OTHERS');
const isMicro = isOneOf('MICRO');
const isEnterprise = isOneOf('ENTERPRISE');
const isOrgan = isOneOf('INSTITUTIONS', 'GOVERNMENT');
const byLetter = (values: Values) => isOrgan(values) && text(values, `${identity}id_holder_type`) === 'SUPER';
const isAgent = (values: Values) => !isMicro(values) && text(values, 'contact_info.contact_type') === 'SUPER';

const license = (name: string) => at(`business_license_info.${name}`);
const certificate = (name: string) => at(`certificate_info.${name}`);
const merchantName = (values: Values) =>
  text(values, hasLicense(values) ? license('merchant_name') : certificate('merchant_name')) || undefined;

const subjectFields: Field[] = [
  {
    key: at('subject_type'),
    kind: 'choice',
    label: ['你是哪一类商家', 'What kind of merchant are you'],
    options: subjects,
  },
  {
    key: 'business_info.merchant_shortname',
    kind: 'text',
    label: ['商户简称', 'Short name'],
    help: ['顾客付款后在账单里看到的名字', 'Customers see it on their bills'],
    example: '南山面包房',
  },
  {
    key: 'business_info.service_phone',
    kind: 'digits',
    label: ['客服电话', 'Service phone'],
    help: ['顾客付款后可以看到', 'Customers see it after paying'],
  },
  ...financeFields(at(''), (values) => !isMicro(values)),
];

const licenseFields: Field[] = [
  photo(license('license_copy'), ['营业执照照片', 'Photo of the licence'], { when: hasLicense }),
  {
    key: license('license_number'),
    kind: 'text',
    label: ['统一社会信用代码', 'Licence number'],
    example: '91440300MA5EXAMPLE',
    when: hasLicense,
  },
  {
    key: license('merchant_name'),
    kind: 'text',
    label: ['商户名称', 'Registered name'],
    help: ['与执照完全一致', 'Exactly as on the licence'],
    when: hasLicense,
  },
  {
    key: license('legal_person'),
    kind: 'text',
    label: ['经营者/法人姓名', 'Legal representative'],
    when: hasLicense,
  },
  photo(certificate('cert_copy'), ['登记证书照片', 'Photo of the certificate'], { when: hasCertificate }),
  {
    key: certificate('cert_type'),
    kind: 'choice',
    label: ['证书类型', 'Certificate'],
    options: (values) =>
      certificatesOf(
        subject(values) === 'INSTITUTIONS'
          ? 'institution'
          : subject(values) === 'GOVERNMENT'
            ? 'government'
            : 'other',
      ),
    when: hasCertificate,
  },
  {
    key: certificate('cert_number'),
    kind: 'text',
    label: ['证书编号', 'Certificate number'],
    when: hasCertificate,
  },
  {
    key: certificate('merchant_name'),
    kind: 'text',
    label: ['商户名称', 'Registered name'],
    help: ['与证书完全一致', 'Exactly as on the certificate'],
    when: hasCertificate,
  },
  {
    key: certificate('company_address'),
    kind: 'text',
    label: ['注册地址', 'Registered address'],
    when: hasCertificate,
  },
  {
    key: certificate('legal_person'),
    kind: 'text',
    label: ['法人姓名', 'Legal representative'],
    when: hasCertificate,
  },
  ...period(certificate('period_begin'), certificate('period_end'), ['证书', 'Certificate'], {
    when: hasCertificate,
  }),
  photo(at('certificate_letter_copy'), ['单位证明函', 'Letter of the organisation'], {
    when: isOrgan,
    optional: true,
  }),
];

const mainland = 'IDENTIFICATION_TYPE_IDCARD';
const personFields: Field[] = [
  {
    key: `${identity}id_holder_type`,
    kind: 'choice',
    label: ['证件持有人', 'Whose document'],
    options: holderTypes,
    when: isOrgan,
    optional: true,
  },
  photo(`${identity}authorize_letter_copy`, ['法定代表人说明函', 'Letter of the legal representative'], {
    when: byLetter,
  }),
  ...holderFields({
    prefix: identity,
    mainland,
    cardBegin: 'card_period_begin',
    cardEnd: 'card_period_end',
    documents: (values) =>
      isOneOf('MICRO', 'GOVERNMENT')(values) ? applyment4subDocuments.slice(0, 1) : applyment4subDocuments,
    address: isEnterprise,
    byLetter,
  }),
  ...ownerFields(
    `${identity}owner`,
    at('ubo_info_list'),
    ['ubo_period_begin', 'ubo_period_end'],
    isEnterprise,
    applyment4subDocuments,
  ),
];

const contact = (name: string) => `contact_info.${name}`;
const contactFields: Field[] = [
  {
    key: contact('contact_type'),
    kind: 'choice',
    label: ['谁是超级管理员', 'Who is the administrator'],
    help: ['负责签约、接收通知的人', 'Signs the contract and gets the notices'],
    options: [
      option('LEGAL', '经营者/法人本人', 'The operator or legal representative'),
      option('SUPER', '经办人', 'An agent', ['需要授权函和证件', 'Needs a letter and a document']),
    ],
    when: (values) => !isMicro(values),
  },
  {
    key: contact('contact_name'),
    kind: 'text',
    label: ['管理员姓名', "Administrator's name"],
    suggest: (values) => (isAgent(values) ? undefined : holderName(values, identity)),
  },
  {
    key: contact('mobile_phone'),
    kind: 'digits',
    label: ['管理员手机号', "Administrator's mobile"],
    example: '13800138000',
  },
  {
    key: contact('contact_email'),
    kind: 'text',
    label: ['管理员邮箱', "Administrator's e-mail"],
    example: 'name@example.com',
  },
  {
    key: contact('contact_id_doc_type'),
    kind: 'choice',
    label: ['管理员证件类型', "Administrator's document"],
    options: applyment4subDocuments,
    when: isAgent,
  },
  {
    key: contact('contact_id_number'),
    reports: [contact('openid')],
    kind: 'idcard',
    label: ['管理员证件号码', "Administrator's document number"],
    when: (values) => isAgent(values) || isMicro(values),
    suggest: (values) =>
      isMicro(values) ? text(values, `${identity}id_card_info.id_card_number`) : undefined,
  },
  ...agentFields(['contact_period_begin', 'contact_period_end'], isAgent),
];

const settlementFields: Field[] = [
  {
    key: 'settlement_info.settlement_id',
    kind: 'digits',
    label: ['结算规则 ID', 'Settlement rule'],
    help: [
      '见微信支付《费率结算规则对照表》，如个体户 719、企业 716',
      "See WeChat Pay's table of settlement rules",
    ],
    suggest: (values) => ({ INDIVIDUAL: '719', ENTERPRISE: '716', MICRO: '747' })[subject(values)],
  },
  {
    key: 'settlement_info.qualification_type',
    kind: 'text',
    label: ['所属行业', 'Industry'],
    help: ['与结算规则对照表一致', 'As in that table'],
    example: '餐饮',
  },
  {
    key: 'settlement_info.qualifications',
    kind: 'photos',
    most: 5,
    label: ['特殊资质', 'Special permits'],
    optional: true,
  },
  {
    key: 'addition_info.business_addition_pics',
    kind: 'photos',
    most: 5,
    label: ['补充材料', 'Further documents'],
    optional: true,
  },
];

const [corporate, personal] = ['BANK_ACCOUNT_TYPE_CORPORATE', 'BANK_ACCOUNT_TYPE_PERSONAL'];

export const applyment4subForm: ApplicationForm = {
  kind: 'partner',
  steps: [
    { id: 'subject', title: ['商家类型', 'Kind of merchant'], fields: subjectFields },
    { id: 'license', title: ['营业执照', 'Licence'], fields: licenseFields },
    {
      id: 'person',
      title: ['经营者证件', 'Documents'],
      hint: ['照片要完整、清晰、不反光', 'Whole, sharp, without glare'],
      fields: personFields,
    },
    { id: 'contact', title: ['超级管理员', 'Administrator'], fields: contactFields },
    {
      id: 'scene',
      title: ['经营场景', 'Where you sell'],
      fields: [...sceneFields((values) => !isMicro(values)), ...microFields(isMicro), ...settlementFields],
    },
    {
      id: 'account',
      title: ['结算账户', 'Settlement account'],
      hint: ['顾客付的钱会结算到这里', 'Your income is paid out here'],
      fields: accountFields({
        prefix: 'bank_account_info.',
        corporate,
        personal,
        allowed: (values) => [
          ...(isMicro(values) ? [] : [option(corporate, '对公账户', 'Corporate account')]),
          ...(isOneOf('MICRO', 'INDIVIDUAL')(values)
            ? [option(personal, '经营者个人账户', "Operator's own account")]
            : []),
        ],
        suggestName: (values) =>
          text(values, 'bank_account_info.bank_account_type') === personal
            ? holderName(values, identity)
            : merchantName(values),
        mayDiffer: isOrgan,
      }),
    },
  ],
  derive: () => ({}),
};
