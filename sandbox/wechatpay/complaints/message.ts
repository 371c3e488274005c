/** 新版消息格式 (NormalMessage) of 回复需要即时服务的投诉单: doc/v3/merchant/4017151596. */
import { type Fields, field } from '../context.ts';

const optional = { optional: true } as const;
const text = (label: string, max?: number) => field.string(label, { ...optional, max });

const jump: Fields = {
  appid: field.string('跳转小程序APPID'),
  path: text('页面PATH'),
  text: text('页面名称'),
};
const reply: Fields = { content: field.string('回复的消息内容'), custom_data: text('自定义透传字段') };

const action = field.object(
  '动作',
  {
    action_type: field.string('动作类型', {
      ...optional,
      oneOf: ['ACTION_TYPE_SEND_MESSAGE', 'ACTION_TYPE_JUMP_URL', 'ACTION_TYPE_JUMP_MINI_PROGRAM'],
    }),
    jump_url: text('跳转链接'),
    mini_program_jump_info: field.object('跳转小程序信息', jump, optional),
    message_info: field.object('回复消息内容', reply, optional),
    action_id: text('动作id'),
  },
  optional,
);
const invalid = field.object(
  '失效配置',
  { expired_time: text('过期时间'), multi_clickable: field.boolean('是否可以多次点击', optional) },
  optional,
);
/** A link or a button. */
const clickable: Fields = { text: text('文本'), action, invalid_info: invalid };
const question: Fields = { faq_id: text('faq的id'), faq_title: text('faq内容'), action };

const block: Fields = {
  type: field.string('消息块类型', {
    ...optional,
    oneOf: ['TEXT', 'IMAGE', 'LINK', 'FAQ_LIST', 'BUTTON', 'BUTTON_GROUP'],
  }),
  text: field.object(
    '文本',
    {
      text: text('文本'),
      color: field.string('文本颜色', { ...optional, oneOf: ['DEFAULT', 'SECONDARY'] }),
      is_bold: field.boolean('是否粗体', optional),
    },
    optional,
  ),
  image: field.object(
    '图片',
    {
      media_id: text('媒体ID'),
      image_style_type: field.string('图片样式类型', {
        ...optional,
        oneOf: ['IMAGE_STYLE_TYPE_NARROW', 'IMAGE_STYLE_TYPE_WIDE'],
      }),
    },
    optional,
  ),
  link: field.object('链接', clickable, optional),
  faq_list: field.object(
    'FAQ列表',
    { faqs: field.array('FAQ列表', field.object('FAQ', question), optional) },
    optional,
  ),
  button: field.object('按钮', clickable, optional),
  button_group: field.object(
    '按钮组',
    {
      buttons: field.array('按钮', field.object('按钮', clickable), optional),
      button_layout: field.string('按钮排列', {
        ...optional,
        oneOf: ['LAYOUT_UNKNOWN', 'LAYOUT_HORIZONTAL', 'LAYOUT_VERTICAL'],
      }),
      invalid_info: invalid,
    },
    optional,
  ),
};

export const normalMessage = field.object('消息内容', {
  blocks: field.array('消息内容', field.object('消息块', block), optional),
  sender_identity: field.string('发送者身份类别', { ...optional, oneOf: ['UNKNOWN', 'MANUAL', 'MACHINE'] }),
  custom_data: text('自定义透传信息', 4096),
});
