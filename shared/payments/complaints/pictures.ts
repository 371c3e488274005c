/** Pictures of a negotiation: from cloud storage to WeChat Pay, and back for operators to view. */
import type { Account } from '../../core/account.ts';
import { CommerceError, explainWechatpayError } from '../../core/errors.ts';
import { takeFile, uploadPath } from '../../merchants/media.ts';
import { fileTypeOf } from '../../wechatpay/applyment/file-type.ts';
import type { ComplaintPorts } from './ports.ts';

const folderOf = (openid: string) => `complaints/${openid}/`;

/** Where an operator must put a picture, under a name nobody can guess. @throws CommerceError FILE_TYPE_NOT_ALLOWED */
export function beginPicture(ports: ComplaintPorts, openid: string, extension: string): string {
  return uploadPath(ports, folderOf(openid), extension);
}

/**
 * Uploads a picture to WeChat Pay and deletes it here.
 * https://pay.weixin.qq.com/docs/partner/apis/consumer-complaint/images/create-images.html
 * @returns the media_id that an answer may name. @throws CommerceError FILE_…
 */
export function finishPicture(
  ports: ComplaintPorts,
  account: Account,
  openid: string,
  fileID: string,
): Promise<string> {
  return takeFile(ports, folderOf(openid), fileID, ['image'], async (file) => {
    try {
      return (await account.client.request('POST /v3/merchant-service/images/upload', { file })).media_id;
    } catch (error) {
      throw explainWechatpayError(error);
    }
  });
}

/**
 * https://pay.weixin.qq.com/wiki/doc/apiv3_partner/apis/chapter10_2_18.shtml
 * @returns the type by the bytes. @throws CommerceError FILE_NOT_FOUND, and what WeChat Pay's refusals are explained as
 */
export async function downloadPicture(
  { client }: Account,
  mediaId: string,
): Promise<{ contentType: string; base64: string }> {
  try {
    const bytes = await client.request('GET /v3/merchant-service/images/{media_id}', { media_id: mediaId });
    const { extension = 'jpg' } = fileTypeOf(bytes) ?? {};
    const contentType = `image/${extension === 'jpg' ? 'jpeg' : extension}`;
    return { contentType, base64: Buffer.from(bytes).toString('base64') };
  } catch (error) {
    throw explainWechatpayError(error);
  }
}

export function requireOpenid(openid: string | null): string {
  if (openid !== null) return openid;
  throw new CommerceError('SOURCE_NOT_ALLOWED');
}
