/** The static files of the inspector and the phone. */
import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { decodePart } from '../decode-part.ts';

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.map': 'application/json',
};

/** @param folders which folder is served below which path, e.g. `{ '/phone/': 'dist/phone' }` */
export function staticPages(folders: Record<string, string>) {
  return async (request: Request): Promise<Response | undefined> => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return undefined;
    const { pathname } = new URL(request.url);
    if (pathname === '/') return file(folders['/inspector/'], 'index.html');
    const prefix = Object.keys(folders).find((candidate) => pathname.startsWith(candidate));
    if (!prefix) return undefined;
    const name = decodePart(pathname.slice(prefix.length));
    return name === undefined ? undefined : file(folders[prefix], name || 'index.html');
  };
}

async function file(folder: string | undefined, name: string): Promise<Response | undefined> {
  if (folder === undefined) return undefined;
  const path = normalize(join(folder, name));
  if (!path.startsWith(normalize(folder) + sep)) return undefined;
  const bytes = await readFile(path).catch(() => undefined);
  if (!bytes) return undefined;
  return new Response(bytes, {
    headers: {
      'content-type': types[extname(path)] ?? 'application/octet-stream',
      'cache-control': 'no-cache',
      'x-content-type-options': 'nosniff',
    },
  });
}
