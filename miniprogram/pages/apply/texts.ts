import { common } from '../../i18n/common';
import { texts } from '../../i18n/index';

export const t = {
  ...common,
  ...texts({
    title: ['成为商家', 'Become a seller'],
    saved: ['草稿只存在这台手机上', 'The draft stays on this phone'],
    stepText: ['第 {step} 步，共 {count} 步', 'Step {step} of {count}'],
    back: ['上一步', 'Back'],
    next: ['下一步', 'Next'],
    fixed: ['改好了', 'Done'],
    checking: ['正在核对…', 'Checking…'],
    review: ['核对并提交', 'Check and submit'],
    reviewHint: ['提交后由微信支付审核', 'WeChat Pay reviews what you submit'],
    complete: ['已填好', 'Complete'],
    missing: ['还有 {count} 项没填', '{count} still to fill in'],
    wrong: ['有 {count} 项需要修改', '{count} to correct'],
    required: ['这一项需要填写', 'Required'],
    fixThese: ['请先补全标红的项目', 'Please complete the fields in red'],
    uploading: ['照片还在上传，请稍等', 'A photo is still uploading'],
    agree: [
      '我确认以上资料真实、有效，并同意加密后提交给微信支付审核。',
      'I confirm that this is true, and agree to send it, encrypted, to WeChat Pay.',
    ],
    mustAgree: ['请先勾选确认', 'Please tick the box first'],
    submit: ['提交申请', 'Submit'],
    resubmit: ['重新提交', 'Submit again'],
    submitting: ['正在提交…', 'Submitting…'],
    forget: ['清除这台手机上的草稿', 'Clear the draft on this phone'],
    forgetAsk: ['清除草稿？', 'Clear the draft?'],
    forgetHint: [
      '已填写的内容会从这台手机上删除，不能恢复。',
      'What you filled in is deleted from this phone for good.',
    ],
    forgetYes: ['清除', 'Clear'],
  }),
};
