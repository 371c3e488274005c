/**
 * 电商收付通 二级商户进件, as pages of questions.
 * https://pay.weixin.qq.com/doc/v3/partner/4012713017
 */
import { certificatesOf, ecommerceDocuments, holderTypes, option } from './options';
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

const subjects: readonly Option[] = [
  option('4', '个体工商户', 'Individual business', [
    '有个体户营业执照',
    'With an individual business licence',
  ]),
  option('2', '企业', 'Enterprise', ['有企业营业执照', 'With an enterprise licence']),
  option('2401', '小微商户', 'Micro merchant', ['没有营业执照的个人经营者', 'A person without a licence']),
  option('2500', '个人卖家', 'Individual seller', [
    '在电商平台卖货的个人',
    'A person who sells on a platform',
  ]),
  option('3', '事业单位', 'Public institution'),
  option('2502', '政府机关', 'Government body'),
  option('1708', '社会组织', 'Social organisation'),
];

const subject = (values: Values) => text(values, 'organization_type');
const isOneOf =
  (...types: string[]) =>
  (values: Values) =>
    types.includes(subject(values));
const hasLicense = isOneOf('4', '2', '3', '2502', '1708');
const hasCertificate = isOneOf('3', '2502', '1708');
const isPerson = isOneOf('2401', '2500');
const isEnterprise = isOneOf('2');
const isOrgan = isOneOf('3', '2502');
const byLetter = (values: Values) => isOrgan(values) && text(values, 'id_holder_type') === 'SUPER';
const isAgent = (values: Values) => !isPerson(values) && text(values, 'contact_info.contact_type') === '66';
const mainland = 'IDENTIFICATION_TYPE_MAINLAND_IDCARD';
const license = (name: string) => `business_license_info.${name}`;

const subjectFields: Field[] = [
  {
    key: 'organization_type',
    kind: 'choice',
    label: ['你是哪一类商家', 'What kind of merchant are you'],
    options: subjects,
  },
  {
    key: 'merchant_shortname',
    kind: 'text',
    label: ['商户简称', 'Short name'],
    help: ['顾客付款后在账单里看到的名字，最多 21 个汉字', 'Customers see it on their bills'],
    example: '南山面包房',
  },
  ...financeFields('', hasLicense),
];

