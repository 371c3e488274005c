/**
 * /_cloud/files: where the SDKs put and get bytes, and what wx.cloud does for the phone.
 * - `PUT /_cloud/files/upload?token=` and `GET|HEAD /_cloud/files/download?id=&t=&sign=`: the SDKs' side
 * - `PUT|POST /_cloud/files?cloudPath=`, `DELETE /_cloud/files?fileID=`, `GET /_cloud/files/url?fileID=` with
 *   header `x-sandbox-openid`: a user's uploadFile, deleteFile, getTempFileURL
 * - `GET /_cloud/files`: the list, for the inspector
 */
import { CloudError } from '../wire/errors.ts';
import type { FileStore } from './store.ts';

export const filesPath = '/_cloud/files';

export async function answerFiles(files: FileStore, baseUrl: string, request: Request): Promise<Response> {
  const url = new URL(request.url);
  try {
    const route = `${request.method} ${url.pathname.slice(filesPath.length).replace(/\/$/, '')}`;
    switch (route) {
      case 'PUT /upload':
        return await receiveUpload(files, url, request);
      case 'GET /download':
      case 'HEAD /download':
        return sendFile(files, url, request.method === 'HEAD');
      case 'GET ':
        return Response.json({ files: files.list() });
      case 'PUT ':
      case 'POST ':
        return await receiveFromUser(files, url, request);
      case 'DELETE ':
        return deleteAsUser(files, url, request);
      case 'GET /url':
        return linkForUser(files, baseUrl, url);
      default:
        return Response.json({ errCode: -1, errMsg: `no such route: ${route}` }, { status: 404 });
    }
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    const denied = error.code === 'STORAGE_EXCEED_AUTHORITY';
    return Response.json(
      { errCode: denied ? -503002 : -501007, errMsg: `${error.code}: ${error.message}` },
      { status: denied ? 403 : 400 },
    );
  }
}

async function receiveUpload(files: FileStore, url: URL, request: Request): Promise<Response> {
  const cloudPath = files.takeUpload(url.searchParams.get('token') ?? '');
  if (cloudPath === undefined) {
    return xmlError('AccessDenied', 'The upload permission is unknown or was used already.');
  }
  files.put(cloudPath, new Uint8Array(await request.arrayBuffer()));
  return new Response(null, { status: 200 });
}

function sendFile(files: FileStore, url: URL, headOnly: boolean): Response {
  const entry = files.openLink(url.searchParams);
  if (!entry) return xmlError('AccessDenied', 'The link is not valid, has expired, or the file is gone.');
  return new Response(headOnly ? null : Buffer.from(entry.bytes), {
    headers: {
      'content-type': entry.file.contentType,
      'content-length': String(entry.file.sizeBytes),
      // Uploads are untrusted content on this server's origin: never let a browser render one as a page.
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
    },
  });
}

async function receiveFromUser(files: FileStore, url: URL, request: Request): Promise<Response> {
  const openid = userOf(request);
  const bytes = new Uint8Array(await request.arrayBuffer());
  const cloudPath = url.searchParams.get('cloudPath') ?? '';
  return Response.json({ fileID: files.putAsUser(openid, cloudPath, bytes), errMsg: 'uploadFile:ok' });
}

function deleteAsUser(files: FileStore, url: URL, request: Request): Response {
  const openid = userOf(request);
  const fileID = url.searchParams.get('fileID') ?? '';
  const file = files.read(fileID)?.file;
  if (!file)
    return Response.json({ fileList: [{ fileID, status: -503003, errMsg: 'storage file not exists' }] });
  if (file.ownerOpenid !== openid) {
    throw new CloudError(
      'STORAGE_EXCEED_AUTHORITY',
      'storage permission denied: only the creator may delete',
    );
  }
  files.remove(fileID);
  return Response.json({ fileList: [{ fileID, status: 0, errMsg: 'ok' }], errMsg: 'deleteFile:ok' });
}

function linkForUser(files: FileStore, baseUrl: string, url: URL): Response {
  const fileID = url.searchParams.get('fileID') ?? '';
  if (!files.read(fileID)) {
    return Response.json({
      fileList: [{ fileID, tempFileURL: '', status: 1, errMsg: 'STORAGE_FILE_NONEXIST' }],
    });
  }
  const tempFileURL = `${baseUrl}${filesPath}/download?${files.linkQuery(fileID)}`;
  return Response.json({ fileList: [{ fileID, tempFileURL, status: 0, errMsg: 'ok' }] });
}

function userOf(request: Request): string {
  const openid = request.headers.get('x-sandbox-openid');
  if (!openid)
    throw new CloudError('STORAGE_EXCEED_AUTHORITY', 'header x-sandbox-openid names the user; it is missing');
  return openid;
}

/** Storage answers in XML; node-sdk reads Code, Message, RequestId and TraceId of it. */
function xmlError(code: string, message: string): Response {
  const xml = `<?xml version='1.0' encoding='utf-8' ?><Error><Code>${code}</Code><Message>${message}</Message><Resource></Resource><RequestId>sandbox</RequestId><TraceId>sandbox</TraceId></Error>`;
  return new Response(xml, { status: 403, headers: { 'content-type': 'application/xml' } });
}
