import type { FieldError } from '../contract/index.ts';
import { fieldError } from '../core/messages.ts';
import type { Documents } from '../core/ports.ts';
import type { FormParts } from '../wechatpay/applyment/form-parts.ts';
import { type MediaDocument, mediaCollection } from './media-document.ts';

const messages = {
  notYours: {
    zh: '此 media_id 不是您上传的，请重新上传',
    en: 'You did not upload this media_id; upload the file again',
  },
  otherKind: {
    zh: '文件类型不符：视频字段须上传视频，图片字段须上传图片',
    en: 'Wrong kind of file: a video field takes a video, a picture field takes a picture',
  },
};

/** A form may only use media that its own applicant uploaded, with pictures and videos in the right fields. */
export async function checkMedia(
  documents: Documents,
  openid: string,
  media: FormParts['media'],
): Promise<FieldError[]> {
  const owned = await ownedMedia(documents, openid, [...new Set(media.map(({ mediaId }) => mediaId))]);
  return media.flatMap(({ path, mediaId, kind }) => {
    const known = owned.get(mediaId);
    if (known === undefined) return [fieldError(path, messages.notYours)];
    return known === kind ? [] : [fieldError(path, messages.otherKind)];
  });
}

async function ownedMedia(
  documents: Documents,
  openid: string,
  ids: readonly string[],
): Promise<Map<string, MediaDocument['kind']>> {
  const owned = new Map<string, MediaDocument['kind']>();
  for (let start = 0; start < ids.length; start += 100) {
    const page = ids.slice(start, start + 100);
    const found = await documents.find<MediaDocument>(mediaCollection, {
      where: { _id: { in: page }, openid },
      limit: page.length,
    });
    for (const { _id, kind } of found) owned.set(_id, kind);
  }
  return owned;
}