const licenseFields: Field[] = [
  photo(license('business_license_copy'), ['营业执照/登记证书照片', 'Photo of the licence'], {
    when: hasLicense,
  }),
  {
    key: license('cert_type'),
    kind: 'choice',
    label: ['证书类型', 'Certificate'],
    options: (values) =>
      certificatesOf(
        subject(values) === '3' ? 'institution' : subject(values) === '2502' ? 'government' : 'other',
      ),
    when: hasCertificate,
  },
  {
    key: license('business_license_number'),
    kind: 'text',
    label: ['统一社会信用代码/注册号', 'Licence number'],
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
  {
    key: license('company_address'),
    kind: 'text',
    label: ['注册地址', 'Registered address'],
    when: hasCertificate,
  },
  ...period('_business_time.begin', '_business_time.end', ['证书', 'Certificate'], {
    when: hasCertificate,
    reports: [license('business_time')],
  }),
];

const personFields: Field[] = [
  {
    key: 'id_holder_type',
    kind: 'choice',
    label: ['证件持有人', 'Whose document'],
    options: holderTypes,
    when: isOrgan,
    optional: true,
  },
  photo('authorize_letter_copy', ['法定代表人说明函', 'Letter of the legal representative'], {
    when: byLetter,
  }),
  ...holderFields({
    prefix: '',
    mainland,
    cardBegin: 'id_card_valid_time_begin',
    cardEnd: 'id_card_valid_time',
    documents: (values) =>
      isOneOf('2401', '2500', '2502')(values) ? ecommerceDocuments.slice(0, 1) : ecommerceDocuments,
    byLetter,
  }),
  ...ownerFields(
    'owner',
    'ubo_info_list',
    ['ubo_id_doc_period_begin', 'ubo_id_doc_period_end'],
    isEnterprise,
    ecommerceDocuments,
  ),
];

const contact = (name: string) => `contact_info.${name}`;
const contactFields: Field[] = [
  {
    key: contact('contact_type'),
    kind: 'choice',
    label: ['谁是超级管理员', 'Who is the administrator'],
    help: ['负责签约、接收通知的人', 'Signs the contract and gets the notices'],
    options: (values) => [
      option('65', '经营者/法人本人', 'The operator or legal representative'),
      ...(isPerson(values)
        ? []
        : [option('66', '经办人', 'An agent', ['需要授权函和证件', 'Needs a letter and a document'])]),
    ],
  },
  {
    key: contact('contact_name'),
    kind: 'text',
    label: ['管理员姓名', "Administrator's name"],
    suggest: (values) =>
      isAgent(values) ? undefined : (holderName(values, '') ?? text(values, license('legal_person'))),
  },
  {
    key: contact('mobile_phone'),
    kind: 'digits',
    label: ['管理员手机号', "Administrator's mobile"],
    example: '13800138000',
  },
  {
    key: contact('contact_id_doc_type'),
    kind: 'choice',
    label: ['管理员证件类型', "Administrator's document"],
    options: ecommerceDocuments,
    when: isAgent,
  },
  {
    key: contact('contact_id_card_number'),
    kind: 'idcard',
    label: ['管理员证件号码', "Administrator's document number"],
    when: isAgent,
  },
  ...agentFields(['contact_id_doc_period_begin', 'contact_id_doc_period_end'], isAgent),
];

const sceneFields: Field[] = [
  { key: 'sales_scene_info.store_name', kind: 'text', label: ['店铺名称', 'Shop name'] },
  {
    key: '_store_by',
    suggest: () => 'url',
    recall: (values) => (values['sales_scene_info.store_qr_code'] ? 'qr' : undefined),
    kind: 'choice',
    label: ['怎样找到店铺', 'Where the shop is found'],
    options: [option('url', '店铺链接', 'A link'), option('qr', '店铺二维码', 'A QR code')],
  },
  {
    key: 'sales_scene_info.store_url',
    reports: ['sales_scene_info.store_qr_code'],
    kind: 'text',
    label: ['店铺链接', 'Link to the shop'],
    example: 'https://',
    when: (values) => text(values, '_store_by') !== 'qr',
  },
  photo('sales_scene_info.store_qr_code', ['店铺二维码', 'QR code of the shop'], {
    reports: ['sales_scene_info.store_url'],
    when: (values) => text(values, '_store_by') === 'qr',
  }),
  {
    key: 'business_addition_desc',
    kind: 'longtext',
    label: ['补充说明', 'Remarks'],
    help: ['个人卖家请说明在平台上卖什么', 'Individual sellers: say what you sell'],
    when: (values) => subject(values) === '2500',
  },
  { key: 'qualifications', kind: 'photos', most: 5, label: ['特殊资质', 'Special permits'], optional: true },
  {
    key: 'business_addition_pics',
    kind: 'photos',
    most: 5,
    label: ['补充材料', 'Further documents'],
    optional: true,
  },
];

export const ecommerceForm: ApplicationForm = {
  kind: 'ecommerce',
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
      id: 'account',
      title: ['结算账户', 'Settlement account'],
      hint: ['顾客付的钱会结算到这里', 'Your income is paid out here'],
      fields: accountFields({
        prefix: 'account_info.',
        corporate: '74',
        personal: '75',
        allowed: (values) => [
          ...(isPerson(values) ? [] : [option('74', '对公账户', 'Corporate account')]),
          ...(isPerson(values) || subject(values) === '4'
            ? [option('75', '经营者个人账户', "Operator's own account")]
            : []),
        ],
        suggestName: (values) =>
          text(values, 'account_info.bank_account_type') === '75'
            ? holderName(values, '')
            : text(values, license('merchant_name')),
        mayDiffer: isOrgan,
      }),
    },
    { id: 'scene', title: ['经营信息', 'Business'], fields: sceneFields },
  ],
  derive: (values) => {
    const [begin, end] = [text(values, '_business_time.begin'), text(values, '_business_time.end')];
    return hasCertificate(values) && begin && end
      ? { [license('business_time')]: JSON.stringify([begin, end]) }
      : {};
  },
};
