import type {
  ComplaintView,
  HandleComplaintsAnswers,
  NegotiationView,
  Result,
} from '../../../../shared/contract/index.ts';
import { common } from '../../../i18n/common';
import { fill, type Pair, say, texts } from '../../../i18n/index';
import { api, errorText } from '../../../services/api';
import { type ComplaintLine, complaintLine } from '../../../services/complaints';
import { yuan } from '../../../utils/money';
import { dateTime } from '../../../utils/time';
import { newToken } from '../../../utils/token';

const t = {
  ...common,
  ...texts({
    title: ['投诉', 'Complaint'],
    phone: ['联系电话', 'Phone'],
    call: ['拨打', 'Call'],
    order: ['订单号', 'Order'],
    wants: ['申请退款', 'Asks for'],
    history: ['协商记录', 'Negotiation'],
    reply: ['回复', 'Answer'],
    replyHint: ['回复用户，最多 {max} 字', 'At most {max} characters; the payer reads this'],
    addPicture: ['添加图片', 'Add a picture'],
    pictures: ['已添加 {count} 张图片', '{count} pictures added'],
    showPicture: ['查看图片', 'Show the picture'],
    approve: ['同意退款', 'Refund'],
    reject: ['拒绝退款', 'Refuse the refund'],
    complete: ['处理完成', 'Mark as done'],
    sureApprove: ['退款 {amount} 元给用户？', 'Refund ¥{amount} to the payer?'],
    sureReject: ['以上面的文字为理由拒绝退款？', 'Refuse, with the text above as the reason?'],
    sureComplete: ['确认已妥善处理？', 'Is it really settled?'],
    needText: ['请先填写文字', 'Write something first'],
    refunded: ['退款单号', 'Refund'],
    sent: ['已发送', 'Sent'],
  }),
};

/** WeChat Pay's operate_type; one that is not here is shown as it is. */
const types: Readonly<Record<string, Pair>> = {
  USER_CREATE_COMPLAINT: ['用户投诉', 'Complained'],
  USER_CONTINUE_COMPLAINT: ['用户继续投诉', 'Complained again'],
  USER_RESPONSE: ['用户留言', 'The payer wrote'],
  MERCHANT_RESPONSE: ['商家回复', 'The shop answered'],
  MERCHANT_CONFIRM_COMPLETE: ['商家处理完成', 'The shop marked it as done'],
  MERCHANT_APPROVE_REFUND: ['商家同意退款', 'The shop refunds'],
  MERCHANT_REFUSE_RERUND: ['商家拒绝退款', 'The shop refused the refund'],
  USER_APPLY_PLATFORM_SERVICE: ['用户申请平台协助', 'The payer asked WeChat Pay for help'],
  USER_CANCEL_PLATFORM_SERVICE: ['用户取消平台协助', 'The payer no longer wants help'],
  PLATFORM_SERVICE_FINISHED: ['客服结束平台协助', 'Customer service has finished'],
  PLATFORM_RESPONSE: ['平台留言', 'WeChat Pay wrote'],
  PLATFORM_HELP_APPLICATION: ['平台催办', 'WeChat Pay asks for an answer'],
  COMPLAINT_REFUND_RECEIVED_SYSTEM_MESSAGE: ['退款已到账', 'The refund arrived'],
  COMPLAINT_FULL_REFUNDED_SYSTEM_MESSAGE: ['已全额退款', 'Refunded in full'],
  COMPLAINT_PARTIAL_REFUNDED_SYSTEM_MESSAGE: ['已部分退款', 'Refunded in part'],
};

interface HistoryRow {
  readonly key: string;
  readonly what: string;
  readonly text: string;
  readonly at: string;
  readonly pictures: readonly string[];
}

