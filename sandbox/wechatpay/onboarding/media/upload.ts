import { createHash } from 'node:crypto';
import {
  type ApiAnswer,
  type ApiContext,
  type ApiProblem,
  checkFields,
  type Endpoint,
  field,
  paramError,
} from '../../context.ts';
import { accountKinds } from '../../state/merchants.ts';
import { mediaOf } from '../store.ts';
import { contentTypeOf, extensionOf, imageSignatures, videoSignatures } from './file-type.ts';

interface MediaRules {
  readonly kind: 'image' | 'video';
  readonly label: string;
  readonly maxBytes: number;
  readonly signatures: typeof imageSignatures;
}

/** pay.weixin.qq.com/doc/v3/partner/4012760490: JPG、BMP、PNG, at most 2 MB. */
export const imageRules: MediaRules = {
  kind: 'image',
  label: '图片',
  maxBytes: 2 * 1024 * 1024,
  signatures: imageSignatures,
};

/** 视频上传 (wiki/doc/apiv3_partner/apis/chapter2_1_2): ten formats, at most 5 MB. */
const videoRules: MediaRules = {
  kind: 'video',
  label: '视频',
  maxBytes: 5 * 1024 * 1024,
  signatures: videoSignatures,
};

const metaFields = {
  filename: field.string('文件名称', { min: 1, max: 128 }),
  sha256: field.string('文件摘要', { min: 64, max: 64, pattern: /^[0-9A-Fa-f]+$/ }),
};

function refuseMeta(name: string, label: string, issue: string, value: unknown): ApiProblem {
  const message = `输入源“/meta/${name}”映射到字段“${label}”规则校验失败，${issue}`;
  return paramError(message, { field: `/${name}`, value, issue, location: 'meta' });
}

function checkFile(rules: MediaRules, filename: string, sha256: string, bytes: Buffer): void {
  const extension = extensionOf(filename);
  const signature = rules.signatures[extension];
  if (!signature) {
    const names = Object.keys(rules.signatures).join('、');
    throw refuseMeta('filename', '文件名称', `必须以${names}为后缀`, filename);
  }
  if (bytes.length === 0 || bytes.length > rules.maxBytes) {
    const limit = `${rules.label}大小不能超过${rules.maxBytes / 1024 / 1024}M，且不能为空`;
    throw paramError(limit, { field: '/file', value: bytes.length, issue: limit, location: 'body' });
  }
  const actual = createHash('sha256').update(bytes).digest('hex');
  if (actual !== sha256.toLowerCase()) {
    throw refuseMeta('sha256', '文件摘要', '与文件内容的sha256不一致', sha256);
  }
  if (!signature(bytes)) {
    const message = `文件内容不是${extension}格式的${rules.label}`;
    throw paramError(message, { field: '/file', value: extension, issue: message, location: 'body' });
  }
}

export function uploadFile(context: ApiContext, rules: MediaRules): ApiAnswer {
  const { file, meta: given } = context.multipart!;
  const meta = checkFields(metaFields, given, { location: 'meta' });
  const [filename, sha256] = [String(meta.filename), String(meta.sha256)];
  checkFile(rules, filename, sha256, file.bytes);
  const { state, merchant, nowMs } = context;
  const mediaId = `V1_${state.random.letters(108)}`;
  mediaOf(state).set(mediaId, {
    mediaId,
    kind: rules.kind,
    mchid: merchant.mchid,
    filename,
    contentType: contentTypeOf(rules.kind, extensionOf(filename)),
    sha256: sha256.toLowerCase(),
    sizeBytes: file.bytes.length,
    createdAtMs: nowMs,
    base64: file.bytes.toString('base64'),
  });
  const shown = { kind: rules.kind, mediaId, filename, mchid: merchant.mchid, sizeBytes: file.bytes.length };
  context.bus.publish('application', { what: 'media', ...shown });
  return { body: { media_id: mediaId } };
}

export const mediaEndpoints: readonly Endpoint[] = [
  {
    name: '图片上传',
    method: 'POST',
    path: '/v3/merchant/media/upload',
    bodyKind: 'multipart',
    roles: accountKinds,
    handle: (context) => uploadFile(context, imageRules),
  },
  {
    name: '视频上传',
    method: 'POST',
    path: '/v3/merchant/media/video_upload',
    bodyKind: 'multipart',
    roles: accountKinds,
    handle: (context) => uploadFile(context, videoRules),
  },
];
