/** 图片上传 https://pay.weixin.qq.com/docs/partner/apis/contracted-merchant-application/upload.html, 视频上传 https://pay.weixin.qq.com/wiki/doc/apiv3/wxpay/tool/chapter3_2.shtml */
import type { WechatpayClient } from '../http/client-types.ts';
import { mediaUpload } from '../http/multipart.ts';

export interface MediaFile {
  /** With the extension that says its type. */
  readonly filename: string;
  readonly bytes: Uint8Array;
}

const uploadAnswerTimeoutMs = 20_000;
const uploadTotalTimeoutMs = 40_000;

/** 图片上传: jpg, jpeg, bmp or png, at most 2 MB. The same file twice is two media_ids of the same picture: harmless. */
export function uploadImage(client: WechatpayClient, file: MediaFile): Promise<{ media_id: string }> {
  return upload(client, '/v3/merchant/media/upload', file);
}

/** 视频上传: avi, wmv, mpeg, mp4, mov, mkv, flv, f4v, m4v or rmvb, at most 5 MB. */
export function uploadVideo(client: WechatpayClient, file: MediaFile): Promise<{ media_id: string }> {
  return upload(client, '/v3/merchant/media/video_upload', file);
}

function upload(client: WechatpayClient, path: string, file: MediaFile): Promise<{ media_id: string }> {
  return client.send({
    method: 'POST',
    path,
    upload: mediaUpload(file),
    idempotent: true,
    answerTimeoutMs: uploadAnswerTimeoutMs,
    totalTimeoutMs: uploadTotalTimeoutMs,
  });
}
