import { texts } from '../../i18n/index';
import type { FieldView } from '../../services/apply/view';

const t = texts({
  optional: ['选填', 'optional'],
  choose: ['请选择', 'Choose'],
  long: ['长期有效', 'No expiry'],
  take: ['拍照或选择', 'Add a photo'],
  retake: ['重拍', 'Retake'],
  drop: ['删除', 'Delete'],
  uploading: ['正在上传', 'Uploading'],
  again: ['点这里重试', 'Tap to retry'],
  sent: ['已上传', 'Uploaded'],
  preview: ['查看大图', 'See it large'],
});

/**
 * One question of a form. The page owns the answers; this component triggers `change` `{key, value, names?}`, `open`
 * `{key}` for answers from long lists, and `photo` `{key, action, id}`.
 */
Component({
  properties: { field: { type: Object, value: {} as Partial<FieldView> } },
  data: { t },
  methods: {
    key(): string {
      return (this.data.field as FieldView).key;
    },
    change(value: unknown) {
      this.triggerEvent('change', { key: this.key(), value });
    },
    type(event: WechatMiniprogram.Input) {
      this.change(event.detail.value);
    },
    choose(event: WechatMiniprogram.TouchEvent) {
      this.change(event.currentTarget.dataset.value);
    },
    select(event: WechatMiniprogram.PickerChange) {
      const { options } = this.data.field as FieldView;
      this.change(options[Number(event.detail.value)]?.value ?? '');
    },
    date(event: WechatMiniprogram.PickerChange) {
      this.change(event.detail.value);
    },
    region(event: WechatMiniprogram.CustomEvent<{ value: readonly string[]; code: readonly string[] }>) {
      const { value, code } = event.detail;
      this.triggerEvent('change', { key: this.key(), value: code[1] ?? code[0] ?? '', names: value });
    },
    toggleLong() {
      this.change((this.data.field as FieldView).isLong ? '' : '长期');
    },
    open() {
      this.triggerEvent('open', { key: this.key() });
    },
    photo(action: string, id: string) {
      this.triggerEvent('photo', { key: this.key(), action, id });
    },
    take() {
      this.photo('take', '');
    },
    retake(event: WechatMiniprogram.TouchEvent) {
      this.photo('retake', String(event.currentTarget.dataset.id));
    },
    again(event: WechatMiniprogram.TouchEvent) {
      this.photo('again', String(event.currentTarget.dataset.id));
    },
    drop(event: WechatMiniprogram.TouchEvent) {
      this.photo('drop', String(event.currentTarget.dataset.id));
    },
    preview(event: WechatMiniprogram.TouchEvent) {
      void wx.previewImage({ urls: [String(event.currentTarget.dataset.src)] });
    },
  },
});
