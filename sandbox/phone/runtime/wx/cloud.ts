/** wx.cloud: functions and files of the local sandbox, with the answers of the real one. */
import { currentUser } from '../users.ts';
import { api, WxError } from './api.ts';

const identity = { 'x-sandbox-openid': currentUser.openid };

async function callFunction({ name, data }: { name: string; data?: unknown }): Promise<object> {
  const answer = await send(`/_cloud/functions/${encodeURIComponent(name)}`, {
    method: 'POST',
    headers: { ...identity, 'content-type': 'application/json' },
    body: JSON.stringify(data ?? {}),
  });
  if (typeof answer.errCode === 'number' && answer.errCode !== 0) {
    throw new WxError(String(answer.errMsg ?? '').replace(/^cloud\.callFunction:fail /, ''), answer.errCode);
  }
  const { result = null, requestID = '' } = answer;
  return { result, requestID };
}

async function uploadFile(options: { cloudPath: string; filePath: string }): Promise<object> {
  const file = await (await fetch(options.filePath)).blob();
  const answer = await send(`/_cloud/files?cloudPath=${encodeURIComponent(options.cloudPath)}`, {
    method: 'POST',
    headers: { ...identity, 'content-type': file.type || 'application/octet-stream' },
    body: file,
  });
  if (typeof answer.fileID !== 'string')
    throw new WxError(String(answer.errMsg ?? 'upload failed'), Number(answer.errCode ?? -1));
  return { fileID: answer.fileID, statusCode: 204 };
}

async function send(path: string, init: RequestInit): Promise<Record<string, unknown>> {
  let response: Response;
  try {
    response = await fetch(path, init);
  } catch {
    throw new WxError('request:fail network is unreachable', -1);
  }
  try {
    return (await response.json()) as Record<string, unknown>;
  } catch {
    throw new WxError(`the sandbox answered ${response.status} without JSON`, -1);
  }
}

function absent(name: string): () => never {
  return () => {
    throw new Error(`wx.cloud.${name} is not part of this preview: talk to a cloud function instead`);
  };
}

export const cloud = {
  init: () => undefined,
  callFunction: api('cloud.callFunction', callFunction),
  uploadFile: api('cloud.uploadFile', uploadFile),
  database: absent('database'),
  callContainer: absent('callContainer'),
};