Page({
  data: {
    t,
    kind: 'loading',
    message: '',
    line: {} as Partial<ComplaintLine>,
    text: '',
    phone: '',
    pictures: [] as readonly string[],
    history: [] as HistoryRow[],
    isRefund: false,
    isOpen: false,
    wants: '',
    outRefundNo: '',
    written: '',
    maxLength: 200,
    hint: '',
    mediaIds: [] as string[],
    added: '',
    shown: '',
    busy: '',
  },
  complaintId: '',
  complaint: undefined as ComplaintView | undefined,
  token: newToken(),

  onLoad(query: Record<string, string | undefined>) {
    wx.setNavigationBarTitle({ title: t.title });
    this.complaintId = decodeURIComponent(query.id ?? '');
    void this.load();
  },

  async onPullDownRefresh() {
    await this.load();
    wx.stopPullDownRefresh();
  },

  async load() {
    const answer = await api.handleComplaints({ action: 'detail', complaintId: this.complaintId });
    if (!answer.ok) {
      this.setData({ kind: 'error', message: errorText(answer.error) });
      return;
    }
    const { complaint, detail } = answer.data;
    this.complaint = complaint;
    const isOpen = complaint.state !== 'PROCESSED';
    this.setData({
      kind: 'ready',
      line: complaintLine(complaint),
      text: detail.text,
      phone: detail.phone ?? '',
      pictures: detail.pictures,
      history: detail.history.map(historyRow),
      isOpen,
      maxLength: complaint.maxReplyLength,
      hint: fill(t.replyHint, { max: complaint.maxReplyLength }),
      isRefund: isOpen && complaint.problemType === 'REFUND',
      wants: complaint.applyRefundFen ? yuan(complaint.applyRefundFen) : '',
      outRefundNo: complaint.outRefundNo ?? '',
    });
  },

  write(event: WechatMiniprogram.Input) {
    this.setData({ written: event.detail.value });
  },

  call() {
    void wx.makePhoneCall({ phoneNumber: this.data.phone });
  },

  async addPicture() {
    const chosen = await wx.chooseMedia({ count: 1, mediaType: ['image'], sizeType: ['compressed'] });
    const [file] = chosen.tempFiles;
    if (!file) return;
    this.setData({ busy: 'picture' });
    const problem = await this.upload(file.tempFilePath);
    this.setData({ busy: '' });
    if (problem) void wx.showModal({ content: problem, showCancel: false, confirmText: t.confirm });
  },

  /** @returns the error message; empty on success */
  async upload(filePath: string): Promise<string> {
    const extension = filePath.split('.').at(-1) ?? 'jpg';
    const begun = await api.handleComplaints({ action: 'beginPicture', extension });
    if (!begun.ok) return errorText(begun.error);
    const { fileID } = await wx.cloud.uploadFile({ cloudPath: begun.data.cloudPath, filePath });
    const { complaintId } = this;
    const finished = await api.handleComplaints({ action: 'finishPicture', complaintId, fileID });
    if (!finished.ok) return errorText(finished.error);
    const mediaIds = [...this.data.mediaIds, finished.data.mediaId];
    this.setData({ mediaIds, added: fill(t.pictures, { count: mediaIds.length }) });
    return '';
  },

  async show(event: WechatMiniprogram.TouchEvent) {
    const mediaId = String(event.currentTarget.dataset.id);
    const answer = await api.handleComplaints({ action: 'picture', complaintId: this.complaintId, mediaId });
    if (!answer.ok) void wx.showToast({ title: errorText(answer.error), icon: 'none' });
    else this.setData({ shown: `data:${answer.data.contentType};base64,${answer.data.base64}` });
  },

  reply() {
    const text = this.data.written.trim();
    if (!text) return this.needText();
    const { mediaIds } = this.data;
    const pictures = mediaIds.length > 0 ? { mediaIds } : {};
    return this.act('reply', '', () =>
      api.handleComplaints({ action: 'reply', ...this.acting(), text, ...pictures }),
    );
  },

  approve() {
    const sure = fill(t.sureApprove, { amount: this.data.wants });
    return this.act('approve', sure, () =>
      api.handleComplaints({ action: 'approveRefund', ...this.acting() }),
    );
  },

  reject() {
    const reason = this.data.written.trim();
    if (!reason) return this.needText();
    return this.act('reject', t.sureReject, () =>
      api.handleComplaints({ action: 'rejectRefund', ...this.acting(), reason }),
    );
  },

  complete() {
    return this.act('complete', t.sureComplete, () =>
      api.handleComplaints({ action: 'complete', ...this.acting() }),
    );
  },

  needText() {
    void wx.showToast({ title: t.needText, icon: 'none' });
  },

  acting() {
    return { complaintId: this.complaintId, requestToken: this.token, seen: this.complaint?.acts ?? 0 };
  },

  async act(
    busy: string,
    sure: string,
    send: () => Promise<Result<HandleComplaintsAnswers['reply']>>,
  ): Promise<void> {
    if (this.data.busy) return;
    const asked = sure
      ? await wx.showModal({ content: sure, confirmText: t.confirm, cancelText: t.cancel })
      : undefined;
    if (asked && !asked.confirm) return;
    this.setData({ busy });
    const answer = await send();
    this.setData({ busy: '' });
    if (!answer.ok) {
      // After an unknown outcome, retrying with the same token sends the same answer, so the payer does not get it
      // twice.
      if (!answer.error.retryable) this.token = newToken();
      void wx.showModal({ content: errorText(answer.error), showCancel: false, confirmText: t.confirm });
    } else {
      this.token = newToken();
      this.setData({ written: '', mediaIds: [], added: '' });
      void wx.showToast({ title: t.sent, icon: 'success' });
    }
    await this.load();
  },
});

function historyRow({ atMs, who, type, text = '', pictures }: NegotiationView, index: number): HistoryRow {
  const known = types[type];
  return {
    key: `${atMs}-${index}`,
    what: known ? say(known) : `${who} ${type}`,
    text,
    at: dateTime(atMs),
    pictures,
  };
}
