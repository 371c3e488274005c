import { boundaryOf, MultipartProblem, type Part, parseMultipart } from '../../multipart.ts';
import type { Text } from '../../text.ts';
import type { MultipartBody } from '../context.ts';
import { ApiProblem, internalCodes } from './problem.ts';

/**
 * Reads an upload: the parts `meta` (JSON) and `file`, each once and nothing else, as the media APIs want it
 * (doc/v3/partner/4012760490). The meta text is kept as sent: it is what was signed.
 * @throws ApiProblem 400 PARAM_ERROR
 */
export function readMultipart(contentType: string | null, body: Buffer): MultipartBody {
  const parts = parse(contentType, body);
  const meta = onlyPart(parts, 'meta');
  const file = onlyPart(parts, 'file');
  const other = parts.find((part) => part !== meta && part !== file);
  if (other)
    throw malformed('请求中含有未在API文档中定义的参数', {
      en: `Only meta and file, not "${other.name}".`,
      zh: `只能有 meta 和 file，不能有“${other.name}”。`,
    });
  checkPartHeaders(meta, file);
  const metaText = meta.bytes.toString('utf8');
  return {
    metaText,
    meta: parseMeta(metaText),
    file: { filename: file.filename!, contentType: file.contentType!, bytes: file.bytes },
  };
}

function parse(contentType: string | null, body: Buffer): Part[] {
  try {
    return parseMultipart(body, boundaryOf(contentType));
  } catch (error) {
    if (!(error instanceof MultipartProblem)) throw error;
    throw malformed('请求包体不是合法的multipart/form-data', error);
  }
}

function onlyPart(parts: readonly Part[], name: string): Part {
  const found = parts.filter((part) => part.name === name);
  if (found.length === 1) return found[0]!;
  throw malformed(`请求包体中应有且仅有一个“${name}”`, {
    en: `There are ${found.length} parts named "${name}".`,
    zh: `名为“${name}”的部分有 ${found.length} 个。`,
  });
}

/** The official curl example and the official Java SDK send `meta` without a Content-Type. */
function checkPartHeaders(meta: Part, file: Part): void {
  if (meta.filename !== undefined) {
    const why = {
      en: 'The meta part has a filename, as FormData gives a Blob; it must be a plain JSON field.',
      zh: 'meta 带有 filename（FormData 会给 Blob 加上）；它应是普通的 JSON 字段。',
    };
    throw malformed('meta不能带有filename', why);
  }
  if (meta.contentType !== undefined && !/^application\/json\s*(;|$)/i.test(meta.contentType)) {
    throw malformed('meta的Content-Type应为application/json', {
      en: `It is ${meta.contentType}.`,
      zh: `收到的是 ${meta.contentType}。`,
    });
  }
  if (!file.filename)
    throw malformed('file缺少filename', {
      en: 'The file part needs filename="…".',
      zh: 'file 须带 filename="…"。',
    });
  if (!file.contentType)
    throw malformed('file缺少Content-Type', {
      en: 'The file part needs a Content-Type.',
      zh: 'file 须带 Content-Type。',
    });
}

function parseMeta(text: string): Record<string, unknown> {
  try {
    const meta: unknown = JSON.parse(text);
    if (typeof meta === 'object' && meta !== null && !Array.isArray(meta))
      return meta as Record<string, unknown>;
  } catch {
    // Falls through to the refusal below.
  }
  throw malformed('meta不是合法的JSON对象', {
    en: 'The part meta is not a JSON object.',
    zh: 'meta 的内容不是 JSON 对象。',
  });
}

function malformed(message: string, explanation: Text): ApiProblem {
  return new ApiProblem(400, 'PARAM_ERROR', message, {
    detail: { field: '', location: 'body', issue: explanation.en },
    internalCode: internalCodes.badParameter,
    explanation,
  });
}
