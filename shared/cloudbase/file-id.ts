/** `cloud://<env>.<bucket>/<path>`, as wx.cloud.uploadFile returns it. */
export interface FileId {
  readonly envId: string;
  readonly bucket: string;
  /** Without a leading slash. */
  readonly path: string;
}

/**
 * @returns undefined when it is not a fileID, or its path is ambiguous (`..`, empty segments, backslashes, percent
 * signs, control characters): a check of the path prefix must hold for the file that is fetched.
 */
export function parseFileId(fileID: unknown): FileId | undefined {
  if (typeof fileID !== 'string' || fileID.length > 1024) return undefined;
  const match = /^cloud:\/\/([a-zA-Z0-9_-]{1,64})\.([a-zA-Z0-9_-]{1,128})\/(.+)/s.exec(fileID);
  if (!match) return undefined;
  const [, envId = '', bucket = '', path = ''] = match;
  if (/[\\%?#]/.test(path) || hasControlCharacter(path)) return undefined;
  if (path.split('/').some((segment) => segment === '' || segment === '.' || segment === '..'))
    return undefined;
  return { envId, bucket, path };
}

function hasControlCharacter(text: string): boolean {
  for (const character of text) if (character < ' ' || character === '\u007f') return true;
  return false;
}
