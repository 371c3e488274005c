import { common } from '../../i18n/common';
import { texts } from '../../i18n/index';

export const t = {
  ...common,
  ...texts({
    title: ['修改结算账户', 'Settlement account'],
    now: ['现在的账户', 'The account now'],
    hint: [
      '微信支付审核通过后才会生效，之前仍结算到现在的账户。一天最多改五次。',
      'It takes effect once WeChat Pay has reviewed it; until then the account stays. Five changes a day.',
    ],
    required: ['这一项需要填写', 'Required'],
    fixThese: ['请先补全标红的项目', 'Please complete the fields in red'],
    submit: ['提交修改', 'Submit'],
    submitting: ['正在提交…', 'Submitting…'],
    again: ['再改一次', 'Change it again'],
    back: ['回商家中心', 'Back to your shop'],
    auditing: ['新账户正在审核', 'The new account is being reviewed'],
    accepted: ['修改已生效', 'The change took effect'],
    refused: ['修改没有通过', 'The change was refused'],
  }),
};
