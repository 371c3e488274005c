import type { Json } from '../rules/check.ts';
import { identity, personalAccount, settlement } from './applyment4sub-forms.ts';
import type { FormOptions, ValidApplication } from './form-types.ts';
import { legalPerson } from './people.ts';

interface Business {
  readonly variant: string;
  readonly contact: Json;
  readonly business: Json;
}

const reach = {
  contact_name: legalPerson.name,
  mobile_phone: legalPerson.phone,
  contact_email: 'boss@example.com',
};
const byNumber = { ...reach, contact_id_number: legalPerson.idCard };
const byOpenid = { ...reach, openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o' };

const businesses = (image: string): Business[] => [
  {
    variant: 'a shop, administrator by ID number',
    contact: byNumber,
    business: {
      micro_biz_type: 'MICRO_TYPE_STORE',
      micro_store_info: {
        micro_name: '大郎烧饼',
        micro_address_code: '440305',
        micro_address: '南山区某某大厦1层101室',
        store_entrance_pic: image,
        micro_indoor_copy: image,
        store_longitude: '113.941355',
        store_latitude: '22.546245',
      },
    },
  },
  {
    variant: 'a cart, administrator by openid',
    contact: byOpenid,
    business: {
      micro_biz_type: 'MICRO_TYPE_MOBILE',
      micro_mobile_info: {
        micro_mobile_name: '早餐车',
        micro_mobile_city: '440305',
        micro_mobile_address: '无',
        micro_mobile_pics: [image],
      },
    },
  },
  {
    variant: 'online',
    contact: byNumber,
    business: {
      micro_biz_type: 'MICRO_TYPE_ONLINE',
      micro_online_info: {
        micro_online_store: '李三服装店',
        micro_ec_name: '某某商城',
        micro_qrcode: image,
      },
    },
  },
];

/** 小微, which needs a permission that no provider of the sandbox has initially: doc/v3/partner/4012722249. */
export function microApplications(options: FormOptions = {}): ValidApplication[] {
  const { imageId = 'V1_image', prefix = 'TEST' } = options;
  return businesses(imageId).map(({ variant, contact, business }, at) => ({
    subjectType: 'SUBJECT_TYPE_MICRO',
    variant,
    form: {
      business_code: `${prefix}_MICRO_${at}`,
      contact_info: contact,
      subject_info: {
        subject_type: 'SUBJECT_TYPE_MICRO',
        micro_biz_info: business,
        identity_info: identity(imageId),
      },
      business_info: { merchant_shortname: '张三烧饼', service_phone: '0755-86013388' },
      settlement_info: settlement(imageId),
      bank_account_info: personalAccount,
    },
  }));
}
