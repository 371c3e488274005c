/**
 * Uploads a photo to WeChat Pay: it is chosen, put into cloud storage under the user's own path, sent on by
 * uploadMedia, and deleted from storage. Only the media_id is kept.
 */
import { type Api, api, errorText } from '../api';

/** https://pay.weixin.qq.com/doc/v3/partner/4012760432 (图片上传): at most 2 MB. */
const mostBytes = 2 * 1024 * 1024;

/** Pictures of this session by media_id: they are not kept for longer. */
export const previews = new Map<string, string>();

export type Chosen = { readonly path: string } | undefined;

/** @returns undefined when the user cancelled. */
export async function choosePhoto(): Promise<Chosen> {
  try {
    const { tempFiles } = await wx.chooseMedia({ count: 1, mediaType: ['image'], sizeType: ['compressed'] });
    const [file] = tempFiles;
    if (!file) return undefined;
    if (file.size <= mostBytes) return { path: file.tempFilePath };
    const { tempFilePath } = await wx.compressImage({ src: file.tempFilePath, quality: 60 });
    return { path: tempFilePath };
  } catch {
    return undefined;
  }
}

export type Uploaded = { readonly mediaId: string } | { readonly problem: string };

export async function uploadPhoto(path: string, via: Pick<Api, 'uploadMedia'> = api): Promise<Uploaded> {
  const extension = /\.(png|bmp|jpe?g)$/i.exec(path)?.[1]?.toLowerCase().replace('jpeg', 'jpg') ?? 'jpg';
  const begun = await via.uploadMedia({ action: 'begin', extension });
  if (!begun.ok) return { problem: errorText(begun.error) };
  if (begun.data.action !== 'begin') return { problem: '' };
  let fileID: string;
  try {
    ({ fileID } = await wx.cloud.uploadFile({ cloudPath: begun.data.cloudPath, filePath: path }));
  } catch {
    return {
      problem: errorText({
        message: '上传没有完成，请再试一次。',
        messageEn: 'The upload did not finish. Please try again.',
      }),
    };
  }
  const finished = await via.uploadMedia({ action: 'finish', fileID });
  if (!finished.ok) return { problem: errorText(finished.error) };
  return finished.data.action === 'finish' ? { mediaId: finished.data.mediaId } : { problem: '' };
}
